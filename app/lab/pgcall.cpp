// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/pgcall.h"

#include <libpq-fe.h>

#include <memory>
#include <poll.h>

namespace understudy::lab {
namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;

class Deadline
{
public:
    explicit Deadline(Milliseconds length) : m_until(m_clock.monotonic() + length) {}
    /// False when the time is over first.
    bool waitFor(int socket, short events) const
    {
        pollfd descriptor{socket, events, 0};
        const qint64 left = (m_until - m_clock.monotonic()).count();
        return left > 0 && ::poll(&descriptor, 1, int(left)) > 0;
    }

private:
    SystemClock m_clock;
    Milliseconds m_until;
};

Error timedOut()
{
    return {ErrorCode::TimedOut, QStringLiteral("the lab's database did not answer in time")};
}

Error broken(const Connection &connection)
{
    return {ErrorCode::SqlError, QStringLiteral("the lab's database refused"), {},
            QString::fromUtf8(PQerrorMessage(connection.get())).trimmed()};
}

Result<Connection> open(const PgTarget &target, const Deadline &deadline)
{
    const QByteArray port = QByteArray::number(target.port), database = target.database.toUtf8(), user = target.user.toUtf8();
    const char *keys[] = {"host", "port", "dbname", "user", "password", "sslmode", "application_name", nullptr};
    const char *values[] = {"127.0.0.1", port.constData(), database.constData(), user.constData(),
                            target.password.reveal().constData(), "disable", "understudy-lab", nullptr};
    Connection connection(PQconnectStartParams(keys, values, 0), &PQfinish);
    for (;;) {
        const PostgresPollingStatusType status = connection ? PQconnectPoll(connection.get()) : PGRES_POLLING_FAILED;
        if (status == PGRES_POLLING_OK)
            return connection;
        if (status == PGRES_POLLING_FAILED)
            return fail(broken(connection));
        if (!deadline.waitFor(PQsocket(connection.get()), status == PGRES_POLLING_READING ? POLLIN : POLLOUT))
            return fail(timedOut());
    }
}

PgRows rowsOf(const PGresult *result)
{
    PgRows rows;
    for (int row = 0; row < PQntuples(result); ++row) {
        QStringList fields;
        for (int column = 0; column < PQnfields(result); ++column)
            fields.append(PQgetisnull(result, row, column) ? QString() : QString::fromUtf8(PQgetvalue(result, row, column)));
        rows.append(fields);
    }
    return rows;
}

} // namespace

Result<PgRows> callPostgres(const PgTarget &target, const QString &sql, Milliseconds length)
{
    const Deadline deadline(length);
    Result<Connection> opened = open(target, deadline);
    if (!opened)
        return fail(opened.error());
    PGconn *connection = opened->get();
    PQsetnonblocking(connection, 0);
    if (PQsendQuery(connection, sql.toUtf8().constData()) != 1)
        return fail(broken(*opened));
    PgRows rows;
    for (;;) {
        while (PQisBusy(connection)) {
            if (!deadline.waitFor(PQsocket(connection), POLLIN))
                return fail(timedOut());
            if (PQconsumeInput(connection) != 1)
                return fail(broken(*opened));
        }
        const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQgetResult(connection), &PQclear);
        if (!result)
            return rows;
        const ExecStatusType status = PQresultStatus(result.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            return fail(broken(*opened));
        rows = rowsOf(result.get());
    }
}

} // namespace understudy::lab
