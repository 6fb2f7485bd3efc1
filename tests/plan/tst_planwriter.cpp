// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/yaml/yamlreader.h"
#include "core/plan/plankeys.h"
#include "core/plan/planreader.h"
#include "core/plan/planwriter.h"
#include "core/plan/shippedplan.h"

#include <QDir>
#include <QSet>
#include <QTest>

using namespace understudy;

namespace {

const QDate today(2026, 11, 23);

QStringList goodPlans()
{
    const QDir good(qEnvironmentVariable("UNDERSTUDY_SOURCE") + QStringLiteral("/tests/plan/good"));
    QStringList paths{shippedPlanPath()};
    for (const QString &name : good.entryList({QStringLiteral("*.yaml")}))
        paths.append(good.filePath(name));
    return paths;
}

QString inFull(const PlanReading &reading)
{
    QString text;
    for (const PlanProblem &problem : reading.problems)
        text += problem.text(QStringLiteral("plan")) + QLatin1Char('\n');
    return text;
}

/// Adds "path key" of every key under a mapping, by the paths of planKeys().
void collect(const YamlNode &node, const QString &path, QSet<QString> &seen);

void descend(const YamlNode &node, const QString &path, QSet<QString> &seen)
{
    const QMap<QString, QStringList> &known = planKeys();
    for (const YamlNode &item : node.items) {
        if (known.contains(path + QStringLiteral("[]")))
            collect(item, path + QStringLiteral("[]"), seen);
    }
    if (node.kind != YamlNode::Kind::Mapping)
        return;
    if (known.contains(path)) {
        collect(node, path, seen);
    } else if (known.contains(path + QStringLiteral(".*"))) {
        for (const YamlNode::Entry &entry : node.entries)
            collect(entry.value, path + QStringLiteral(".*"), seen);
    } else if (known.value(QStringLiteral("secret")).contains(node.entries.front().key)) {
        collect(node, QStringLiteral("secret"), seen);
    }
}

void collect(const YamlNode &node, const QString &path, QSet<QString> &seen)
{
    for (const YamlNode::Entry &entry : node.entries) {
        seen.insert(path + QLatin1Char(' ') + entry.key);
        const QString child = path.isEmpty() ? entry.key : path + QLatin1Char('.') + entry.key;
        const bool procedure = path == QLatin1String("procedures");
        descend(entry.value, procedure ? QStringLiteral("procedures.*") : child, seen);
    }
}

} // namespace

class PlanWriterTest : public QObject
{
    Q_OBJECT
private slots:
    void whatIsWrittenReadsBackEqual_data();
    void whatIsWrittenReadsBackEqual();
    void everyKnownKeyIsReadAndWritten();
    void durationsUseTheLargestWholeUnit_data();
    void durationsUseTheLargestWholeUnit();
    void awkwardTextsSurvive_data();
    void awkwardTextsSurvive();
};

void PlanWriterTest::whatIsWrittenReadsBackEqual_data()
{
    QTest::addColumn<QString>("path");
    for (const QString &path : goodPlans())
        QTest::newRow(qPrintable(path.section(QLatin1Char('/'), -1))) << path;
}

void PlanWriterTest::whatIsWrittenReadsBackEqual()
{
    QFETCH(QString, path);
    const PlanReading first = readPlanFile(path, today);
    QVERIFY2(first.plan.has_value(), qPrintable(inFull(first)));
    const QString written = planToYaml(*first.plan);
    const PlanReading second = readPlan(written.toUtf8(), first.plan->path, today);
    QVERIFY2(second.plan.has_value(), qPrintable(inFull(second) + written));
    Plan expected = *first.plan;
    expected.version = second.plan->version;
    QVERIFY2(*second.plan == expected, qPrintable(written));
    QCOMPARE(planToYaml(*second.plan), written);
}

void PlanWriterTest::everyKnownKeyIsReadAndWritten()
{
    // What is written comes from the Plan alone, so a key in it was read, and a key that is missing was not.
    QSet<QString> seen;
    for (const QString &path : goodPlans()) {
        const PlanReading reading = readPlanFile(path, today);
        QVERIFY2(reading.plan.has_value(), qPrintable(inFull(reading)));
        collect(readYaml(planToYaml(*reading.plan).toUtf8()).root, QString(), seen);
    }
    QStringList missing;
    const QMap<QString, QStringList> &known = planKeys();
    for (auto path = known.cbegin(); path != known.cend(); ++path) {
        for (const QString &key : *path) {
            if (!seen.contains(path.key() + QLatin1Char(' ') + key))
                missing.append(path.key() + QLatin1Char(' ') + key);
        }
    }
    QCOMPARE(missing, QStringList());
}

void PlanWriterTest::durationsUseTheLargestWholeUnit_data()
{
    QTest::addColumn<qint64>("ms");
    QTest::addColumn<QString>("text");
    QTest::newRow("days") << qint64(90) * 86'400'000 << QStringLiteral("90d");
    QTest::newRow("one day") << qint64(86'400'000) << QStringLiteral("24h");
    QTest::newRow("hours") << qint64(25) * 3'600'000 << QStringLiteral("25h");
    QTest::newRow("minutes") << qint64(90) * 60'000 << QStringLiteral("90m");
    QTest::newRow("seconds") << qint64(61'000) << QStringLiteral("61s");
    QTest::newRow("milliseconds") << qint64(1500) << QStringLiteral("1500ms");
}

void PlanWriterTest::durationsUseTheLargestWholeUnit()
{
    QFETCH(qint64, ms);
    QFETCH(QString, text);
    QCOMPARE(durationForPlan(Milliseconds(ms)), text);
}

void PlanWriterTest::awkwardTextsSurvive_data()
{
    QTest::addColumn<QString>("text");
    const QStringList texts{QStringLiteral("true"), QStringLiteral("null"), QStringLiteral("~"), QStringLiteral("5"),
                            QStringLiteral("a: b"), QStringLiteral("a #b"), QStringLiteral("- x"), QStringLiteral("{a}"),
                            QStringLiteral("*a"), QStringLiteral("&a"), QStringLiteral("!a"), QStringLiteral("a:"),
                            QStringLiteral("'"), QStringLiteral("\""), QStringLiteral("\\"), QStringLiteral("a\nb"),
                            QStringLiteral(" a "), QStringLiteral("%a"), QStringLiteral("@a"), QStringLiteral("`a`"),
                            QStringLiteral("a, b"), QStringLiteral("[a]"), QStringLiteral("---"), QStringLiteral("..."),
                            QStringLiteral("\x01"), QStringLiteral("خطة"), QStringLiteral("a\tb"), QStringLiteral("?"),
                            QStringLiteral("|"), QStringLiteral(">"), QStringLiteral("a  b"), QStringLiteral("NO")};
    for (const QString &text : texts)
        QTest::newRow(qPrintable(text)) << text;
}

void PlanWriterTest::awkwardTextsSurvive()
{
    QFETCH(QString, text);
    Plan plan;
    plan.name = QStringLiteral("x");
    plan.status = text;
    plan.contacts = {{QStringLiteral("r"), text}};
    plan.drills = {text, text};
    const PlanReading reading = readPlan(planToYaml(plan).toUtf8(), QString(), today);
    QVERIFY2(reading.plan.has_value(), qPrintable(inFull(reading) + planToYaml(plan)));
    QCOMPARE(reading.plan->status, text);
    QCOMPARE(reading.plan->drills, plan.drills);
}

QTEST_GUILESS_MAIN(PlanWriterTest)
#include "tst_planwriter.moc"
