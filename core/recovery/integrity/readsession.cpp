// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/readsession.h"

#include <QDeadlineTimer>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace understudy {

using namespace std::chrono_literals;

namespace {

/// How much longer than the server's own limit the socket waits.
constexpr Milliseconds sessionGrace = 400ms;

const QString &sessionSettings()
{
    static const QString text = QStringLiteral(
        "set local search_path to pg_catalog; set local jit to off; set local timezone to 'UTC'; "
        "set local datestyle to 'ISO, YMD'; set local intervalstyle to postgres; "
        "set local bytea_output to hex; set local extra_float_digits to 1; "
        "set local xmloption to content; ");
    return text;
}

/// Shared by who waits and by the thread in libpq's connect, which knows no cancel and may outlive
/// the wait.
struct SessionOpening
{
    std::mutex mutex;
    std::condition_variable ended;
    std::optional<Result<std::unique_ptr<PgConnection>>> result;
};

Result<std::unique_ptr<PgConnection>> openPatiently(const Secret &url, Milliseconds deadline,
                                                    const CancelToken &cancel)
{
    const std::shared_ptr<SessionOpening> opening = std::make_shared<SessionOpening>();
    std::thread([opening, url, deadline, cancel] {
        Result<std::unique_ptr<PgConnection>> made = PgConnection::connect(url, deadline, cancel);
        const std::lock_guard lock(opening->mutex);
        opening->result.emplace(std::move(made));
        opening->ended.notify_all();
    }).detach();
    // libpq's own limit counts whole seconds, two at least; its words tell more than ours.
    const QDeadlineTimer until(std::max(deadline, Milliseconds(2000)) + 500ms);
    std::unique_lock lock(opening->mutex);
    while (!opening->result) {
        if (cancel.isCancelled())
            return fail(ErrorCode::Cancelled, QStringLiteral("the connection was cancelled"));
        if (until.hasExpired())
            return fail(
                ErrorCode::TimedOut, QStringLiteral("the database does not answer"),
                QStringLiteral(
                    "See whether the server hangs, and whether a firewall drops the connection."));
        opening->ended.wait_for(lock, 20ms);
    }
    return std::move(*opening->result);
}

} // namespace

ReadSession::ReadSession(std::unique_ptr<PgConnection> connection, int version)
    : m_connection(std::move(connection))
    , m_version(version)
{}

Result<std::unique_ptr<ReadSession>> ReadSession::open(const Secret &url, Milliseconds deadline,
                                                       const CancelToken &cancel)
{
    Result<std::unique_ptr<PgConnection>> connection = openPatiently(url, deadline, cancel);
    if (!connection)
        return fail(connection.error());
    const Result<PgTable> version =
        (*connection)
            ->query(QStringLiteral("select current_setting('server_version_num') as version"),
                    deadline);
    if (!version)
        return fail(version.error());
    const int number = version->text(QStringLiteral("version")).value_or(QString()).toInt();
    return std::unique_ptr<ReadSession>(new ReadSession(std::move(*connection), number));
}

QString ReadSession::limits(Milliseconds deadline) const
{
    // Replay that pauses just before a DROP holds its lock: a read of that table would wait for
    // ever.
    const QString limit = timeLimit(deadline) + QStringLiteral("set local lock_timeout to 10000; ");
    // Without it a server goes on reading for one who has left.
    return m_version >= 140000
               ? QString(limit +
                         QStringLiteral("set local client_connection_check_interval to 500; "))
               : limit;
}

Result<PgTable> ReadSession::ask(const QString &sql, Milliseconds deadline)
{
    return m_connection->query(limits(deadline) + sessionSettings() + sql, deadline + sessionGrace);
}

Result<PgTable> ReadSession::askAsApplication(const QString &sql, Milliseconds deadline)
{
    return m_connection->query(limits(deadline) + sql, deadline + sessionGrace);
}

Result<Unit> ReadSession::holdSnapshot(Milliseconds deadline)
{
    const QString begin = QStringLiteral("begin isolation level repeatable read read only; ");
    const QString idle = QStringLiteral(
        "set local idle_in_transaction_session_timeout to 0; set local statement_timeout to 0; ");
    const QString alive =
        m_version >= 140000 ? QStringLiteral("set local client_connection_check_interval to 500; ")
                            : QString();
    const Result<PgTable> done =
        m_connection->query(begin + idle + alive + sessionSettings() + QStringLiteral("select 1"),
                            deadline, {}, PgTransaction::Bare);
    if (!done)
        return fail(done.error());
    return Unit{};
}

Result<PgTable> ReadSession::askHeld(const QString &sql, Milliseconds deadline,
                                     const QList<PgTable::Cell> &parameters)
{
    return m_connection->query(sql, deadline + sessionGrace, parameters, PgTransaction::Bare);
}

Result<PgTable> ReadSession::askHeldApart(const QString &sql, Milliseconds deadline,
                                          const QList<PgTable::Cell> &parameters)
{
    const Result<PgTable> apart = askHeld(QStringLiteral("savepoint apart; ") +
                                              timeLimit(deadline) + QStringLiteral("select 1"),
                                          deadline);
    if (!apart)
        return fail(apart.error());
    Result<PgTable> answer = askHeld(sql, deadline, parameters);
    if (m_connection->isOpen())
        (void)askHeld(QStringLiteral("rollback to savepoint apart; release savepoint apart"),
                      sessionGrace);
    return answer;
}

QString ReadSession::timeLimit(Milliseconds deadline)
{
    return QStringLiteral("set local statement_timeout to %1; ")
        .arg(std::max<qint64>(1, deadline.count()));
}

} // namespace understudy
