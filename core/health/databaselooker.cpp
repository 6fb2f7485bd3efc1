// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/databaselooker.h"

#include "core/systems/secrets/secretresolver.h"

#include <QElapsedTimer>

#include <algorithm>

namespace understudy {

using namespace std::chrono_literals;

namespace {

constexpr Milliseconds lookDeadline = 5s;
constexpr Milliseconds connectDeadline = 3s;
constexpr Milliseconds answerDeadline = 3s; ///< of the deciding question
constexpr Milliseconds sizeEvery = 60s;     ///< pg_database_size reads every file's length
// The plan's checks read users' tables: seldom, and one that takes longer than a statement may, more seldom still.
constexpr Milliseconds checksEvery = 60s;
constexpr Milliseconds checksEveryInTrouble = 5s;
constexpr Milliseconds slowChecksEvery = 15min;
constexpr Milliseconds checksNeed = 1s; ///< of what is left of a look, or they wait for the next
constexpr Milliseconds addressEvery = 5min;
constexpr Milliseconds addressEveryInTrouble = 30s; ///< somebody may be correcting it just now

// Every role may ask these, a pooler in transaction mode passes them on.
const char *const decidingSql = R"(
select pg_is_in_recovery() as standby,
       current_setting('server_version') as version,
       (extract(epoch from clock_timestamp()) * 1000)::bigint as clock,
       setting = 'on' and source in ('configuration file', 'database', 'command line',
                                     'environment variable', 'global') as read_only
from pg_settings where name = 'default_transaction_read_only')";

const char *const countersSql = R"(
select (select sum(numbackends) from pg_stat_database) as connections,
       current_setting('max_connections') as connections_max,
       d.deadlocks, d.xact_commit as commits, d.checksum_failures,
       (extract(epoch from d.stats_reset) * 1000)::bigint as counters_reset,
       (extract(epoch from pg_postmaster_start_time()) * 1000)::bigint as started,
       pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') as sees_others,
       (select count(*) from pg_stat_replication) as replicas,
       case when not pg_is_in_recovery() then null
            when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
            else extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) end as standby_lag,
       current_setting('archive_mode') as archive_mode,
       coalesce(current_setting('archive_command'), '') not in ('', '(disabled)')
         or coalesce(current_setting('archive_library', true), '') <> '' as archive_set,
       a.archived_count, a.last_archived_wal, a.failed_count, a.last_failed_wal,
       (extract(epoch from a.last_archived_time) * 1000)::bigint as last_archived,
       (extract(epoch from a.last_failed_time) * 1000)::bigint as last_failed,
       pg_size_bytes(current_setting('wal_segment_size')) as segment_size,
       txid_snapshot_xmin(txid_current_snapshot()) as oldest_running,
       txid_snapshot_xmax(txid_current_snapshot()) as next_transaction,
       (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end
         - '0/0'::pg_lsn) as position
from pg_stat_database d, pg_stat_archiver a where d.datname = current_database())";

const char *const othersSql = R"(
select coalesce((select max(extract(epoch from clock_timestamp() - xact_start)) from pg_stat_activity
                 where backend_type = 'client backend' and pid <> pg_backend_pid()), 0) as oldest_transaction,
       (select max(extract(epoch from coalesce(replay_lag, interval '0'))) from pg_stat_replication) as lag,
       (select max((case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end)
                   - replay_lsn) from pg_stat_replication) as lag_bytes)";

QDateTime timeFrom(const PgTable &table, const char *column)
{
    const std::optional<double> ms = table.number(QLatin1String(column));
    return ms ? QDateTime::fromMSecsSinceEpoch(qint64(*ms), Qt::UTC) : QDateTime();
}

double numberFrom(const PgTable &table, const char *column)
{
    return table.number(QLatin1String(column)).value_or(0);
}

/// Too large for a double to hold exactly.
quint64 wholeFrom(const PgTable &table, const char *column)
{
    return table.text(QLatin1String(column)).value_or(QString()).toULongLong();
}

} // namespace

DatabaseLooker::DatabaseLooker(const DatabasePlan &plan, const SecretResolver &secrets,
                               const Clock &clock, const CancelToken &cancel)
    : m_plan(plan)
    , m_secrets(secrets)
    , m_clock(clock)
    , m_cancel(cancel)
{
    for (const IntegrityCheck &check : plan.integrity)
        m_checks += AskedCheck{.check = check, .last = {.name = check.name}};
}

Milliseconds DatabaseLooker::left(Milliseconds most) const
{
    return std::clamp<Milliseconds>(m_until - m_clock.monotonic(), 100ms, most);
}

std::optional<Error> DatabaseLooker::connect(DatabaseLook &look)
{
    const Milliseconds now = m_clock.monotonic();
    const Milliseconds keepFor = m_connection && m_connection->isOpen() ? addressEvery : addressEveryInTrouble;
    if (m_url.isEmpty() || !m_addressReadAt || now - *m_addressReadAt > keepFor) {
        const Result<Secret> url = m_secrets.resolve(m_plan.url);
        m_until = m_clock.monotonic() + lookDeadline;
        if (!url)
            return url.error();
        m_addressReadAt = now;
        if (url->reveal() != m_url.reveal()) {
            m_connection.reset();
            m_lastAddress.clear();
        }
        m_url = *url;
    }
    if (m_connection && m_connection->isOpen())
        return {};
    m_connection.reset();
    Result<std::unique_ptr<PgConnection>> made
        = PgConnection::connect(m_url, left(connectDeadline), m_cancel, &m_lastAddress);
    if (!made)
        return made.error();
    m_connection = std::move(*made);
    look.newConnection = true;
    return {};
}

/// One statement of a secondary look: the server gives it up before the guard has to cut the line.
Result<PgTable> DatabaseLooker::ask(const QString &sql)
{
    return m_connection->query(QStringLiteral("set local statement_timeout = 1500; ") + sql, left(2500ms));
}

std::optional<Error> DatabaseLooker::decide(DatabaseLook &look)
{
    const QDateTime before = m_clock.now();
    QElapsedTimer elapsed;
    elapsed.start();
    const Result<PgTable> answer = m_connection->query(QString::fromLatin1(decidingSql),
                                                       left(answerDeadline), {}, PgTransaction::Bare);
    if (!answer)
        return answer.error();
    look.latencyMs = double(elapsed.nsecsElapsed() / 10'000) / 100;
    look.standby = answer->isTrue(QStringLiteral("standby"));
    look.readOnly = answer->isTrue(QStringLiteral("read_only"));
    look.version = answer->text(QStringLiteral("version")).value_or(QString()).section(QLatin1Char(' '), 0, 0);
    look.clock = timeFrom(*answer, "clock");
    look.skew = double(before.addMSecs(qint64(look.latencyMs / 2)).msecsTo(look.clock)) / 1000;
    return {};
}

void DatabaseLooker::count(DatabaseLook &look)
{
    const Result<PgTable> answer = ask(QString::fromLatin1(countersSql));
    if (!answer) {
        look.countersFailure = answer.error();
        return;
    }
    const PgTable &table = *answer;
    look.connections = numberFrom(table, "connections");
    look.connectionsMax = numberFrom(table, "connections_max");
    look.deadlocks = numberFrom(table, "deadlocks");
    look.commits = numberFrom(table, "commits");
    look.checksumFailures = table.number(QStringLiteral("checksum_failures"));
    look.countersReset = timeFrom(table, "counters_reset");
    look.startedAt = timeFrom(table, "started");
    look.seesOthers = table.isTrue(QStringLiteral("sees_others"));
    look.replicas = numberFrom(table, "replicas");
    look.standbyLag = table.number(QStringLiteral("standby_lag"));
    look.archiveMode = table.text(QStringLiteral("archive_mode")).value_or(QString());
    look.archiveCommandSet = table.isTrue(QStringLiteral("archive_set"));
    look.archivedCount = numberFrom(table, "archived_count");
    look.archiveFailures = numberFrom(table, "failed_count");
    look.lastArchivedWal = table.text(QStringLiteral("last_archived_wal")).value_or(QString());
    look.lastFailedWal = table.text(QStringLiteral("last_failed_wal")).value_or(QString());
    look.lastArchivedAt = timeFrom(table, "last_archived");
    look.lastFailedAt = timeFrom(table, "last_failed");
    look.position = wholeFrom(table, "position");
    look.segmentSize = wholeFrom(table, "segment_size");
    look.oldestRunning = wholeFrom(table, "oldest_running");
    look.nextTransaction = wholeFrom(table, "next_transaction");
}

void DatabaseLooker::seeOthers(DatabaseLook &look)
{
    if (!look.seesOthers)
        return;
    const Result<PgTable> answer = ask(QString::fromLatin1(othersSql));
    if (!answer) {
        look.othersFailure = answer.error();
        return;
    }
    look.oldestTransaction = numberFrom(*answer, "oldest_transaction");
    look.replicationLag = answer->number(QStringLiteral("lag"));
    look.replicationLagBytes = answer->number(QStringLiteral("lag_bytes"));
}

/// When the newest archived segment was last written to. Few roles may know; asked once a segment.
void DatabaseLooker::seeSegment(DatabaseLook &look)
{
    if (look.seesOthers && !look.lastArchivedWal.isEmpty() && look.lastArchivedWal != m_segment) {
        m_segment = look.lastArchivedWal;
        m_segmentWrittenAt = {};
        const Result<PgTable> answer = m_connection->query(
            QStringLiteral("select (extract(epoch from modification) * 1000)::bigint as written "
                           "from pg_ls_waldir() where name = $1"),
            left(2s), {m_segment});
        if (answer)
            m_segmentWrittenAt = timeFrom(*answer, "written");
    }
    if (m_segment == look.lastArchivedWal)
        look.segmentWrittenAt = m_segmentWrittenAt;
}

void DatabaseLooker::measureSize(DatabaseLook &look)
{
    const Milliseconds now = m_clock.monotonic();
    if (!m_sizeAskedAt || now - *m_sizeAskedAt >= sizeEvery) {
        m_sizeAskedAt = now;
        const Result<PgTable> answer = ask(QStringLiteral("select pg_database_size(current_database()) as size"));
        m_size = answer ? answer->number(QStringLiteral("size")) : std::nullopt;
        m_sizeWhy = answer ? QString() : answer.error().text();
        m_sizeAt = m_clock.now();
    }
    look.size = m_size;
    look.sizeAt = m_sizeAt;
    look.sizeWhy = m_sizeWhy;
}

/// A database that answers may still have lost what the application needs.
void DatabaseLooker::askChecks(DatabaseLook &look, bool now)
{
    for (AskedCheck &one : m_checks) {
        // What was told of another server says nothing of this one.
        if (m_checkedServer != m_connection->server())
            one.last = {.name = one.check.name};
        const bool soon = now || one.last.answer.isBroken();
        const Milliseconds every = one.tooSlow ? slowChecksEvery : soon ? checksEveryInTrouble : checksEvery;
        const Milliseconds began = m_clock.monotonic();
        const bool isDue = !one.askedAt || (!one.last.at.isValid() && !one.tooSlow) || began - *one.askedAt >= every;
        if (isDue && m_connection->isOpen() && m_until - began >= checksNeed) {
            one.askedAt = began;
            const Result<PgTable> answer = ask(one.check.sql);
            one.tooSlow = !answer && answer.error().code == ErrorCode::TimedOut;
            one.last.answer = conditionAnswer(answer);
            one.last.at = m_clock.now();
        }
        look.checks += one.last;
    }
    m_checkedServer = m_connection->server();
}

DatabaseLook DatabaseLooker::look(Wish wish)
{
    DatabaseLook look;
    look.began = m_clock.now();
    m_until = m_clock.monotonic() + lookDeadline;
    if (wish.addressAgain)
        m_addressReadAt.reset();
    look.failure = connect(look);
    if (!look.failure) {
        look.failure = decide(look);
        // A kept connection may have been cut while idle, by a restart or a pooler: that is no outage.
        const bool mayBeIdleCut = look.failure && !look.newConnection
                                  && look.failure->code == ErrorCode::ConnectionLost;
        if (mayBeIdleCut && !(look.failure = connect(look)))
            look.failure = decide(look);
    }
    if (m_connection) {
        look.server = m_connection->server();
        look.database = m_connection->database();
    }
    if (!look.failure)
        count(look);
    if (!look.failure && !look.countersFailure) {
        seeOthers(look);
        seeSegment(look);
    }
    if (!look.failure && m_connection->isOpen())
        measureSize(look);
    if (!look.failure)
        askChecks(look, wish.checksNow);
    look.ended = m_clock.now();
    return look;
}

} // namespace understudy
