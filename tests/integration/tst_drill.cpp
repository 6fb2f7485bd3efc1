// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/programs.h"

#include <QJsonArray>

using namespace understudy::test;

/// The main job on real systems, through the programs that people use.
class DrillTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<LabForTest> m_lab;

    QStringList events(const Ended &ended) const
    {
        QStringList names;
        for (const QByteArray &line : ended.out.split('\n')) {
            const QJsonObject event = QJsonDocument::fromJson(line).object();
            if (event.contains(QLatin1String("event")))
                names << event.value(QLatin1String("step")).toString() + QLatin1Char(' ') + event.value(QLatin1String("event")).toString();
        }
        return names;
    }

    /// The pager's own record, asked past our programs.
    QJsonArray pagerRecord() const
    {
        QFile file(m_lab->dir() + QStringLiteral("/app/pager.json"));
        return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).array() : QJsonArray();
    }
    QJsonObject newestIncident() const { return pagerRecord().isEmpty() ? QJsonObject() : pagerRecord().last().toObject(); }
    Ended recoverConfirmed() const
    {
        return m_lab->ctl({QStringLiteral("recover"), QStringLiteral("redis"), QStringLiteral("--json"), QStringLiteral("--confirm"),
                           QStringLiteral("lab: fail over mymaster")});
    }

private slots:
    void initTestCase()
    {
        m_lab = std::make_unique<LabForTest>();
        QVERIFY(m_lab->up());
        QTRY_COMPARE_WITH_TIMEOUT(m_lab->status().value(QLatin1String("health")).toString(), QStringLiteral("healthy"), 40000);
    }
    void cleanupTestCase() { m_lab.reset(); }

    void healthyRedisIsLeftAlone()
    {
        const Ended ended = m_lab->ctl({QStringLiteral("recover"), QStringLiteral("redis"), QStringLiteral("--json")});
        QVERIFY2(ended.code == 0, ended.said());
        QCOMPARE(ended.lastLine().value(QLatin1String("outcome")).toString(), QStringLiteral("recovered"));
        QVERIFY2(!ended.out.contains("\"event\":\"acted\""), ended.out);
    }

    void withoutPhraseNothingIsDone()
    {
        const Ended ended = m_lab->ctl({QStringLiteral("recover"), QStringLiteral("redis"), QStringLiteral("--planned"), QStringLiteral("--json")});
        QVERIFY2(ended.code == 77, ended.said());
        QCOMPARE(ended.lastLine().value(QLatin1String("outcome")).toString(), QStringLiteral("refused"));
        QCOMPARE(ended.lastLine().value(QLatin1String("confirm")).toString(), QStringLiteral("lab: fail over mymaster"));
        QVERIFY2(!ended.out.contains("\"event\":\"acted\""), ended.out);
    }

    void openAlertIsLeftWithoutThePhrase()
    {
        QCOMPARE(m_lab->lab({QStringLiteral("break"), QStringLiteral("metrics-stale")}).code, 0);
        const QJsonArray before = pagerRecord();
        QCOMPARE(newestIncident().value(QLatin1String("status")).toString(), QStringLiteral("triggered"));
        const Ended dry = m_lab->ctl({QStringLiteral("recover"), QStringLiteral("redis"), QStringLiteral("--dry-run"), QStringLiteral("--json")});
        QVERIFY2(dry.code == 0 && dry.out.contains("metrics-stale"), dry.said());
        const Ended ended = m_lab->ctl({QStringLiteral("recover"), QStringLiteral("redis"), QStringLiteral("--json")});
        QVERIFY2(ended.code == 0, ended.said());
        QVERIFY2(events(ended).contains(QLatin1String("acknowledge skipped")), ended.out);
        QCOMPARE(pagerRecord(), before);
        QCOMPARE(m_lab->lab({QStringLiteral("mend"), QStringLiteral("metrics-stale")}).code, 0);
        QCOMPARE(newestIncident().value(QLatin1String("status")).toString(), QStringLiteral("resolved"));
    }

    void killedMasterIsSeenAndRecovered()
    {
        QCOMPARE(m_lab->lab({QStringLiteral("break"), QStringLiteral("redis-master-killed")}).code, 0);
        const Ended ended = m_lab->ctl({QStringLiteral("recover"), QStringLiteral("redis"), QStringLiteral("--json"),
                                        QStringLiteral("--confirm"), QStringLiteral("lab: fail over mymaster")});
        QVERIFY2(ended.code == 0, ended.said());
        QCOMPARE(ended.lastLine().value(QLatin1String("outcome")).toString(), QStringLiteral("recovered"));
        QVERIFY2(events(ended).contains(QLatin1String("prove-master verified")) || ended.out.contains("\"verified\""), ended.out);
        QVERIFY2(events(ended).contains(QLatin1String("acknowledge verified")), ended.out);
        const QJsonObject incident = newestIncident();
        QCOMPARE(incident.value(QLatin1String("status")).toString(), QStringLiteral("acknowledged"));
        const QString run = ended.lastLine().value(QLatin1String("run")).toString();
        const Ended head = m_lab->ctl({QStringLiteral("journal"), QStringLiteral("head"),
                                       m_lab->file(QStringLiteral("state/understudy/journals/%1.jsonl").arg(run))});
        const QString hash = QString::fromLatin1(head.out.trimmed().split(' ').last());
        const QString note = incident.value(QLatin1String("notes")).toArray().last()[QStringLiteral("content")].toString();
        QVERIFY2(hash.size() == 64 && note.contains(hash), qPrintable(note + QString::fromUtf8(head.said())));
        // The clock runs from the alert, which came before the run.
        const Ended shown = m_lab->ctl({QStringLiteral("run"), QStringLiteral("show"), run, QStringLiteral("--json")});
        QCOMPARE(shown.json().value(QLatin1String("began")).toString(), incident.value(QLatin1String("created_at")).toString());
        QCOMPARE(m_lab->lab({QStringLiteral("mend"), QStringLiteral("--all")}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(m_lab->health(QStringLiteral("redis")), QStringLiteral("healthy"), 40000);
    }

    void pagerInTroubleHoldsUpNoRecovery_data()
    {
        QTest::addColumn<QStringList>("how");
        QTest::newRow("killed") << QStringList();
        QTest::newRow("silent") << QStringList{QStringLiteral("--delay"), QStringLiteral("60s")};
    }
    void pagerInTroubleHoldsUpNoRecovery()
    {
        QFETCH(QStringList, how);
        QCOMPARE(m_lab->lab(QStringList{QStringLiteral("break"), QStringLiteral("pager-down")} + how).code, 0);
        QCOMPARE(m_lab->health(QStringLiteral("pager")), QStringLiteral("degraded"));
        QCOMPARE(m_lab->lab({QStringLiteral("break"), QStringLiteral("redis-master-killed")}).code, 0);
        const Ended ended = recoverConfirmed();
        QVERIFY2(ended.code == 0, ended.said());
        QVERIFY2(events(ended).contains(QLatin1String("acknowledge unknown")), ended.out);
        QVERIFY2(ended.lastLine().value(QLatin1String("took_ms")).toInt() < 20'000, ended.out);
        QCOMPARE(m_lab->lab({QStringLiteral("mend"), QStringLiteral("--all")}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(m_lab->health(QStringLiteral("redis")), QStringLiteral("healthy"), 40000);
        QCOMPARE(m_lab->health(QStringLiteral("pager")), QStringLiteral("healthy"));
    }

    void plannedMoveIsProvedAndJournaled()
    {
        const Ended ended = m_lab->ctl({QStringLiteral("recover"), QStringLiteral("redis"), QStringLiteral("--planned"), QStringLiteral("--json"),
                                        QStringLiteral("--confirm"), QStringLiteral("lab: fail over mymaster")});
        QVERIFY2(ended.code == 0, ended.said());
        const QJsonObject last = ended.lastLine();
        QCOMPARE(last.value(QLatin1String("data_loss")).toObject().value(QLatin1String("kind")).toString(), QStringLiteral("none"));
        QVERIFY(last.value(QLatin1String("recovery_time_ms")).toDouble() > 0);
        const QString journal = m_lab->file(QStringLiteral("state/understudy/journals/")) + last.value(QLatin1String("run")).toString()
                                + QStringLiteral(".jsonl");
        QVERIFY2(QFile::exists(journal), qPrintable(journal));
        QCOMPARE(m_lab->ctl({QStringLiteral("journal"), QStringLiteral("verify"), journal}).code, 0);
    }
};

QTEST_GUILESS_MAIN(DrillTest)
#include "tst_drill.moc"
