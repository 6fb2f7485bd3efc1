// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/envfile/databaseaddress.h"

#include "core/systems/postgres/pgaddress.h"

#include <QRegularExpression>

#include <algorithm>
#include <optional>

namespace understudy {
namespace {

constexpr QByteArrayView poolerMark = "-pooler";

/// scheme://[user[:password]@]host[:port][/database][?parameters], each as it is written.
struct UrlParts
{
    QByteArray scheme, user, password, host, port, database, parameters;
};

std::optional<UrlParts> partsOf(const QByteArray &url)
{
    const qsizetype colon = url.indexOf("://");
    static const QRegularExpression postgres(QStringLiteral("^postgres(ql)?(\\+[a-z0-9_]+)?$"));
    if (colon < 0 || !postgres.match(QString::fromLatin1(url.left(colon))).hasMatch())
        return std::nullopt;
    UrlParts parts{.scheme = url.left(colon)};
    QByteArray rest = url.mid(colon + 3);
    // The last '@' ends who: a password that was not encoded may hold others, and '?' and '/' as
    // well.
    const qsizetype at = rest.lastIndexOf('@');
    if (at >= 0) {
        const QByteArray who = rest.left(at);
        const qsizetype split = who.indexOf(':');
        parts.user = split < 0 ? who : who.left(split);
        parts.password = split < 0 ? QByteArray() : who.mid(split + 1);
        rest = rest.mid(at + 1);
    }
    if (const qsizetype question = rest.indexOf('?'); question >= 0) {
        parts.parameters = rest.mid(question + 1);
        rest = rest.left(question);
    }
    if (const qsizetype slash = rest.indexOf('/'); slash >= 0) {
        parts.database = rest.mid(slash + 1);
        rest = rest.left(slash);
    }
    const qsizetype portAt = rest.lastIndexOf(':');
    const bool hasPort = portAt >= 0 && portAt > rest.lastIndexOf(']');
    parts.host = hasPort ? rest.left(portAt) : rest;
    parts.port = hasPort ? rest.mid(portAt + 1) : QByteArray();
    return parts;
}

QByteArray urlOf(const UrlParts &parts)
{
    QByteArray url = parts.scheme + "://";
    if (!parts.user.isEmpty())
        url += parts.user + (parts.password.isEmpty() ? QByteArray() : ':' + parts.password) + '@';
    url += parts.host + (parts.port.isEmpty() ? QByteArray() : ':' + parts.port);
    url += parts.database.isEmpty() ? QByteArray() : '/' + parts.database;
    return url + (parts.parameters.isEmpty() ? QByteArray() : '?' + parts.parameters);
}

QByteArray nameOf(const QByteArray &parameter)
{
    return parameter.left(parameter.indexOf('=')).toLower();
}

/// Whether it names a server, a person or a database beside the rest of the address.
bool leadsElsewhere(const QByteArray &parameter)
{
    static const QByteArrayList names{"host",     "hostaddr", "port",     "user",
                                      "password", "dbname",   "passfile", "service"};
    const QByteArray name = nameOf(parameter);
    // Neon routes by it where a client sends no server name: options=endpoint%3Dep-…
    const bool routes =
        name == "options" && (parameter.contains("endpoint") || parameter.contains("project"));
    return routes || names.contains(name);
}

/// The old parameters; of the new ones only those without which the new server may refuse.
QByteArray joinedParameters(const QByteArray &old, const QByteArray &fresh)
{
    QByteArrayList kept;
    bool saysTls = false, saysOptions = false;
    for (const QByteArray &one : old.split('&')) {
        if (one.isEmpty() || leadsElsewhere(one))
            continue;
        kept.append(one);
        saysTls = saysTls || nameOf(one) == "sslmode" || nameOf(one) == "ssl";
        saysOptions = saysOptions || nameOf(one) == "options";
    }
    for (const QByteArray &one : fresh.split('&')) {
        if ((nameOf(one) == "sslmode" && !saysTls) || (nameOf(one) == "options" && !saysOptions))
            kept.append(one);
    }
    return kept.join('&');
}

bool isPooledHost(const QByteArray &host)
{
    return host.left(host.indexOf('.')).endsWith(poolerMark);
}

bool isPooledParts(const UrlParts &parts)
{
    return isPooledHost(parts.host) || parts.parameters.split('&').contains("pgbouncer=true");
}

Error noAddress()
{
    return {ErrorCode::InvalidInput,
            QStringLiteral("is no address of PostgreSQL that can be changed for sure"),
            QStringLiteral("Take that key out of the plan and change it by hand, or write it as "
                           "postgresql://USER:PASSWORD@HOST:PORT/DATABASE.")};
}

QByteArray plainText(const QByteArray &encoded)
{
    return QByteArray::fromPercentEncoding(encoded);
}

/// For a key that holds one part of the address, by the end of its name.
std::optional<QByteArray> partFor(const QString &key, const UrlParts &target)
{
    const QString name = key.toUpper();
    const auto ends = [&name](std::initializer_list<const char *> all) {
        return std::any_of(all.begin(), all.end(),
                           [&name](const char *one) { return name.endsWith(QLatin1String(one)); });
    };
    if (ends({"HOST", "HOSTNAME"}))
        return target.host;
    if (ends({"PORT"}))
        return target.port.isEmpty() ? QByteArray("5432") : target.port;
    if (ends({"PASSWORD", "PASS"}))
        return plainText(target.password);
    if (ends({"USER", "USERNAME"}))
        return plainText(target.user);
    if (ends({"_DB", "DATABASE", "DBNAME", "DB_NAME"}))
        return plainText(target.database);
    return std::nullopt;
}

} // namespace

Result<Secret> movedValue(const QString &key, const Secret &old, const DatabaseTarget &target)
{
    const QByteArray before = old.reveal();
    std::optional<UrlParts> parts = partsOf(before);
    const bool namedPooler = parts && !target.formerPooled.isEmpty() &&
                             databaseServer(old) == databaseServer(target.formerPooled);
    const bool wasPooled = namedPooler || (parts ? isPooledParts(*parts) : isPooledHost(before));
    const Secret &chosen = wasPooled && !target.pooled.isEmpty() ? target.pooled : target.direct;
    const std::optional<UrlParts> fresh = partsOf(chosen.reveal());
    if (!fresh)
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("cannot be changed: the new address is malformed"),
                    QStringLiteral("See what the provider answers for its connection address."));
    if (!parts) {
        const bool wholeAddress =
            before.contains("://") || before.contains('=') || before.contains('$');
        const std::optional<QByteArray> part = wholeAddress ? std::nullopt : partFor(key, *fresh);
        if (part)
            return Secret(*part);
        return before.isEmpty() ? Result<Secret>(chosen) : fail(noAddress());
    }
    // "postgresql://$USER:…": what it leads to is known only to whoever expands it.
    if (before.contains("${") || before.contains("$("))
        return fail(noAddress());
    const QByteArray parameters = joinedParameters(parts->parameters, fresh->parameters);
    UrlParts moved = *fresh;
    moved.scheme = parts->scheme;
    moved.parameters = parameters;
    return Secret(urlOf(moved));
}

bool leadsTo(const QString &key, const Secret &value, const DatabaseTarget &target)
{
    if (partsOf(value.reveal())) {
        const QString place = databasePlace(value);
        return !place.isEmpty() &&
               (place == databasePlace(target.direct) || place == databasePlace(target.pooled));
    }
    for (const Secret *one : {&target.direct, &target.pooled}) {
        const std::optional<UrlParts> parts = partsOf(one->reveal());
        if (parts && partFor(key, *parts) == value.reveal())
            return true;
    }
    return false;
}

Secret directAddress(const Secret &url)
{
    std::optional<UrlParts> parts = partsOf(url.reveal());
    if (!parts)
        return url;
    if (isPooledHost(parts->host))
        parts->host.remove(parts->host.left(parts->host.indexOf('.')).size() - poolerMark.size(),
                           poolerMark.size());
    parts->scheme = "postgresql"; // libpq knows no "postgresql+driver"
    // libpq takes "ssl=true" from JDBC and refuses what other drivers write there.
    QByteArrayList understood = parts->parameters.split('&');
    understood.removeIf([](const QByteArray &one) { return nameOf(one) == "ssl" && one != "ssl=true"; });
    parts->parameters = understood.join('&');
    return Secret(urlOf(*parts));
}

bool isPooledAddress(const Secret &url)
{
    const std::optional<UrlParts> parts = partsOf(url.reveal());
    return parts && isPooledParts(*parts);
}

QString databaseServer(const Secret &url)
{
    if (!partsOf(url.reveal()))
        return {};
    const Result<PgAddress> address = PgAddress::parse(directAddress(url));
    return address ? address->server().toLower() : QString();
}

QString databasePlace(const Secret &url)
{
    const QString server = databaseServer(url);
    const std::optional<UrlParts> parts = partsOf(url.reveal());
    return server.isEmpty()
               ? QString()
               : server + QLatin1Char('/') + QString::fromUtf8(plainText(parts->database));
}

} // namespace understudy
