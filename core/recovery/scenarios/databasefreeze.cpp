// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"
#include "core/recovery/scenarios/databaserecovery.h"
#include "core/recovery/stepfacts.h"

// What is written to the old database from now on is lost by going back. Whether to stop that is the
// operator's: a read-only database is an outage for whoever writes, and keeps what can be compared whole.
namespace understudy::databasesteps {
namespace {

using Session = std::unique_ptr<PgConnection>;
constexpr Milliseconds answer{5000};
constexpr int clockSlack = 600; ///< seconds that the server's clock may be ahead: every session is meant

struct FreezeState
{
    QString setting; ///< of the database itself: "on", "off"; empty: none
    int others = 0;  ///< sessions of other processes on it
    int foreign = 0; ///< of these, sessions that this role may not end
};

Result<Session> oldSession(StepContext &context, const DatabaseRecovery &database)
{
    const Result<Secret> url = database.oldUrl(context);
    return url ? DatabaseRecovery::connect(*url, context) : fail(url.error());
}

Result<FreezeState> frozenState(PgConnection &old)
{
    const Result<PgTable> table = old.query(QStringLiteral(R"(
select (select split_part(s, '=', 2) from pg_db_role_setting r, unnest(r.setconfig) s
        where r.setdatabase = d.oid and r.setrole = 0 and s like 'default_transaction_read_only=%') as setting,
       (select count(*) from pg_stat_activity a where a.datname = d.datname and a.pid <> pg_backend_pid()) as others,
       (select count(*) from pg_stat_activity a where a.datname = d.datname and a.pid <> pg_backend_pid()
         and not (pg_has_role(current_user, a.usesysid, 'USAGE') or pg_has_role(current_user, 'pg_signal_backend', 'USAGE'))) as foreign_ones
from pg_database d where d.datname = current_database())"), answer);
    if (!table)
        return fail(table.error());
    return FreezeState{.setting = table->text(QStringLiteral("setting")).value_or(QString()),
                       .others = int(table->number(QStringLiteral("others")).value_or(0)),
                       .foreign = int(table->number(QStringLiteral("foreign_ones")).value_or(0))};
}

std::optional<double> rowsPerMinute(StepContext &context, PgConnection &old)
{
    const QString sql = QStringLiteral("select tup_inserted + tup_updated + tup_deleted as rows, extract(epoch from clock_timestamp()) as at"
                                       " from pg_stat_database where datname = current_database()");
    const Result<PgTable> first = old.query(sql, answer);
    if (!first || !restFor(context, Milliseconds(1200)))
        return {};
    const Result<PgTable> second = old.query(sql, answer);
    if (!second)
        return {};
    const double rows = second->number(QStringLiteral("rows")).value_or(0) - first->number(QStringLiteral("rows")).value_or(0);
    const double seconds = second->number(QStringLiteral("at")).value_or(0) - first->number(QStringLiteral("at")).value_or(0);
    if (rows < 0 || seconds <= 0)
        return {};
    return rows / seconds * 60;
}

Result<StepPreview> previewFreeze(StepContext &context, const DatabaseRecovery &database)
{
    StepPreview shown;
    shown.why = QStringLiteral("What is written from now on is lost by going back to %1.").arg(momentText(database.moment(), context.clock.now()));
    Result<Session> old = oldSession(context, database);
    if (!old)
        return fail(old.error());
    const Result<FreezeState> state = frozenState(**old);
    if (!state)
        return fail(state.error());
    const std::optional<double> rate = rowsPerMinute(context, **old);
    if (rate)
        shown.why += QLatin1Char(' ') + rateWords(*rate);
    const QString server = (*old)->server();
    const QString name = (*old)->database();
    shown.willDo = {{QStringLiteral("ALTER DATABASE %1 SET default_transaction_read_only = on").arg(name), server},
                    {QStringLiteral("pg_terminate_backend for %1 sessions, so that the next ones begin read-only").arg(state->others - state->foreign), server}};
    shown.willNot = {QStringLiteral("stop a session that asks for a writable transaction by itself"),
                     QStringLiteral("stop the processes: they stay up, and what they write is refused")};
    if (state->foreign > 0)
        shown.willNot.append(QStringLiteral("end %1 sessions of other roles: this role may not").arg(state->foreign));
    shown.expect = {QStringLiteral("writes fail with \"cannot execute … in a read-only transaction\""),
                    QStringLiteral("a process that does not expect to lose a connection may restart")};
    shown.predicted = QStringLiteral("OK");
    shown.byHand = {QStringLiteral("psql -c 'ALTER DATABASE %1 SET default_transaction_read_only = on'").arg(name)};
    shown.wayBack = QStringLiteral("the setting is put back to what it was, and the sessions are ended once more");
    shown.button = QStringLiteral("Make %1 read-only").arg(name);
    return shown;
}

QString quotedName(PgConnection &old)
{
    const Result<PgTable> table = old.query(QStringLiteral("select quote_ident(current_database()) as name"), answer);
    return table ? table->text(QStringLiteral("name")).value_or(QString()) : QString();
}

/// Ends every session that this role may end and that began before `since`. A pooler's come back at once,
/// with the new default.
Result<int> endSessions(PgConnection &old, const QDateTime &since)
{
    const Result<PgTable> table = old.query(QStringLiteral(
        "select count(*) filter (where pg_terminate_backend(pid)) as ended from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'"
        " and backend_start < $1::timestamptz"
        " and (pg_has_role(current_user, usesysid, 'USAGE') or pg_has_role(current_user, 'pg_signal_backend', 'USAGE'))"),
        answer, {toRfc3339(since)}, PgTransaction::Bare);
    if (!table)
        return fail(table.error());
    return int(table->number(QStringLiteral("ended")).value_or(0));
}

/// By the server's own clock, which its sessions' beginnings are told by; up to a millisecond later than now, as
/// whoever came within it before the change is meant too.
Result<QString> serverTime(PgConnection &old)
{
    const Result<PgTable> table = old.query(QStringLiteral("select to_char((clock_timestamp() + interval '1 ms') at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as at"), answer);
    return table ? Result<QString>(table->text(QStringLiteral("at")).value_or(QString())) : fail(table.error());
}

Result<Unit> setReadOnly(PgConnection &old, const QString &value)
{
    const QString name = quotedName(old);
    if (name.isEmpty())
        return fail(ErrorCode::ConnectionLost, QStringLiteral("the database's name could not be read"));
    const QString sql = value.isEmpty() ? QStringLiteral("alter database %1 reset default_transaction_read_only").arg(name)
                                        : QStringLiteral("alter database %1 set default_transaction_read_only = %2").arg(name, value == QLatin1String("on") ? value : QStringLiteral("off"));
    // Said first, since our session may be read-only by default already.
    const Result<PgTable> done = old.query(QStringLiteral("set transaction read write; ") + sql, answer, {}, PgTransaction::ReadWrite);
    return done ? Result<Unit>(Unit{}) : fail(done.error());
}

Result<Observation> observeFreeze(StepContext &context, const DatabaseRecovery &database)
{
    Result<Session> old = oldSession(context, database);
    if (!old) {
        // Nobody can write to what takes no connection. That we cannot ask it says nothing of those who can.
        if (old.error().code == ErrorCode::ConnectionRefused)
            return Observation{Observation::Sight::NotNeeded, QStringLiteral("the database takes no connection, so nobody writes: %1").arg(old.error().message)};
        return Observation{Observation::Sight::Unknown, QStringLiteral("it cannot be frozen from here, and whether somebody writes to it is unknown: %1").arg(old.error().text())};
    }
    const Result<FreezeState> state = frozenState(**old);
    if (!state)
        return fail(state.error());
    const bool frozen = state->setting == QLatin1String("on");
    const bool ended = stepFacts(context, "freeze").contains(QStringLiteral("ended_at"));
    if (frozen && (ended || !stepFacts(context, "freeze").contains(QStringLiteral("before"))))
        return Observation{Observation::Sight::AlreadyTrue, QStringLiteral("new sessions are read-only")};
    return Observation{Observation::Sight::NotYet, QStringLiteral("%1 sessions can write").arg(state->others),
                       stepFacts(context, "freeze").contains(QStringLiteral("before"))};
}

Result<QString> freezeNow(StepContext &context, const DatabaseRecovery &database)
{
    Result<Session> old = oldSession(context, database);
    if (!old)
        return fail(old.error());
    const Result<FreezeState> state = frozenState(**old);
    if (!state)
        return fail(state.error());
    // Only the first time: after a crash the setting is already ours.
    if (!stepFacts(context, "freeze").contains(QStringLiteral("before"))) {
        if (const Result<Unit> noted = context.note({{QStringLiteral("before"), state->setting}}); !noted)
            return fail(noted.error());
    }
    if (const Result<Unit> set = setReadOnly(**old, QStringLiteral("on")); !set)
        return fail(set.error());
    // Whoever connects from here on is read-only; a pooler does so before our next word arrives.
    const Result<QString> since = serverTime(**old);
    if (!since)
        return fail(since.error());
    const Result<int> ended = endSessions(**old, QDateTime::fromString(*since, Qt::ISODateWithMs));
    if (!ended)
        return fail(ended.error());
    if (const Result<Unit> noted = context.note({{QStringLiteral("ended_at"), *since}}); !noted)
        return fail(noted.error());
    return QStringLiteral("read-only by default; %1 sessions ended").arg(*ended);
}

/// A new session is read-only, and none is left from before.
Result<QString> proveFrozen(StepContext &context, const DatabaseRecovery &database)
{
    const QDateTime at = QDateTime::fromString(stepFacts(context, "freeze")[QStringLiteral("ended_at")].toString(), Qt::ISODateWithMs);
    QString left;
    for (int attempt = 0; attempt < 20; ++attempt) {
        Result<Session> old = oldSession(context, database);
        if (!old)
            return fail(old.error());
        const Result<PgTable> table = (*old)->query(QStringLiteral(
            "select current_setting('default_transaction_read_only') as default_now,"
            " (select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            "   and backend_type = 'client backend' and backend_start < $1::timestamptz) as older"),
            answer, {at.isValid() ? toRfc3339(at) : toRfc3339(context.clock.now())}, PgTransaction::Bare);
        if (!table)
            return fail(table.error());
        const int older = int(table->number(QStringLiteral("older")).value_or(-1));
        if (table->text(QStringLiteral("default_now")) == QStringLiteral("on") && older == 0) {
            // What is said later of rows written meanwhile rests on this, not on the act.
            if (const Result<Unit> noted = context.note({{QStringLiteral("proved_at"), toRfc3339(context.clock.now())}}); !noted)
                return fail(noted.error());
            return QStringLiteral("a new session is read-only by default; no session is older than that");
        }
        left = QStringLiteral("%1 sessions are older than the change").arg(older);
        if (!restFor(context, Milliseconds(250)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
    return fail(ErrorCode::NotProved, QStringLiteral("the database still takes writes: %1").arg(left),
                QStringLiteral("End these sessions as a role that may, or go on and count what they write as lost."));
}

Result<QString> thaw(StepContext &context, const DatabaseRecovery &database)
{
    const QJsonObject facts = stepFacts(context, "freeze");
    if (!facts.contains(QStringLiteral("before")))
        return QStringLiteral("it had not been changed");
    Result<Session> old = oldSession(context, database);
    if (!old)
        return fail(old.error());
    if (const Result<Unit> set = setReadOnly(**old, facts[QStringLiteral("before")].toString()); !set)
        return fail(set.error());
    // Processes that were started again since writes were let in have sessions that can write: they stay.
    const QDateTime lifted = QDateTime::fromString(stepFacts(context, "restart-processes")[QStringLiteral("lifted_at")].toString(), Qt::ISODateWithMs);
    const Result<int> ended = endSessions(**old, lifted.isValid() ? lifted : context.clock.now().addSecs(clockSlack));
    if (!ended)
        return fail(ended.error());
    Result<Session> fresh = oldSession(context, database);
    if (!fresh)
        return fail(fresh.error());
    const Result<FreezeState> state = frozenState(**fresh);
    if (!state)
        return fail(state.error());
    if (state->setting != facts[QStringLiteral("before")].toString())
        return fail(ErrorCode::NotProved, QStringLiteral("default_transaction_read_only is '%1'").arg(state->setting));
    return QStringLiteral("new sessions can write as before; %1 sessions ended").arg(*ended);
}

} // namespace

QString rateWords(double rowsPerMinute)
{
    return rowsPerMinute > 0 ? QStringLiteral("About %1 rows a minute are written now.").arg(numberText(rowsPerMinute))
                             : QStringLiteral("No row was seen to be written within a second: that is no promise.");
}

std::optional<double> writesPerMinute(StepContext &context, const DatabaseRecovery &database)
{
    const Result<Session> old = oldSession(context, database);
    return old ? rowsPerMinute(context, **old) : std::nullopt;
}

Result<QString> letWritesIn(StepContext &context, const DatabaseRecovery &database)
{
    const QJsonObject facts = stepFacts(context, "freeze");
    if (!facts.contains(QStringLiteral("before")))
        return QStringLiteral("the old database was never frozen");
    Result<Session> old = oldSession(context, database);
    if (!old)
        return fail(old.error());
    if (const Result<Unit> set = setReadOnly(**old, facts[QStringLiteral("before")].toString()); !set)
        return fail(set.error());
    const Result<QString> lifted = serverTime(**old);
    if (!lifted)
        return fail(lifted.error());
    const Result<Unit> noted = context.note({{QStringLiteral("lifted_at"), *lifted}});
    return noted ? Result<QString>(QStringLiteral("new sessions on the old database can write")) : fail(noted.error());
}

Step freeze(const DatabaseRecoveryPtr &database)
{
    if (database->options().freeze == QLatin1String("stop-writers"))
        return stopWriters(database);
    const bool wanted = database->options().freeze == QLatin1String("read-only");
    return {.id = QStringLiteral("freeze"),
            .name = QStringLiteral("Freeze the old database"),
            .hazard = Hazard::Reversible,
            .confirmation = Confirmation::Hold,
            .optional = true,
            .skipReason = wanted ? QString() : QStringLiteral("left running, as was chosen: what is written meanwhile is lost by going back"),
            .deadline = std::chrono::seconds(60),
            .observe = [database](StepContext &context) { return observeFreeze(context, *database); },
            .preview = [database](StepContext &context) { return previewFreeze(context, *database); },
            .act = [database](StepContext &context) { return freezeNow(context, *database); },
            .verify = [database](StepContext &context) { return proveFrozen(context, *database); },
            .undo = [database](StepContext &context) { return thaw(context, *database); }};
}

} // namespace understudy::databasesteps
