// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/postgres/pgconnection.h"

#include "core/systems/postgres/hostlookup.h"
#include "core/systems/postgres/pgaddress.h"
#include "core/systems/postgres/pgerror.h"
#include "core/systems/postgres/socketguard.h"

#include <pqxx/pqxx>

#include <QElapsedTimer>
#include <QHostAddress>

#include <algorithm>
#include <string>
#include <vector>

namespace understudy {

using namespace std::chrono_literals;

namespace {

constexpr quint64 mostAnswerBytes = 32'000'000;

/// libpqxx 6 connects again by itself in the middle of things; nobody could say then which server gave
/// an answer. From version 7 on it never does.
void stayWithOneConnection(pqxx::connection &connection)
{
#if !defined(PQXX_VERSION_MAJOR) || PQXX_VERSION_MAJOR < 7
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
#else
    (void)connection;
#endif
}

/// The one place that passes parameters: libpqxx 7.10 deprecates what version 6 has.
template<typename Transaction>
pqxx::result runStatement(Transaction &transaction, const std::string &sql,
                          const std::vector<const char *> &parameters)
{
    if (parameters.empty())
        return transaction.exec(sql);
#if !defined(PQXX_VERSION_MAJOR) || PQXX_VERSION_MAJOR < 7
    return transaction.exec_params(sql, pqxx::prepare::make_dynamic_params(parameters));
#else
    pqxx::params list;
    for (const char *one : parameters)
        list.append(one);
#if PQXX_VERSION_MAJOR > 7 || PQXX_VERSION_MINOR >= 10
    return transaction.exec(sql, list);
#else
    return transaction.exec_params(sql, list);
#endif
#endif
}

/// libpqxx 6 has classes for these and forgets the state itself; the class of states is what counts then.
QString sqlStateOfProblem(const pqxx::sql_error &problem)
{
    if (!problem.sqlstate().empty())
        return QString::fromStdString(problem.sqlstate());
    if (dynamic_cast<const pqxx::insufficient_privilege *>(&problem))
        return QStringLiteral("42501");
    if (dynamic_cast<const pqxx::data_exception *>(&problem))
        return QStringLiteral("22000");
    if (dynamic_cast<const pqxx::feature_not_supported *>(&problem))
        return QStringLiteral("0A000");
    if (dynamic_cast<const pqxx::insufficient_resources *>(&problem))
        return QStringLiteral("53000");
    return {};
}

PgTable tableFrom(const pqxx::result &result)
{
    PgTable table;
    const int columns = int(result.columns());
    for (int column = 0; column < columns; ++column)
        table.columns += QString::fromUtf8(result.column_name(pqxx::row::size_type(column)));
    table.rows.reserve(qsizetype(result.size()));
    for (const pqxx::row &row : result) {
        QList<PgTable::Cell> cells;
        cells.reserve(columns);
        for (int column = 0; column < columns; ++column) {
            const pqxx::field field = row[pqxx::row::size_type(column)];
            cells.append(field.is_null() ? PgTable::Cell()
                                         : PgTable::Cell(QString::fromUtf8(field.c_str(), qsizetype(field.size()))));
        }
        table.rows.append(cells);
    }
    return table;
}

/// One address a host, or nothing when all are numbers or sockets.
Result<QStringList> addressesOf(const PgAddress &address, Milliseconds deadline, QString *lastAddress)
{
    if (!address.needsLookup())
        return QStringList();
    QStringList out;
    for (const QString &host : address.hosts()) {
        if (!QHostAddress(host).isNull()) {
            out += host;
            continue;
        }
        const Result<QString> found = lookUpHost(host, deadline);
        const bool lastWillDo = !found && lastAddress && !lastAddress->isEmpty() && address.hosts().size() == 1;
        if (!found && !lastWillDo)
            return fail(found.error());
        out += found ? *found : *lastAddress;
    }
    return out;
}

} // namespace

struct PgConnection::Session
{
    Session(const PgAddress &where, const std::string &parameters, const CancelToken &cancel)
        : address(where)
        , connection(parameters)
        , quiet(connection)
        , guard(cancel)
    {
        stayWithOneConnection(connection);
    }

    Error lost(SocketGuard::Verdict verdict, const QString &words) const;
    pqxx::result run(const QString &sql, const std::vector<const char *> &parameters, PgTransaction transaction);

    const PgAddress address;
    pqxx::connection connection;
    pqxx::quiet_errorhandler quiet; ///< notices would go to standard error otherwise
    SocketGuard guard;
    bool open = true;
};

Error PgConnection::Session::lost(SocketGuard::Verdict verdict, const QString &words) const
{
    const QString name = QStringLiteral("postgresql %1").arg(address.server());
    switch (verdict) {
    case SocketGuard::Verdict::TimedOut:
        return {ErrorCode::TimedOut, QStringLiteral("%1 accepts connections but does not answer").arg(name),
                QStringLiteral("See whether the server hangs, or waits for its disk.")};
    case SocketGuard::Verdict::Cancelled:
        return {ErrorCode::Cancelled, QStringLiteral("the look at %1 was cancelled").arg(name)};
    case SocketGuard::Verdict::TooLarge:
        return {ErrorCode::TooLarge, QStringLiteral("%1 sends without end").arg(name),
                QStringLiteral("See whether that is a PostgreSQL at all.")};
    case SocketGuard::Verdict::Quiet: break;
    }
    const Error told = pgConnectError(address.server(), words);
    if (told.code != ErrorCode::Unreachable)
        return told;
    return {ErrorCode::ConnectionLost, QStringLiteral("the connection to %1 was lost").arg(name),
            QStringLiteral("See the server's log for the reason."), words.simplified()};
}

pqxx::result PgConnection::Session::run(const QString &sql, const std::vector<const char *> &parameters,
                                        PgTransaction transaction)
{
    const std::string statement = sql.toStdString();
    if (transaction == PgTransaction::ReadOnly) {
        pqxx::read_transaction work(connection);
        const pqxx::result result = runStatement(work, statement, parameters);
        work.commit();
        return result;
    }
    if (transaction == PgTransaction::ReadWrite) {
        pqxx::work work(connection);
        const pqxx::result result = runStatement(work, statement, parameters);
        work.commit();
        return result;
    }
    pqxx::nontransaction bare(connection);
    return runStatement(bare, statement, parameters);
}

PgConnection::PgConnection(std::unique_ptr<Session> session)
    : m_session(std::move(session))
{
}

PgConnection::~PgConnection() = default;

Result<std::unique_ptr<PgConnection>> PgConnection::connect(const Secret &url, Milliseconds deadline,
                                                            const CancelToken &cancel, QString *lastAddress)
{
    QElapsedTimer elapsed;
    elapsed.start();
    const Result<PgAddress> address = PgAddress::parse(url);
    if (!address)
        return fail(address.error());
    const Result<QStringList> addresses = addressesOf(*address, deadline, lastAddress);
    if (!addresses)
        return fail(addresses.error());
    if (cancel.isCancelled())
        return fail(ErrorCode::Cancelled, QStringLiteral("the connection was cancelled"));
    // libpq counts whole seconds for each host and takes less than two for two.
    const qint64 left = (deadline.count() - elapsed.elapsed()) / 1000 / std::max<qsizetype>(1, address->hosts().size());
    const Secret parameters = address->connectionString(*addresses, int(std::max<qint64>(2, left)));
    try {
        std::unique_ptr<Session> session
            = std::make_unique<Session>(*address, parameters.reveal().toStdString(), cancel);
        if (lastAddress && addresses->size() == 1)
            *lastAddress = addresses->first();
        return std::unique_ptr<PgConnection>(new PgConnection(std::move(session)));
    } catch (const std::exception &problem) {
        return fail(pgConnectError(address->server(),
                                   address->withoutSecret(QString::fromLocal8Bit(problem.what()))));
    }
}

Result<PgTable> PgConnection::query(const QString &sql, Milliseconds deadline,
                                    const QList<PgTable::Cell> &parameters, PgTransaction transaction)
{
    Session &session = *m_session;
    if (!session.open)
        return fail(ErrorCode::ConnectionLost,
                    QStringLiteral("the connection to postgresql %1 is closed").arg(session.address.server()));
    std::vector<std::string> texts;
    texts.reserve(size_t(parameters.size()));
    std::vector<const char *> pointers;
    for (const PgTable::Cell &cell : parameters) {
        texts.push_back(cell ? cell->toStdString() : std::string());
        pointers.push_back(cell ? texts.back().c_str() : nullptr);
    }
    session.guard.arm(session.connection.sock(), deadline, mostAnswerBytes);
    try {
        const pqxx::result result = session.run(sql, pointers, transaction);
        session.guard.disarm();
        return tableFrom(result);
    } catch (const pqxx::sql_error &problem) {
        const SocketGuard::Verdict verdict = session.guard.disarm();
        const QString words = session.address.withoutSecret(QString::fromUtf8(problem.what()));
        const QString state = sqlStateOfProblem(problem);
        session.open = verdict == SocketGuard::Verdict::Quiet && session.connection.is_open()
                       && !state.startsWith(QLatin1String("57P"))
                       && !state.startsWith(QLatin1String("08"));
        return verdict == SocketGuard::Verdict::Quiet
                   ? fail(pgStatementError(session.address.server(), state, words))
                   : fail(session.lost(verdict, words));
    } catch (const std::exception &problem) {
        const SocketGuard::Verdict verdict = session.guard.disarm();
        session.open = false;
        return fail(session.lost(verdict, session.address.withoutSecret(QString::fromUtf8(problem.what()))));
    }
}

bool PgConnection::isOpen() const
{
    return m_session->open && m_session->connection.is_open();
}

QString PgConnection::server() const
{
    return m_session->address.server();
}

QString PgConnection::database() const
{
    return m_session->address.database();
}

} // namespace understudy
