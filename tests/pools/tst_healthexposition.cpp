// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/healthexposition.h"
#include "core/systems/metrics/exposition.h"

#include <QTest>

using namespace understudy;

class HealthExpositionTest : public QObject
{
    Q_OBJECT

    static HealthSnapshot snapshot()
    {
        const QDateTime now(QDate(2026, 11, 23), QTime(12, 0), Qt::UTC);
        HealthSnapshot out{.at = now, .overall = Health::Down};
        SystemHealth redis{
            .name = QStringLiteral("redis"), .health = Health::Down, .lookedAt = now};
        redis.readings = {{.name = QStringLiteral("lag \"odd\" \\ name"),
                           .value = 5.0,
                           .unit = QStringLiteral("bytes"),
                           .source = QStringLiteral("here\nthere"),
                           .observedAt = now,
                           .state = ReadingState::Fresh},
                          {.name = QStringLiteral("old"),
                           .value = 7.0,
                           .observedAt = now.addSecs(-3600),
                           .state = ReadingState::Fresh}};
        out.systems = {redis};
        out.objectives = {{.name = QStringLiteral("Database"), .within = std::chrono::minutes(5)}};
        return out;
    }

private slots:
    void whatIsWrittenCanBeRead()
    {
        const Result<MetricsPage> page =
            readExposition(healthToExposition(snapshot()), QStringLiteral("own"));
        QVERIFY2(page, page ? "" : qPrintable(page.error().text()));
        QCOMPARE(page->family("understudy_health")->samples.first().value, 3.0);
        QCOMPARE(page->family("understudy_objective_within_seconds")->samples.first().value, 300.0);
    }

    void oldReadingsHaveNoValue()
    {
        const Result<MetricsPage> page =
            readExposition(healthToExposition(snapshot()), QStringLiteral("own"));
        const MetricFamily *readings = page->family("understudy_reading");
        QCOMPARE(readings->samples.size(), 1);
        QCOMPARE(page->label(readings->samples.first(), "source").toByteArray(),
                 QByteArray("here\nthere"));
    }

    void emptySnapshotIsAPageToo()
    {
        QVERIFY(readExposition(healthToExposition({}), QStringLiteral("own")));
    }
};

QTEST_GUILESS_MAIN(HealthExpositionTest)
#include "tst_healthexposition.moc"
