// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/planreader.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

const QDate today(2026, 11, 23);

QString folder(const QString &name)
{
    return qEnvironmentVariable("UNDERSTUDY_SOURCE") + QStringLiteral("/tests/plan/") + name;
}

QByteArray content(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The problems as `plan check` prints them, without the file's name.
QString told(const PlanReading &reading)
{
    QString lines;
    for (const PlanProblem &problem : reading.problems)
        lines += problem.text(QString()).mid(1) + QLatin1Char('\n');
    return lines;
}

Plan fullPlan()
{
    return readPlanFile(folder(QStringLiteral("good/full.yaml")), today).plan.value_or(Plan());
}

} // namespace

class PlanReaderTest : public QObject
{
    Q_OBJECT
private slots:
    void goodPlansHaveNoProblems_data();
    void goodPlansHaveNoProblems();
    void badPlansGiveTheirRecordedProblems_data();
    void badPlansGiveTheirRecordedProblems();
    void objectivesAreRead();
    void databaseIsRead();
    void redisIsRead();
    void applicationIsRead();
    void proceduresAreRead();
    void versionIsTheHashOfTheBytes();
    void overdueReviewIsAWarningOnly();
    void passwordsAreNeverRepeated_data();
    void passwordsAreNeverRepeated();
    void strangeFilesAreRefused_data();
    void strangeFilesAreRefused();
};

void PlanReaderTest::goodPlansHaveNoProblems_data()
{
    QTest::addColumn<QString>("path");
    const QDir good(folder(QStringLiteral("good")));
    for (const QString &name : good.entryList({QStringLiteral("*.yaml")}))
        QTest::newRow(qPrintable(name)) << good.filePath(name);
}

void PlanReaderTest::goodPlansHaveNoProblems()
{
    QFETCH(QString, path);
    const PlanReading reading = readPlanFile(path, today);
    QCOMPARE(told(reading), QString());
    QVERIFY(reading.plan.has_value());
}

void PlanReaderTest::badPlansGiveTheirRecordedProblems_data()
{
    QTest::addColumn<QString>("path");
    const QDir bad(folder(QStringLiteral("bad")));
    const QStringList names = bad.entryList({QStringLiteral("*.yaml")});
    QVERIFY(names.size() > 10);
    for (const QString &name : names)
        QTest::newRow(qPrintable(name)) << bad.filePath(name);
}

void PlanReaderTest::badPlansGiveTheirRecordedProblems()
{
    QFETCH(QString, path);
    const PlanReading reading = readPlanFile(path, today);
    QVERIFY(!reading.plan.has_value());
    const QString recorded = path.chopped(5) + QStringLiteral(".expected");
    // To record anew after a change of words: UNDERSTUDY_RECORD=1, then read every difference.
    if (qEnvironmentVariableIsSet("UNDERSTUDY_RECORD")) {
        QFile file(recorded);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(told(reading).toUtf8());
    }
    QCOMPARE(told(reading), QString::fromUtf8(content(recorded)));
}

void PlanReaderTest::objectivesAreRead()
{
    const Plan plan = fullPlan();
    QCOMPARE(plan.recoveryTime.size(), 2);
    QCOMPARE(plan.recoveryTime.at(0).services.size(), 3);
    QCOMPARE(plan.recoveryTime.at(1).within, Milliseconds(4h));
    QCOMPARE(plan.recoveryPoint.at(0).within, Milliseconds(5min));
    QCOMPARE(plan.recoveryPoint.at(0).via, QStringLiteral("Neon PITR"));
}

void PlanReaderTest::databaseIsRead()
{
    const DatabasePlan database = fullPlan().database.value_or(DatabasePlan());
    QCOMPARE(database.url.kind, SecretReference::Kind::EnvironmentFile);
    QCOMPARE(database.url.host, QStringLiteral("app-1"));
    QCOMPARE(database.standby.kind, SecretReference::Kind::Plain);
    QVERIFY(database.neon.has_value());
    QCOMPARE(database.neon->apiKey.name, QStringLiteral("NEON_API_KEY"));
    QCOMPARE(database.restoreWindow.value_or(0ms), Milliseconds(168h));
    QCOMPARE(database.logicalBackups.value_or(LogicalBackupsPlan()).secretKey.kind, SecretReference::Kind::File);
    QCOMPARE(database.integrity.size(), 1);
}

void PlanReaderTest::redisIsRead()
{
    const RedisPlan redis = fullPlan().redis.value_or(RedisPlan());
    QCOMPARE(redis.sentinels.size(), 3);
    QCOMPARE(redis.sentinels.at(1), (Endpoint{QStringLiteral("::1"), 26379}));
    QVERIFY(redis.tls);
    QCOMPARE(redis.tlsServerName, QStringLiteral("redis.internal"));
    QCOMPARE(redis.addresses.value(QStringLiteral("10.0.0.2:6379")).port, quint16(16379));
    QCOMPARE(redis.every, 500ms);
}

void PlanReaderTest::applicationIsRead()
{
    const ApplicationPlan application = fullPlan().application.value_or(ApplicationPlan());
    QCOMPARE(application.pools.size(), 2);
    QCOMPARE(application.pools.at(0).colour, QStringLiteral("blue"));
    QCOMPARE(application.pools.at(1).instances.at(0).process, QStringLiteral("theeeecopy-green"));
    QCOMPARE(application.processes.kind, ProcessesPlan::Kind::Commands);
    QCOMPARE(application.processes.restart.size(), 3);
    QCOMPARE(application.traffic.kind, QStringLiteral("nginx_file"));
    QCOMPARE(application.traffic.values.value(QStringLiteral("sudo")), QStringLiteral("true"));
    QCOMPARE(application.minimumServing, 2);
}

void PlanReaderTest::proceduresAreRead()
{
    const Plan plan = fullPlan();
    QCOMPARE(plan.procedures.value(QStringLiteral("database_loss")).size(), 3);
    QCOMPARE(plan.procedures.value(QStringLiteral("database_loss")).at(2).alternative.at(0), QStringLiteral("docker"));
    QCOMPARE(plan.procedureHeadings.value(QStringLiteral("database_loss")).severity, QStringLiteral("critical"));
    QCOMPARE(plan.procedures.value(QStringLiteral("redis_master_failure")).at(0).command.size(), 6);
}

void PlanReaderTest::versionIsTheHashOfTheBytes()
{
    const QByteArray text = "understudy: 1\nplan: {name: x}\nmode: lab\n";
    const PlanReading reading = readPlan(text, QStringLiteral("/p"), today);
    QVERIFY(reading.plan.has_value());
    QCOMPARE(reading.plan->version,
             QStringLiteral("sha256:53130041748800bab7b6aee6010bd743a9036cfc50252a8d6384dfd567556862"));
}

void PlanReaderTest::overdueReviewIsAWarningOnly()
{
    const QByteArray text = "understudy: 1\nplan: {name: x, updated: 2025-12-25, review_every: 90d}\nmode: lab\n";
    const PlanReading reading = readPlan(text, QStringLiteral("/p"), today);
    QVERIFY(reading.plan.has_value());
    QCOMPARE(reading.problems.size(), 1);
    QCOMPARE(reading.problems.at(0).severity, PlanProblem::Severity::Warning);
}

void PlanReaderTest::passwordsAreNeverRepeated_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("database url") << QByteArray("database: {url: \"postgresql://app:hunter2@db/x\"}");
    QTest::newRow("password with an at sign") << QByteArray("database: {url: \"postgresql://app:hun@hunter2@db/x\"}");
    QTest::newRow("password in the query") << QByteArray("database: {url: \"postgresql://app@db/x?password=hunter2\"}");
    QTest::newRow("redis password") << QByteArray("redis: {master: m, sentinels: [a:1], password: hunter2}");
    QTest::newRow("a value as the variable's name") << QByteArray("redis: {master: m, sentinels: [a:1], password: {env: hunter2-x!}}");
    QTest::newRow("entry") << QByteArray("application: {entry: \"https://u:hunter2@x.example\"}");
    QTest::newRow("webhook") << QByteArray("paging: {webhook: [hunter2]}");
}

void PlanReaderTest::passwordsAreNeverRepeated()
{
    QFETCH(QByteArray, line);
    const PlanReading reading
        = readPlan("understudy: 1\nplan: {name: x}\nmode: lab\n" + line + "\n", QStringLiteral("/p"), today);
    QVERIFY(!reading.plan.has_value());
    QVERIFY2(!told(reading).contains(QStringLiteral("hunter2")), qPrintable(told(reading)));
}

void PlanReaderTest::strangeFilesAreRefused_data()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind : {"missing", "folder", "fifo", "large", "empty", "binary"})
        QTest::newRow(kind) << QString::fromLatin1(kind);
}

void PlanReaderTest::strangeFilesAreRefused()
{
    QFETCH(QString, kind);
    const QTemporaryDir temporary;
    const QString path = temporary.filePath(QStringLiteral("plan.yaml"));
    QFile file(path);
    if (kind == QLatin1String("folder"))
        QVERIFY(QDir().mkdir(path));
    else if (kind == QLatin1String("fifo"))
        QCOMPARE(::mkfifo(qPrintable(path), 0600), 0);
    else if (kind != QLatin1String("missing"))
        QVERIFY(file.open(QIODevice::WriteOnly));
    if (kind == QLatin1String("large"))
        QVERIFY(file.resize(50'000'000));
    if (kind == QLatin1String("binary"))
        file.write(QByteArray::fromHex("7f454c46020101000000ffffffff"));
    file.close();
    const PlanReading reading = readPlanFile(path, today);
    QVERIFY(!reading.plan.has_value());
    QCOMPARE(reading.problems.size(), 1);
    QVERIFY(!reading.problems.at(0).hint.isEmpty());
}

QTEST_GUILESS_MAIN(PlanReaderTest)
#include "tst_planreader.moc"
