// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/backupreadings.h"

#include <QTest>

using namespace understudy;

class BackupReadingsTest : public QObject
{
    Q_OBJECT

    const QDateTime m_now = QDateTime(QDate(2026, 11, 26), QTime(12, 0), Qt::UTC);
    QList<Reading> readings(const ControlPlaneLook &look) const
    {
        return backupReadings(look, QStringLiteral("backups b"), std::chrono::minutes(10), std::chrono::hours(24), m_now);
    }
    ControlPlaneLook seen(qint64 hoursOld) const
    {
        return {.at = m_now.addSecs(-60), .window = RestoreWindow{.earliest = m_now.addSecs(-3600 * hoursOld), .latest = m_now.addSecs(-3600 * hoursOld), .kept = std::chrono::hours(240), .earliestBy = QStringLiteral("backup db/x.dump"), .latestBy = {}}, .failure = {}};
    }
private slots:
    void ageIsJudgedByThePlansInterval_data()
    {
        QTest::addColumn<int>("hours");
        QTest::addColumn<bool>("abnormal");
        QTest::newRow("of last night") << 9 << false;
        QTest::newRow("a slow night") << 29 << false;
        QTest::newRow("a night was missed") << 31 << true;
    }
    void ageIsJudgedByThePlansInterval()
    {
        QFETCH(int, hours);
        QFETCH(bool, abnormal);
        const Reading newest = readings(seen(hours)).first();
        QCOMPARE(newest.name, QStringLiteral("newest logical backup"));
        QCOMPARE(newest.number(), hours * 3600.0);
        QCOMPARE(newest.isAbnormal(), abnormal);
        QVERIFY(newest.reason.contains(QLatin1String("db/x.dump")));
    }
    void storeThatCannotBeAskedIsUnknownWithItsReason()
    {
        for (const Reading &one : readings({.at = m_now, .window = {}, .failure = Error{ErrorCode::AuthenticationFailed, QStringLiteral("the store refuses our keys")}})) {
            QCOMPARE(one.state, ReadingState::Unknown);
            QVERIFY(one.reason.contains(QLatin1String("refuses our keys")));
            QVERIFY(!one.hasNumber());
        }
    }
    void ageGoesOnWhileNobodyLooks()
    {
        const Reading newest = readings(seen(1)).first();
        QCOMPARE(newest.stateAt(m_now.addSecs(3600)), ReadingState::Stale);
    }
};

QTEST_GUILESS_MAIN(BackupReadingsTest)
#include "tst_backupreadings.moc"
