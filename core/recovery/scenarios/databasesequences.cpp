// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/databaserecovery.h"

// The copy has its sequences as they were at the moment: it would give the keys of the rows that are lost to new rows,
// and those could never be put back under their own.
namespace understudy::databasesteps {
namespace {

constexpr Milliseconds sequencesWithin{10'000};

/// Room for what the old database still gives out until nobody is on it any more; a gap hurts nobody.
const char *const takenSql = R"(
select json_agg(json_build_object('name', format('%I.%I', schemaname, sequencename),
                                  'value', least(last_value + 1000 * increment_by, max_value)))::text as taken
from pg_sequences where last_value is not null and increment_by > 0 and not cycle)";

const char *const raiseSql = R"(
select count(setval(taken.name::regclass, taken.value)) as raised
from json_to_recordset($1::json) as taken(name text, value bigint)
join pg_sequences own on format('%I.%I', own.schemaname, own.sequencename) = taken.name
where taken.value > coalesce(own.last_value, 0) and taken.value <= own.max_value)";

} // namespace

QString raiseSequences(StepContext &context, const DatabaseRecovery &database)
{
    const auto leftAsTheyAre = [](const Error &error) {
        return QStringLiteral("the copy's sequences stay as they were at the moment, and will give out keys of lost rows again: %1").arg(error.message);
    };
    const Result<Secret> oldUrl = database.oldUrl(context);
    const Result<RestoredCopy> copy = database.copy(context);
    if (!oldUrl || !copy)
        return leftAsTheyAre(oldUrl ? copy.error() : oldUrl.error());
    const Result<std::unique_ptr<PgConnection>> old = DatabaseRecovery::connect(*oldUrl, context);
    const Result<PgTable> taken = old ? (*old)->query(QString::fromLatin1(takenSql), sequencesWithin) : fail(old.error());
    if (!taken)
        return leftAsTheyAre(taken.error());
    const QString values = taken->text(QStringLiteral("taken")).value_or(QString());
    if (values.isEmpty())
        return QStringLiteral("the old database has no sequence that was used");
    const Result<std::unique_ptr<PgConnection>> session = DatabaseRecovery::connect(copy->url, context);
    const Result<PgTable> raised = session ? (*session)->query(QString::fromLatin1(raiseSql), sequencesWithin, {values}, PgTransaction::ReadWrite) : fail(session.error());
    if (!raised)
        return leftAsTheyAre(raised.error());
    return QStringLiteral("%1 sequences of the copy were raised above the old database's: no key of a lost row is given out again").arg(raised->text(QStringLiteral("raised")).value_or(QStringLiteral("0")));
}

} // namespace understudy::databasesteps
