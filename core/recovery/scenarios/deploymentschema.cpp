// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/deploymentsteps.h"

#include "core/systems/postgres/pgconnection.h"

namespace understudy::deployment {
namespace {

using Verdict = PreflightCheck::Verdict;
constexpr Milliseconds schemaAnswer{5000};

/// The plan may keep one file for each colour: {colour} in its path stands for it.
Result<QString> expectedMigration(const Rollback &rollback)
{
    SecretReference where = rollback.plan.application->schemaExpected;
    where.name.replace(QLatin1String("{colour}"), rollback.to);
    const Result<Secret> found = rollback.secrets.resolve(where);
    if (!found)
        return fail(found.error());
    // A migration's name, no secret: only the way to it is the same.
    const QString text = QString::fromUtf8(found->reveal()).trimmed();
    if (text.isEmpty() || text.size() > 200 || text.contains(QLatin1Char('\n')))
        return fail(ErrorCode::InvalidInput, QStringLiteral("%1 does not hold one migration").arg(where.describe()));
    return text;
}

Result<QString> appliedMigration(const Rollback &rollback)
{
    if (!rollback.plan.database)
        return fail(ErrorCode::InvalidInput, QStringLiteral("the plan names no database"));
    const Result<Secret> url = rollback.secrets.resolve(rollback.plan.database->url);
    if (!url)
        return fail(url.error());
    const Result<std::unique_ptr<PgConnection>> session = PgConnection::connect(*url, schemaAnswer);
    if (!session)
        return fail(session.error());
    const Result<PgTable> table = (*session)->query(rollback.plan.application->schemaApplied, schemaAnswer, {}, PgTransaction::ReadOnly);
    if (!table)
        return fail(table.error());
    const QString text = table->rows.value(0).value(0).value_or(QString()).trimmed();
    if (table->rows.size() != 1 || text.isEmpty())
        return fail(ErrorCode::NotProved, QStringLiteral("the plan's query for the applied migration gives %1 rows").arg(table->rows.size()));
    return text.left(200);
}

} // namespace

/// Code of before a migration on the schema of after it: nobody here knows what it does.
PreflightCheck schemaGate(const Rollback &rollback)
{
    const QString name = QStringLiteral("fits the database's schema");
    if (rollback.plan.application->schemaApplied.isEmpty())
        return {name, Verdict::Warn, QStringLiteral("the plan names no query for the applied migration: not looked at")};
    const Result<QString> expected = expectedMigration(rollback);
    const Result<QString> applied = expected ? appliedMigration(rollback) : expected;
    if (!applied)
        return {name, Verdict::Unknown, applied.error().text()};
    if (*applied == *expected)
        return {name, Verdict::Pass, QStringLiteral("%1 expects migration %2, and that is applied").arg(rollback.to, *expected)};
    const QString differs = QStringLiteral("%1 expects migration %2, the database has %3").arg(rollback.to, *expected, *applied);
    if (rollback.despiteSchema)
        return {name, Verdict::Warn, QStringLiteral("%1; whoever began the run said to go on all the same").arg(differs)};
    return {name, Verdict::Fail, QStringLiteral("%1. If that code is known to work with it, say so: --despite-schema").arg(differs)};
}

} // namespace understudy::deployment
