// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/databaserecovery.h"
#include "core/systems/secrets/livesecretresolver.h"
#include "tests/recovery/onecopy.h"

#include <QTest>

using namespace understudy;

/// What is asked of the provider before anything is made.
class DatabasePointTest : public QObject
{
    Q_OBJECT

    SystemClock m_clock;
    QJsonObject m_facts;

    /// What the step says of a source at that server, with the application at ep-1.db.example; empty: proved.
    QString problemOf(const QString &source, const QString &branch = {})
    {
        const QDateTime now = m_clock.now();
        auto provider = std::make_shared<test::OneCopy>();
        provider->kept = {.earliest = now.addDays(-1), .latest = now, .kept = std::chrono::hours(24), .earliestBy = {}, .latestBy = {}};
        provider->from = {.id = QStringLiteral("br-1"), .name = QStringLiteral("main"), .server = source};
        Plan plan;
        plan.database.emplace();
        plan.database->url = {.kind = SecretReference::Kind::Plain, .name = QStringLiteral("postgres://app@ep-1.db.example/thecopy")};
        const LiveSecretResolver secrets(plan);
        const auto recovery = std::make_shared<DatabaseRecovery>(
            plan, RunOptions{.scenario = QStringLiteral("database"), .to = now.addSecs(-60), .branch = branch}, secrets,
            [provider](const Plan &, const SecretResolver &) { return Result<std::shared_ptr<const RestoreProvider>>(provider); });
        m_said.clear();
        StepContext context{.facts = m_facts, .clock = m_clock, .cancel = {}, .say = [this](const QString &line) { m_said << line; },
                            .note = [](const QJsonObject &) { return Result<Unit>(Unit{}); }};
        const Result<QString> proved = databasesteps::restorePoint(recovery).verify(context);
        return proved ? QString() : proved.error().text();
    }
    QStringList m_said;

private slots:
    void theBranchThatTheApplicationIsOnIsRestored() { QCOMPARE(problemOf(QStringLiteral("ep-1.db.example:5432")), QString()); }
    void anotherBranchOfTheSameProviderIsRefused()
    {
        const QString problem = problemOf(QStringLiteral("ep-2.db.example:5432"));
        QVERIFY2(problem.contains(QLatin1String("the application is on ep-1.db.example:5432")) && problem.contains(QLatin1String("Nothing was done")), qPrintable(problem));
    }
    void aNameOfSomebodysOwnIsSaidAndNotRefused()
    {
        QCOMPARE(problemOf(QStringLiteral("db.internal:5432")), QString());
        QVERIFY2(m_said.join(QLatin1Char(' ')).contains(QLatin1String("db.internal:5432")), qPrintable(m_said.join(QLatin1Char(' '))));
    }
    void aBranchThatWasFollowedIsNamedForThePlan()
    {
        QCOMPARE(problemOf(QStringLiteral("ep-1.db.example:5432"), QStringLiteral("br-1")), QString());
        QVERIFY2(m_said.join(QLatin1Char(' ')).contains(QLatin1String("name main there after the incident")), qPrintable(m_said.join(QLatin1Char(' '))));
    }
};

QTEST_GUILESS_MAIN(DatabasePointTest)
#include "tst_databasepoint.moc"
