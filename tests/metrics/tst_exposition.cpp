// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/metrics/exposition.h"
#include "core/systems/metrics/expositiontext.h"
#include "core/systems/metrics/expositionwriter.h"

#include <QJsonArray>
#include <QRandomGenerator>
#include <QTest>

#include <cmath>

using namespace understudy;

namespace {

Result<MetricsPage> read(const QByteArray &text)
{
    return readExposition(text, QStringLiteral("page"));
}

/// All that the format can say, in one page.
const QByteArray everything =
    "# a comment\n"
    "# HELP jobs_total Jobs, with a \\\\ and a \\n in their help.\n"
    "# TYPE jobs_total counter\n"
    "jobs_total{queue=\"mail\",state=\"a \\\"quoted\\\" \\\\ and \\n value\"} 3 1795396063000\n"
    "jobs_total { queue = \"pdf\" , } 4.5e-3\n"
    "\n"
    "# TYPE size gauge\n"
    "# HELP size\n"
    "size -Inf\n"
    "# TYPE took_ms histogram\n"
    "took_ms_bucket{le=\"10\",route=\"/a{b},c\"} 1\n"
    "took_ms_bucket{le=\"+Inf\",route=\"/a{b},c\"} 2\n"
    "took_ms_sum{route=\"/a{b},c\"} 12.5\n"
    "took_ms_count{route=\"/a{b},c\"} 2\n"
    "# TYPE lag summary\n"
    "lag{quantile=\"0.5\"} Nan\n"
    "lag_sum 0\n"
    "lag_count 0\n"
    "# TYPE declared gauge\n"
    "plain 1\n";

} // namespace

class ExpositionTest : public QObject
{
    Q_OBJECT
private slots:
    void everythingIsRead()
    {
        const Result<MetricsPage> page = read(everything);
        QVERIFY2(page, page ? "" : qPrintable(page.error().text()));
        QCOMPARE(page->families.size(), 6);
        const MetricFamily *jobs = page->family("jobs_total");
        QVERIFY(jobs);
        QCOMPARE(jobs->type, MetricType::Counter);
        QCOMPARE(*jobs->help, QByteArray("Jobs, with a \\ and a \n in their help."));
        QCOMPARE(jobs->samples.size(), 2);
        QCOMPARE(page->label(jobs->samples.at(0), "state").toByteArray(),
                 QByteArray("a \"quoted\" \\ and \n value"));
        QCOMPARE(*jobs->samples.at(0).timestampMs, qint64(1795396063000));
        QCOMPARE(jobs->samples.at(1).value, 0.0045);
        QCOMPARE(page->family("took_ms")->samples.size(), 4);
        QVERIFY(std::isnan(page->family("lag")->samples.at(0).value));
        QVERIFY(page->family("declared")->samples.isEmpty());
        QVERIFY(!page->family("plain")->hasType);
        QVERIFY(!page->family("took_ms_sum"));
    }

    void viewsOutliveThePageTheyWereReadFrom()
    {
        MetricsPage copy;
        {
            QByteArray text("a{b=\"c\\nd\"} 1\n");
            Result<MetricsPage> page = read(text);
            text.fill('x');
            copy = *page;
        }
        QCOMPARE(copy.label(copy.family("a")->samples.first(), "b").toByteArray(),
                 QByteArray("c\nd"));
    }

    void numbersAreRead_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<double>("value");
        const double inf = std::numeric_limits<double>::infinity();
        for (const auto &[text, value] : std::initializer_list<std::pair<const char *, double>>{
                 {"0", 0},
                 {"-0", -0.0},
                 {"+1", 1},
                 {"08", 8},
                 {".5", 0.5},
                 {"5.", 5},
                 {"1e3", 1000},
                 {"1E+3", 1000},
                 {"-1.5e-3", -0.0015},
                 {"1e-400", 0},
                 {"+Inf", inf},
                 {"-inf", -inf},
                 {"Infinity", inf},
                 {"3.3430410000000004", 3.3430410000000004}})
            QTest::newRow(text) << QByteArray(text) << value;
    }
    void numbersAreRead()
    {
        QFETCH(QByteArray, text);
        QFETCH(double, value);
        const Result<MetricsPage> page = read("a " + text + "\n");
        QVERIFY2(page, page ? "" : qPrintable(page.error().text()));
        QCOMPARE(page->family("a")->samples.first().value, value);
    }

    void lenientInThreeThingsOnly_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("carriage returns") << QByteArray("# TYPE a gauge\r\na{b=\"c\"} 1\r\n\r\n");
        QTest::newRow("no last newline") << QByteArray("a 1");
        QTest::newRow("blanks at the end")
            << QByteArray("# TYPE a gauge \na 1 \t\na{b=\"c\"} 1 5 \n");
        QTest::newRow("empty page") << QByteArray();
        QTest::newRow("only blanks") << QByteArray(" \n\t\n\n");
        QTest::newRow("comments that begin like declarations")
            << QByteArray("#HELP\n# HELP\n# TYPE a\n# TYPED a b c\n#\n");
        QTest::newRow("no space before the value") << QByteArray("a{b=\"c\"}1\n");
        QTest::newRow("blanks everywhere")
            << QByteArray(" \ta { b\t= \"c\" ,\td = \"e\" , } \t 1 \t 2\n");
        QTest::newRow("type in capitals") << QByteArray("# TYPE a GAUGE\na 1\n");
        QTest::newRow("families interleaved") << QByteArray("a 1\nb 2\na{x=\"y\"} 3\n");
        QTest::newRow("negative timestamp") << QByteArray("a 1 -5\n");
        QTest::newRow("names with colons") << QByteArray("job:a:rate5m 1\n:x 2\n");
        QTest::newRow("sum without a type") << QByteArray("a_sum 1\na_count -1\n");
    }
    void lenientInThreeThingsOnly()
    {
        QFETCH(QByteArray, text);
        const Result<MetricsPage> page = read(text);
        QVERIFY2(page, page ? "" : qPrintable(page.error().text()));
    }

    void badLineRefusesThePageAndIsNamed_data()
    {
        QTest::addColumn<QByteArray>("line");
        const auto row = [](const char *name, const QByteArray &line) {
            QTest::newRow(name) << line;
        };
        row("no value", "bad");
        row("no value after labels", "bad{a=\"b\"}");
        row("word as value", "bad one");
        row("hexadecimal", "bad 0x1p4");
        row("plain hexadecimal", "bad 0x10");
        row("underscore", "bad 1_000");
        row("too large a number", "bad 1e999");
        row("signed nan", "bad +NaN");
        row("float timestamp", "bad 1 2.5");
        row("huge timestamp", "bad 1 99999999999999999999");
        row("after the timestamp", "bad 1 2 3");
        row("name begins with a digit", "2bad 1");
        row("name with a dash", "bad-name 1");
        row("quoted name", "{\"bad.name\"} 1");
        row("label begins with a digit", "bad{2a=\"b\"} 1");
        row("label with a colon", "bad{a:b=\"c\"} 1");
        row("reserved label", "bad{__name__=\"x\"} 1");
        row("no equals sign", "bad{a\"b\"} 1");
        row("no quotes", "bad{a=b} 1");
        row("single quotes", "bad{a='b'} 1");
        row("no comma", "bad{a=\"b\"c=\"d\"} 1");
        row("two commas", "bad{a=\"b\",,c=\"d\"} 1");
        row("only a comma", "bad{,} 1");
        row("open braces", "bad{a=\"b\" 1");
        row("open quotes", "bad{a=\"b} 1");
        row("unknown escape", "bad{a=\"\\t\"} 1");
        row("backslash at the end", "bad{a=\"b\\");
        row("label twice", "bad{a=\"b\",a=\"c\"} 1");
        row("not utf-8", QByteArray("bad{a=\"\xff\"} 1"));
        row("unknown type", "# TYPE bad meter");
        row("second type", "# TYPE good gauge");
        row("type after samples", "# TYPE untold gauge");
        row("second help", "# HELP good again");
        row("help with an unknown escape", "# HELP bad \\t");
        row("help for no name", "# HELP 5 x");
        row("bucket bound in words", "took_bucket{le=\"much\"} 1");
        row("negative bucket", "took_bucket{le=\"1\"} -1");
        row("negative count", "took_count -1");
        row("quantile in words", "lag{quantile=\"half\"} 1");
        row("carriage return within", "bad 1\r2");
        row("nul", QByteArray("bad \0 1", 7));
    }
    void badLineRefusesThePageAndIsNamed()
    {
        QFETCH(QByteArray, line);
        const QByteArray before = "# TYPE good gauge\n# HELP good well\ngood 1\n# TYPE took "
                                  "histogram\n# TYPE lag summary\nuntold 1\n";
        QVERIFY(read(before + "good 2\n"));
        const Result<MetricsPage> page = read(before + line + "\ngood 2\n");
        QVERIFY(!page);
        QCOMPARE(page.error().code, ErrorCode::MetricsInvalid);
        QVERIFY2(page.error().message.startsWith(QLatin1String("page:7: ")),
                 qPrintable(page.error().message));
    }

    void pageAboveTheLimitIsRefusedUnread()
    {
        const Result<MetricsPage> page =
            readExposition(QByteArray(50'000'000, 'x'), QStringLiteral("page"));
        QVERIFY(!page);
        QCOMPARE(page.error().code, ErrorCode::TooLarge);
    }

    void mutatedPagesNeverCrash()
    {
        // Deterministic: a failure can be had again. Every outcome is fine but a crash or a hang,
        // and what is accepted must be rendered.
        QRandomGenerator random(20261123);
        const QByteArray bits = "\n\r\t {}\"\\=,#:-+.eE0159aZ_\xc3\xff";
        int accepted = 0;
        for (int round = 0; round < 20'000; ++round) {
            QByteArray text = everything;
            for (int change = random.bounded(1, 6); change > 0; --change) {
                const qsizetype at = random.bounded(int(text.size()));
                switch (random.bounded(4)) {
                case 0:
                    text[at] = bits.at(random.bounded(int(bits.size())));
                    break;
                case 1:
                    text.remove(at, random.bounded(1, 12));
                    break;
                case 2:
                    text.insert(at, bits.at(random.bounded(int(bits.size()))));
                    break;
                default:
                    text.insert(at,
                                text.mid(random.bounded(int(text.size())), random.bounded(1, 40)));
                    break;
                }
            }
            const Result<MetricsPage> page = read(text);
            accepted += page ? 1 : 0;
            if (page)
                QVERIFY(metricsText(*page).size() > 10);
        }
        QVERIFY(accepted > 100);
        QVERIFY(accepted < 19'000);
    }

    void whatIsWrittenIsRead()
    {
        const QString awkward = QStringLiteral("a \"b\" \\ \n é");
        ExpositionWriter writer;
        writer.family("one", MetricType::Gauge, awkward);
        writer.sample(0.1, {{"x", awkward}, {"y", QString()}});
        writer.sample(std::numeric_limits<double>::infinity());
        const Result<MetricsPage> page = read(writer.text());
        QVERIFY2(page, page ? "" : qPrintable(page.error().text()));
        const MetricFamily *one = page->family("one");
        QCOMPARE(QString::fromUtf8(*one->help), awkward);
        QCOMPARE(QString::fromUtf8(page->label(one->samples.first(), "x").toByteArray()), awkward);
        QCOMPARE(one->samples.first().value, 0.1);
    }

    void jsonTellsNeverSetAndNotANumber()
    {
        const QJsonArray families =
            metricsJson(*read("# TYPE a gauge\n# TYPE b gauge\nb 0\n# TYPE c gauge\nc Nan 5\n"))
                [QLatin1String("families")]
                    .toArray();
        QCOMPARE(families.at(0)[QLatin1String("state")].toString(), QStringLiteral("never_set"));
        QCOMPARE(families.at(1)[QLatin1String("state")].toString(), QStringLiteral("never_set"));
        const QJsonValue sample = families.at(2)[QLatin1String("samples")][0];
        QCOMPARE(sample[QLatin1String("value")].toString(), QStringLiteral("NaN"));
        QCOMPARE(sample[QLatin1String("timestamp_ms")].toInt(), 5);
    }
};

QTEST_GUILESS_MAIN(ExpositionTest)
#include "tst_exposition.moc"
