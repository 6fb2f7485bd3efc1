// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"

#include <QTest>

using namespace understudy;

class QuantityTest : public QObject
{
    Q_OBJECT
private slots:
    void durations_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("expected"); // -1: refused
        QTest::newRow("milliseconds") << "500ms" << qint64(500);
        QTest::newRow("minutes") << "5m" << qint64(300'000);
        QTest::newRow("days") << "90d" << qint64(7'776'000'000);
        QTest::newRow("no unit") << "5" << qint64(-1);
        QTest::newRow("zero") << "0s" << qint64(-1);
        QTest::newRow("sign") << "-5s" << qint64(-1);
        QTest::newRow("blank inside") << "5 s" << qint64(-1);
        QTest::newRow("overflow") << "9999999999d" << qint64(-1);
    }
    void durations()
    {
        QFETCH(QString, text);
        QFETCH(qint64, expected);
        const Result<Milliseconds> result = parseDuration(text);
        QCOMPARE(result ? result->count() : -1, expected);
        if (!result)
            QVERIFY(!result.error().hint.isEmpty());
    }
    void timeWithoutZoneIsRefused()
    {
        const Result<QDateTime> result = parseTime(QStringLiteral("2026-11-23T14:00:00"));
        QVERIFY(!result);
        QVERIFY(result.error().message.contains(QLatin1String("without a zone")));
    }
    void timeIsReadInUtc()
    {
        const Result<QDateTime> result = parseTime(QStringLiteral("2026-11-23T17:00:00.250+03:00"));
        QVERIFY(result);
        QCOMPARE(toRfc3339(*result), QStringLiteral("2026-11-23T14:00:00.250Z"));
    }
    void impossibleTimeIsRefused() { QVERIFY(!parseTime(QStringLiteral("2026-02-30T14:00:00Z"))); }
    void percentages()
    {
        QCOMPARE(parsePercentage(QStringLiteral("99.9%")).value_or(-1), 0.999);
        QVERIFY(!parsePercentage(QStringLiteral("99.9")));
        QVERIFY(!parsePercentage(QStringLiteral("101%")));
    }
    void durationsForPeople_data()
    {
        QTest::addColumn<qint64>("ms");
        QTest::addColumn<QString>("text");
        QTest::newRow("tenths") << qint64(840) << "0.8 s";
        QTest::newRow("seconds") << qint64(41'000) << "41 s";
        QTest::newRow("minutes") << qint64(1'120'000) << "18 min 40 s";
        QTest::newRow("whole hour") << qint64(3'600'000) << "1 h";
        QTest::newRow("days") << qint64(7LL * 86'400'000) << "7 d";
    }
    void durationsForPeople()
    {
        QFETCH(qint64, ms);
        QFETCH(QString, text);
        QCOMPARE(durationText(Milliseconds(ms)), text);
    }
    void bytesForPeople()
    {
        QCOMPARE(bytesText(0), QStringLiteral("0 B"));
        QCOMPARE(bytesText(12'000), QStringLiteral("12 KB"));
        QCOMPARE(bytesText(1'100'000'000), QStringLiteral("1.1 GB"));
    }
};

QTEST_GUILESS_MAIN(QuantityTest)
#include "tst_quantity.moc"
