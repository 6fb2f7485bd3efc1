// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/databaserecovery.h"
#include "core/systems/shell/programwords.h"

#include <QTest>

using namespace understudy;
using Verdict = ProgramWords::Verdict;

/// A script that says itself that it did nothing is not believed, whatever it ends with.
class ProgramWordsTest : public QObject
{
    Q_OBJECT
private slots:
    void wordsAreHeldAgainstTheExitCode_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("out");
        QTest::addColumn<QByteArray>("err");
        QTest::addColumn<int>("verdict");
        const auto row = [](const char *name, int code, const char *out, const char *err, Verdict verdict) {
            QTest::newRow(name) << code << QByteArray(out) << QByteArray(err) << int(verdict);
        };
        row("the platform's mock run", 0, "[MOCK] Connecting to Database...\n✅ [MOCK] Backup verification passed (Simulated).\nLatest Restore Point: 2026-11-22T14:00:00Z (2 mins ago)\n",
            "⚠️ Missing NEON_API_KEY or PROJECT_ID. Skipping API verification (Mock Mode).\n", Verdict::Simulated);
        row("mock mode said on standard error only", 0, "passed\n", "skipping (Mock Mode)\n", Verdict::Simulated);
        row("dry run", 0, "dry-run: nothing was switched\n", "", Verdict::Simulated);
        row("npm without the script", 1, "", "npm error Missing script: \"db:verify-backup\"\n", Verdict::Missing);
        row("a shell without the program", 127, "", "sh: 1: ts-node: not found\n", Verdict::Missing);
        row("node without a module", 1, "", "Error: Cannot find module 'axios'\n", Verdict::Missing);
        row("the API refuses", 1, "Checking Neon backups\n", "Api Error: 401 { code: '' }\n", Verdict::Failed);
        row("fails without a word", 1, "", "", Verdict::Failed);
        row("no objection", 0, "✅ Neon Branch is ACTIVE.\n", "", Verdict::Plausible);
        row("mockingbird is no mock", 0, "restored table mockingbird\n", "", Verdict::Plausible);
    }
    void wordsAreHeldAgainstTheExitCode()
    {
        QFETCH(int, code);
        QFETCH(QByteArray, out);
        QFETCH(QByteArray, err);
        QFETCH(int, verdict);
        const ProgramWords words = judgeWords({code, out, err});
        QCOMPARE(int(words.verdict), verdict);
        QCOMPARE(words.why.isEmpty(), words.verdict == Verdict::Plausible);
    }

    void plansOwnCheckIsRunAndNeverBelieved_data()
    {
        QTest::addColumn<QStringList>("command");
        QTest::addColumn<QString>("said");
        QTest::newRow("pretends") << QStringList{QStringLiteral("sh"), QStringLiteral("-c"), QStringLiteral("echo '[MOCK] fine'")} << "only pretends";
        QTest::newRow("no objection") << QStringList{QStringLiteral("true")} << "proves nothing";
        QTest::newRow("missing") << QStringList{QStringLiteral("no-such-program-here")} << "verifies nothing";
    }
    void plansOwnCheckIsRunAndNeverBelieved()
    {
        QFETCH(QStringList, command);
        QFETCH(QString, said);
        Plan plan;
        plan.procedures[QStringLiteral("database_loss")] = {{.text = QStringLiteral("Check it."), .command = command, .name = QStringLiteral("Verify the backup")}};
        QVERIFY2(databasesteps::askOwnVerification(plan, {}).contains(said), qPrintable(databasesteps::askOwnVerification(plan, {})));
    }
    void commandOfAnotherMatterIsNotRun_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("a later step") << "Verify the application after the restart";
        QTest::newRow("not its own word") << "Restart, then verify the recovery";
    }
    void commandOfAnotherMatterIsNotRun()
    {
        QFETCH(QString, name);
        Plan plan;
        plan.procedures[QStringLiteral("database_loss")] = {{.text = QStringLiteral("Do it."), .command = {QStringLiteral("true")}, .name = name}};
        QCOMPARE(databasesteps::askOwnVerification(plan, {}), QString());
    }
    void planWithoutACheckSaysNothing()
    {
        QCOMPARE(databasesteps::askOwnVerification(Plan{}, {}), QString());
    }
};

QTEST_GUILESS_MAIN(ProgramWordsTest)
#include "tst_programwords.moc"
