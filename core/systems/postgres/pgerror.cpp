// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/postgres/pgerror.h"

#include <QStringList>

#include <algorithm>

namespace understudy {
namespace {

struct Words
{
    const char *contained;
    ErrorCode code;
    const char *message; ///< %1: the server
    const char *hint;
};

// In this order: a message of libpq may hold several of these, the first is the one that tells most.
constexpr Words connectWords[] = {
    {"server login has been failing", ErrorCode::ConnectionRefused,
     "the pooler at %1 cannot reach the server behind it", "Start the server behind the pooler."},
    {"cannot connect to server", ErrorCode::ConnectionRefused,
     "the pooler at %1 cannot reach the server behind it", "Start the server behind the pooler."},
    {"password authentication failed", ErrorCode::AuthenticationFailed, "%1 refuses the password",
     "Correct the password where the plan says that it is found."},
    {"no password supplied", ErrorCode::AuthenticationFailed, "%1 asks for a password and the address has none",
     "Add the password to the address that the plan refers to."},
    {"pg_hba.conf", ErrorCode::AuthenticationFailed, "%1 lets this user in from elsewhere, not from here",
     "Add this machine to the server's pg_hba.conf."},
    {"role \"", ErrorCode::AuthenticationFailed, "%1 does not know the user",
     "Correct the user in the database's address."},
    {"authentication failed", ErrorCode::AuthenticationFailed, "%1 refuses the login",
     "Correct user and password where the plan says that they are found."},
    {"no such user", ErrorCode::AuthenticationFailed, "%1 does not know the user",
     "Correct the user in the database's address."},
    {"no such database", ErrorCode::NotFound, "%1 does not have the database",
     "Restore the database, or correct its name in the address."},
    {"does not exist", ErrorCode::NotFound, "%1 does not have the database",
     "Restore the database, or correct its name in the address."},
    {"too many c", ErrorCode::Busy, "%1 has no connection left",
     "End idle sessions on the server, or raise max_connections."},
    {"connection slots", ErrorCode::Busy, "%1 has no connection left",
     "End idle sessions on the server, or raise max_connections."},
    {"no more connections allowed", ErrorCode::Busy, "%1 has no connection left",
     "End idle sessions, or raise the pooler's limit."},
    {"is starting up", ErrorCode::Busy, "%1 is starting up", "Wait until it accepts connections."},
    {"not yet accepting", ErrorCode::Busy, "%1 is starting up", "Wait until it accepts connections."},
    {"is shutting down", ErrorCode::Busy, "%1 is shutting down", "Start it again."},
    {"in recovery mode", ErrorCode::Busy, "%1 is recovering from a crash", "Wait until it accepts connections."},
    {"Connection refused", ErrorCode::ConnectionRefused, "%1 refuses connections",
     "Start the server, or correct host and port."},
    {"timeout expired", ErrorCode::TimedOut, "%1 does not answer",
     "See whether the server hangs, and whether a firewall drops the connection."},
    {"Connection timed out", ErrorCode::TimedOut, "%1 does not answer",
     "See whether the server hangs, and whether a firewall drops the connection."},
    {"could not translate host name", ErrorCode::NameNotFound, "the name of %1 does not resolve",
     "Check the name in the database's address, and this machine's DNS."},
    {"certificate", ErrorCode::TlsFailed, "the certificate of %1 is not accepted",
     "Check sslmode and sslrootcert in the address, and the name in the certificate."},
    {"SSL", ErrorCode::TlsFailed, "no encrypted connection to %1",
     "Check sslmode in the address against what the server offers."},
    {"No such file or directory", ErrorCode::ConnectionRefused, "%1 has no socket",
     "Start the server, or correct the folder of its socket."},
    {"No route to host", ErrorCode::Unreachable, "%1 cannot be reached",
     "See whether the host is up and the network leads there."},
    {"Network is unreachable", ErrorCode::Unreachable, "%1 cannot be reached from this network",
     "Check this machine's own network."},
    {"closed the connection", ErrorCode::ConnectionLost, "%1 closed the connection",
     "See the server's log for the reason."},
    {"reset by peer", ErrorCode::ConnectionLost, "%1 cut the connection",
     "See the server's log for the reason."},
    {"invalid response", ErrorCode::ProtocolViolation, "%1 does not speak PostgreSQL's protocol",
     "Correct host and port."},
    {"unexpected response", ErrorCode::ProtocolViolation, "%1 does not speak PostgreSQL's protocol",
     "Correct host and port."},
    {"expected authentication request", ErrorCode::ProtocolViolation,
     "%1 does not speak PostgreSQL's protocol", "Correct host and port."},
};

/// libpq writes several lines and repeats the address; one line is enough for an operator.
QString inOneLine(const QString &words)
{
    return words.simplified();
}

} // namespace

Error pgConnectError(const QString &server, const QString &words)
{
    const QString name = QStringLiteral("postgresql %1").arg(server);
    for (const Words &one : connectWords) {
        if (words.contains(QLatin1String(one.contained)))
            return {one.code, QString::fromLatin1(one.message).arg(name),
                    QString::fromLatin1(one.hint), inOneLine(words)};
    }
    return {ErrorCode::Unreachable, QStringLiteral("no connection to %1").arg(name),
            QStringLiteral("See the cause, and the server's log."), inOneLine(words)};
}

Error pgStatementError(const QString &server, const QString &sqlState, const QString &words)
{
    const QString name = QStringLiteral("postgresql %1").arg(server);
    const QString cause = QStringLiteral("%1 %2").arg(sqlState, inOneLine(words)).trimmed();
    if (sqlState == QLatin1String("42501"))
        return {ErrorCode::PermissionDenied, QStringLiteral("%1 does not permit it").arg(name),
                QStringLiteral("Grant pg_monitor to the user that looks."), cause};
    if (sqlState == QLatin1String("57014"))
        return {ErrorCode::TimedOut, QStringLiteral("%1 took too long over a statement").arg(name),
                QStringLiteral("See what the server is busy with."), cause};
    if (words.contains(QLatin1String("server login has been failing")))
        return pgConnectError(server, words);
    if (sqlState.startsWith(QLatin1String("57P")) || sqlState.startsWith(QLatin1String("08")))
        return {ErrorCode::ConnectionLost, QStringLiteral("%1 ended the session").arg(name),
                QStringLiteral("See the server's log for the reason."), cause};
    return {ErrorCode::SqlError, QStringLiteral("%1 refused a statement").arg(name), {}, cause};
}

QString sqlStateOf(const Error &error)
{
    const QString state = error.cause.section(QLatin1Char(' '), 0, 0);
    const bool looksLikeOne =
        state.size() == 5 && std::all_of(state.begin(), state.end(), [](QChar one) {
            return one.isDigit() || (one >= QLatin1Char('A') && one <= QLatin1Char('Z'));
        });
    return looksLikeOne ? state : QString();
}

QString serverWordsOf(const Error &error)
{
    if (error.code != ErrorCode::SqlError && error.code != ErrorCode::PermissionDenied)
        return error.message;
    QString words =
        sqlStateOf(error).isEmpty() ? error.cause : error.cause.section(QLatin1Char(' '), 1);
    for (const QLatin1String start : {QLatin1String("ERROR:"), QLatin1String("FATAL:")}) {
        if (words.startsWith(start))
            words = words.mid(start.size()).trimmed();
    }
    // What follows quotes the statement.
    words = words.section(QLatin1String(" LINE 1: "), 0, 0);
    return words.isEmpty() ? error.message : words.left(300);
}

} // namespace understudy
