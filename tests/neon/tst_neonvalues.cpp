// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/neon/neonvalues.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace understudy;

namespace {

const QByteArray projectText = R"({"id":"shiny-wind-028834","name":"The Copy","region_id":"aws-us-east-2","history_retention_seconds":604800,
    "created_at":"2022-11-23T17:42:25Z","pg_version":15,"quota":{"new":["thing"]}})";
const QByteArray branchText = R"({"id":"br-wispy-meadow-118737","project_id":"spring-example-302709","parent_id":"br-aged-salad-637688",
    "parent_lsn":"0/1DE2850","parent_timestamp":"2022-11-30T19:00:00.204171Z","name":"dev2","protected":false,"current_state":"ready",
    "created_at":"2022-11-30T19:09:48Z","default":true,"expires_at":"2025-06-09T18:02:16Z","last_reset_at":null})";
const QByteArray endpointText = R"({"id":"ep-silent-smoke-806639","branch_id":"br-wispy-meadow-118737","host":"ep-silent-smoke-806639.us-east-2.aws.neon.tech",
    "type":"read_write","current_state":"init","pending_state":"active","disabled":false})";
const QByteArray operationText = R"({"id":"d8ac46eb-a757-42b1-9907-f78322ee394e","branch_id":"br-wispy-meadow-118737","endpoint_id":"ep-silent-smoke-806639",
    "action":"start_compute","status":"running","failures_count":2,"error":"no capacity","created_at":"2022-11-15T20:02:00Z","retry_at":"2022-11-15T20:03:00Z"})";

QJsonObject objectFrom(const QByteArray &text) { return QJsonDocument::fromJson(text).object(); }

/// The error of reading it as that kind; empty: it was read.
QString problemOf(const QString &kind, const QJsonValue &json)
{
    const auto text = [](const auto &result) { return result ? QString() : QStringLiteral("%1 %2").arg(int(result.error().code)).arg(result.error().message); };
    if (kind == QLatin1String("project"))
        return text(NeonProject::fromJson(json));
    if (kind == QLatin1String("branch"))
        return text(NeonBranch::fromJson(json));
    if (kind == QLatin1String("endpoint"))
        return text(NeonEndpoint::fromJson(json));
    return text(NeonOperation::fromJson(json));
}

QByteArray textOf(const QString &kind)
{
    return kind == QLatin1String("project") ? projectText : kind == QLatin1String("branch") ? branchText : kind == QLatin1String("endpoint") ? endpointText : operationText;
}

} // namespace

class NeonValuesTest : public QObject
{
    Q_OBJECT
private slots:
    void projectIsRead()
    {
        const Result<NeonProject> project = NeonProject::fromJson(objectFrom(projectText));
        QVERIFY(project);
        QCOMPARE(project->id, QStringLiteral("shiny-wind-028834"));
        QCOMPARE(project->historyKept, Milliseconds(604'800'000));
        QCOMPARE(toRfc3339(project->createdAt), QStringLiteral("2022-11-23T17:42:25.000Z"));
    }
    void branchIsRead()
    {
        const Result<NeonBranch> branch = NeonBranch::fromJson(objectFrom(branchText));
        QVERIFY(branch);
        QCOMPARE(branch->parentId, QStringLiteral("br-aged-salad-637688"));
        QCOMPARE(toRfc3339(branch->parentTimestamp), QStringLiteral("2022-11-30T19:00:00.204Z"));
        QCOMPARE(toRfc3339(branch->expiresAt), QStringLiteral("2025-06-09T18:02:16.000Z"));
        QVERIFY(branch->isDefault && branch->isUsable() && !branch->lastResetAt.isValid());
    }
    void endpointIsRead()
    {
        const Result<NeonEndpoint> endpoint = NeonEndpoint::fromJson(objectFrom(endpointText));
        QVERIFY(endpoint);
        QVERIFY(endpoint->isReadWrite() && !endpoint->isUsable());
    }
    void operationIsRead()
    {
        const Result<NeonOperation> operation = NeonOperation::fromJson(objectFrom(operationText));
        QVERIFY(operation);
        QCOMPARE(operation->words(), QStringLiteral("start_compute running (2 failures: no capacity)"));
        QVERIFY(operation->retryAt.isValid());
    }

    void requiredFieldIsNamed_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("field");
        const auto rows = [](const char *kind, std::initializer_list<const char *> fields) {
            for (const char *field : fields)
                QTest::newRow(qPrintable(QStringLiteral("%1.%2").arg(QLatin1String(kind), QLatin1String(field)))) << QString::fromLatin1(kind) << QString::fromLatin1(field);
        };
        rows("project", {"id", "name", "history_retention_seconds", "created_at"});
        rows("branch", {"id", "name", "current_state", "default", "protected", "created_at"});
        rows("endpoint", {"id", "branch_id", "host", "type", "current_state", "disabled"});
        rows("operation", {"id", "action", "status", "failures_count", "created_at"});
    }
    void requiredFieldIsNamed()
    {
        QFETCH(QString, kind);
        QFETCH(QString, field);
        QCOMPARE(problemOf(kind, objectFrom(textOf(kind))), QString());
        for (const QJsonValue &wrong : {QJsonValue(QJsonValue::Undefined), QJsonValue(), QJsonValue(QJsonArray()), QJsonValue(-1.5)}) {
            QJsonObject json = objectFrom(textOf(kind));
            if (wrong.isUndefined())
                json.remove(field);
            else
                json[field] = wrong;
            const QString problem = problemOf(kind, json);
            QVERIFY2(problem.startsWith(QString::number(int(ErrorCode::ProtocolViolation))), qPrintable(problem));
            QVERIFY2(problem.contains(kind + QLatin1Char('.') + field), qPrintable(problem));
        }
    }
    void whatIsNoObjectIsRefused()
    {
        QVERIFY(problemOf(QStringLiteral("branch"), QJsonValue()).contains(QLatin1String("'branch'")));
    }

    void stagesOfAnOperation_data()
    {
        QTest::addColumn<int>("stage");
        const auto row = [](const char *status, NeonOperation::Stage stage) { QTest::newRow(status) << int(stage); };
        row("scheduling", NeonOperation::Stage::Waiting);
        row("running", NeonOperation::Stage::Waiting);
        row("finished", NeonOperation::Stage::Done);
        row("failed", NeonOperation::Stage::Waiting); // it is tried again
        row("error", NeonOperation::Stage::Failed);
        row("cancelling", NeonOperation::Stage::Waiting);
        row("cancelled", NeonOperation::Stage::Failed);
        row("skipped", NeonOperation::Stage::Done);
        row("hibernating", NeonOperation::Stage::Waiting); // a new word
    }
    void stagesOfAnOperation()
    {
        QFETCH(int, stage);
        QJsonObject json = objectFrom(operationText);
        json[QStringLiteral("status")] = QString::fromLatin1(QTest::currentDataTag());
        const Result<NeonOperation> operation = NeonOperation::fromJson(json);
        QVERIFY(operation);
        QCOMPARE(int(operation->stage()), stage);
        QVERIFY(operation->words().contains(QLatin1String(QTest::currentDataTag())));
    }

    void newWordsAreAcceptedAndShown()
    {
        QJsonObject json = objectFrom(branchText);
        json[QStringLiteral("current_state")] = QStringLiteral("hibernating");
        const Result<NeonBranch> branch = NeonBranch::fromJson(json);
        QVERIFY(branch);
        QCOMPARE(branch->state, QStringLiteral("hibernating"));
        QVERIFY(!branch->isUsable());
    }
    void textsAreBoundedAndRedacted()
    {
        QJsonObject json = objectFrom(operationText);
        json[QStringLiteral("error")] = QString(QStringLiteral("cannot reach postgresql://app:hunter22@host/db\n\n") + QString(100'000, QLatin1Char('x')));
        const Result<NeonOperation> operation = NeonOperation::fromJson(json);
        QVERIFY(operation);
        QVERIFY(operation->error.size() <= 256 && !operation->error.contains(QLatin1Char('\n')));
        QVERIFY(!operation->error.contains(QLatin1String("hunter22")));
    }
    void idForAnotherPathIsRefused()
    {
        QJsonObject json = objectFrom(branchText);
        json[QStringLiteral("id")] = QStringLiteral("../../users/me");
        QVERIFY(problemOf(QStringLiteral("branch"), json).contains(QLatin1String("branch.id")));
    }

    void addresses_data()
    {
        QTest::addColumn<QString>("uri");
        QTest::addColumn<QString>("server"); // empty: refused
        QTest::newRow("Neon's") << "postgresql://app:pw@ep-x.neon.tech/db?sslmode=require" << "ep-x.neon.tech:5432";
        QTest::newRow("with a port") << "postgres://app:p%2Fw@127.0.0.1:6000/db" << "127.0.0.1:6000";
        QTest::newRow("not encoded as it should be") << "postgresql://app:p^w|x@ep-x.neon.tech/the copy" << "ep-x.neon.tech:5432";
        QTest::newRow("another scheme") << "https://app:pw@ep-x.neon.tech/db" << "";
        QTest::newRow("no host") << "postgresql:///db" << "";
        QTest::newRow("nothing") << "" << "";
        QTest::newRow("endless") << QString(QStringLiteral("postgresql://h/") + QString(5000, QLatin1Char('a'))) << "";
    }
    void addresses()
    {
        QFETCH(QString, uri);
        QFETCH(QString, server);
        const Result<NeonAddress> address = NeonAddress::fromJson(uri);
        QCOMPARE(address ? address->server : QString(), server);
        if (address)
            QCOMPARE(QString::fromUtf8(address->uri.reveal()), uri);
        else
            QVERIFY(!address.error().text().contains(QLatin1String("pw")));
    }
};

QTEST_GUILESS_MAIN(NeonValuesTest)
#include "tst_neonvalues.moc"
