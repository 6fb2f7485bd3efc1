// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/planmarkdown.h"
#include "core/plan/planreader.h"
#include "core/plan/planwriter.h"
#include "core/plan/shippedplan.h"

#include <QFile>
#include <QRandomGenerator>
#include <QTest>

#include <malloc.h>

#include <algorithm>
#include <cstring>
#include <ctime>

using namespace understudy;

namespace {

const QDate today(2026, 11, 23);

QByteArray shippedText()
{
    QFile file(shippedPlanPath());
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Small pieces that mean something to YAML or to the format.
QByteArray piece(QRandomGenerator &random)
{
    static const char *const pieces[] = {": ", "- ", "[", "]", "{", "}", "&a ", "*a", "!!x ", "|\n", ">\n", "'", "\"",
                                         "#", "\n", "\t", "  ", "---\n", "...\n", "? ", "<<: ", "null", "5", "true",
                                         "\xff", "\xc3", "\x01", "%YAML 1.1\n", "\\", "\r\n", "~", "5m", "{env: X}"};
    return pieces[random.bounded(int(std::size(pieces)))];
}

QByteArray mutated(QByteArray text, QRandomGenerator &random)
{
    const int changes = random.bounded(1, 6);
    for (int i = 0; i < changes && !text.isEmpty(); ++i) {
        const int at = random.bounded(int(text.size()));
        const int length = random.bounded(1, 80);
        switch (random.bounded(6)) {
        case 0: text.insert(at, piece(random)); break;
        case 1: text.remove(at, length); break;
        case 2: text.insert(random.bounded(int(text.size())), text.mid(at, length)); break;
        case 3: text[at] = char(random.bounded(256)); break;
        case 4: text.truncate(at); break;
        default: text.replace(at, length, piece(random)); break;
        }
    }
    return text;
}

QByteArray repeated(const char *unit, int bytes)
{
    const QByteArray one(unit);
    return one.repeated(bytes / int(one.size()));
}

/// The same in long lines.
QByteArray repeatedInLines(const char *unit, int bytes)
{
    return repeated(unit, 19'900).append('\n').repeated(bytes / 19'901);
}

QByteArray numbered(const char *before, const char *after, int count)
{
    QByteArray text;
    for (int i = 0; i < count; ++i)
        text += before + QByteArray::number(i) + after;
    return text;
}

double cpuSeconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) + double(time.tv_nsec) / 1e9;
}

/// A line of /proc/self/status, in bytes.
qint64 memory(const QByteArray &name)
{
    QFile file(QStringLiteral("/proc/self/status"));
    if (!file.open(QIODevice::ReadOnly))
        return -1;
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (const QByteArray &line : lines) {
        if (line.startsWith(name))
            return line.simplified().split(' ').at(1).toLongLong() * 1024;
    }
    return -1;
}

void startPeakAnew()
{
    QFile file(QStringLiteral("/proc/self/clear_refs"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("5");
}

} // namespace

class PlanReaderFuzzTest : public QObject
{
    Q_OBJECT
private slots:
    void everyRefusalHasItsPlaceAndAHint_data();
    void everyRefusalHasItsPlaceAndAHint();
    void everyTruncationIsHandled();
    void noTextCostsMuchTimeOrMemory_data();
    void noTextCostsMuchTimeOrMemory();
};

void PlanReaderFuzzTest::everyRefusalHasItsPlaceAndAHint_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 12; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void PlanReaderFuzzTest::everyRefusalHasItsPlaceAndAHint()
{
    QFETCH(quint32, seed);
    QRandomGenerator random(seed);
    const QByteArray original = shippedText();
    for (int round = 0; round < 100; ++round) {
        const QByteArray text = mutated(original, random);
        const PlanReading reading = readPlan(text, QStringLiteral("/p"), today);
        bool refused = false;
        for (const PlanProblem &problem : reading.problems) {
            const bool placed = problem.line >= 1 && problem.line <= text.count('\n') + 2 && problem.column >= 1;
            QVERIFY2(placed && !problem.message.isEmpty() && !problem.hint.isEmpty(),
                     qPrintable(problem.text(QStringLiteral("round %1").arg(round))));
            refused = refused || problem.severity == PlanProblem::Severity::Error;
        }
        QCOMPARE(reading.plan.has_value(), !refused);
        if (!reading.plan)
            continue;
        QVERIFY(!planToMarkdown(*reading.plan).isEmpty());
        const PlanReading again = readPlan(planToYaml(*reading.plan).toUtf8(), QString(), today);
        QVERIFY2(again.plan.has_value(), text.constData());
    }
}

void PlanReaderFuzzTest::everyTruncationIsHandled()
{
    const QByteArray original = shippedText();
    for (qsizetype length = 0; length < original.size(); length += 13) {
        const PlanReading reading = readPlan(original.left(length), QStringLiteral("/p"), today);
        QVERIFY(reading.plan.has_value() || !reading.problems.isEmpty());
    }
}

void PlanReaderFuzzTest::noTextCostsMuchTimeOrMemory_data()
{
    QTest::addColumn<QByteArray>("text");
    constexpr int size = 990'000;
    const QByteArray head = "understudy: 1\nplan: {name: x}\nmode: lab\n";
    const char *const units[] = {"[", "{", "- ", "? ", "a: ", "[a, ", "{a: ", "- - - -\n", "\n", " ", "# x\n", "a\n", "a b ",
                                 "'", "''", "\"", "\"\\n", "- x\n", "- [x]\n", "-\n", "*a ", "&a ", "!a ", "!!", "---\n",
                                 "...\n", "%YAML 1.2\n", "a:\n", "]", "}", ",", "|\n", "> x\n", "<<: {}\n", "[[],", "{?",
                                 "\xd8\xa7", "a:\r\n", ": ", "\"a\" : ", "&a [*a,", "[&a a, *a, ", "[ ", "[\n", "[a[", "{[", "[? ", "[- ", "\"[\"[", "#[", "[,", "{a: [",
                                 "? [", "- [", "- {", "- ? ", "!a [", "[!a ", "[\"", "[''"};
    for (const char *unit : units)
        QTest::addRow("repeated %s", QByteArray(unit).toPercentEncoding().constData()) << repeatedInLines(unit, size);
    // As many signs as are accepted.
    for (const char *unit : {"[a", "{a: ", "[[],", "{?", "['", "[*a ", "[!a ", "? [", "[,"})
        QTest::addRow("80,000 signs of %s", QByteArray(unit).toPercentEncoding().constData())
            << repeated(unit, 79'000 * int(qstrlen(unit)) / int(std::count_if(unit, unit + qstrlen(unit), [](char c) {
                   return std::strchr("[]{},:?&*!\"'", c) != nullptr;
               })));
    QTest::newRow("many keys") << head + numbered("k", ": v\n", 70'000);
    QTest::newRow("many unknown keys") << head + numbered("mastre", ": v\n", 19'000);
    QTest::newRow("one long line") << repeated("[a, ", size);
    QTest::newRow("one long key") << head + repeatedInLines("k", size) + ": v\n";
    QTest::newRow("one long text") << "plan: {name: " + repeatedInLines("k", size) + "}\n";
    QTest::newRow("one long quoted text") << "plan: {name: \"" + repeatedInLines("\\x41", size) + "\"}\n";
    QTest::newRow("a long block") << "plan:\n  name: |\n" + repeated("    text\n", size);
    QTest::newRow("many Sentinels") << head + "redis: {master: m, sentinels: [" + numbered("host", ":1,\n  ", 19'000) + "]}\n";
    QTest::newRow("many hosts") << head + "hosts: {" + numbered("h", ": {local: true},\n  ", 9'000) + "}\n";
    QTest::newRow("many wrong hosts") << head + "hosts: {" + numbered("a-rather-long-name-of-a-host-", ": {local: true},\n  ", 4'000)
                                             + "}\napplication: {env_files: ["
                                             + numbered("{host: a-rather-long-name-of-an-host-x", ", path: p, keys: [k]},\n  ", 3'000) + "]}\n";
    QTest::newRow("many instances") << head + "application: {pools: {blue: {instances: [" + numbered("{url: 'http://h:", "'},\n  ", 9'000) + "]}}}\n";
    QTest::newRow("many aliases") << numbered("a", ": &x [y, y, y]\n", 10'000) + numbered("b", ": [*x, *x]\n", 10'000);
}

void PlanReaderFuzzTest::noTextCostsMuchTimeOrMemory()
{
    QFETCH(QByteArray, text);
    // What an earlier row freed must not hide what this one takes.
    ::malloc_trim(0);
    startPeakAnew();
    const qint64 before = memory("VmRSS:");
    const double started = cpuSeconds();
    const PlanReading reading = readPlan(text, QStringLiteral("/p"), today);
    const double took = cpuSeconds() - started;
    const qint64 grown = memory("VmHWM:") - before;
    QVERIFY2(took < 2, qPrintable(QStringLiteral("%1 s").arg(took)));
    QVERIFY2(grown < 50'000'000, qPrintable(QStringLiteral("%1 bytes").arg(grown)));
    QVERIFY(reading.problems.size() <= 100);
}

QTEST_GUILESS_MAIN(PlanReaderFuzzTest)
#include "tst_planreaderfuzz.moc"
