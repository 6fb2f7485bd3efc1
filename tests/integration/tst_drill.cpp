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

    void killedMasterIsSeenAndRecovered()
    {
        QCOMPARE(m_lab->lab({QStringLiteral("break"), QStringLiteral("redis-master-killed")}).code, 0);
        const Ended ended = m_lab->ctl({QStringLiteral("recover"), QStringLiteral("redis"), QStringLiteral("--json"),
                                        QStringLiteral("--confirm"), QStringLiteral("lab: fail over mymaster")});
        QVERIFY2(ended.code == 0, ended.said());
        QCOMPARE(ended.lastLine().value(QLatin1String("outcome")).toString(), QStringLiteral("recovered"));
        QVERIFY2(events(ended).contains(QLatin1String("prove-master verified")) || ended.out.contains("\"verified\""), ended.out);
        QCOMPARE(m_lab->lab({QStringLiteral("mend"), QStringLiteral("--all")}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(m_lab->health(QStringLiteral("redis")), QStringLiteral("healthy"), 40000);
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
