// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/postgres/pgaddress.h"

#include "core/base/redact.h"

#include <libpq-fe.h>

#include <QHostAddress>
#include <QSet>

#include <algorithm>
#include <memory>

namespace understudy {
namespace {

const char *const howToWrite = "Write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with special "
                               "characters percent-encoded.";

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

bool isUrl(const QByteArray &text)
{
    return text.startsWith("postgresql://") || text.startsWith("postgres://");
}

QSet<QByteArray> knownParameters()
{
    QSet<QByteArray> known{"ssl"};
    const Options defaults(PQconndefaults(), &PQconninfoFree);
    for (const PQconninfoOption *one = defaults.get(); one && one->keyword; ++one)
        known.insert(one->keyword);
    return known;
}

QByteArray withoutForeignParameters(const QByteArray &url)
{
    const qsizetype question = url.indexOf('?', std::max<qsizetype>(0, url.lastIndexOf('@')));
    if (question < 0)
        return url;
    const QSet<QByteArray> known = knownParameters();
    QByteArrayList kept;
    for (const QByteArray &pair : url.mid(question + 1).split('&')) {
        if (known.contains(pair.left(pair.indexOf('='))))
            kept += pair == "sslmode=no-verify" ? QByteArray("sslmode=require") : pair;
    }
    return url.left(question) + (kept.isEmpty() ? QByteArray() : '?' + kept.join('&'));
}

QByteArray quoted(const QByteArray &value)
{
    QByteArray out = value;
    out.replace('\\', "\\\\").replace('\'', "\\'");
    return '\'' + out + '\'';
}

bool isSocketFolder(const QString &host)
{
    return host.isEmpty() || host.startsWith(QLatin1Char('/')) || host.startsWith(QLatin1Char('@'));
}

} // namespace

Result<PgAddress> PgAddress::parse(const Secret &url)
{
    QByteArray text = url.reveal().trimmed();
    if (text.isEmpty())
        return fail(ErrorCode::SecretMissing, QStringLiteral("the database's address is empty"),
                    QString::fromLatin1(howToWrite));
    if (isUrl(text))
        text = withoutForeignParameters(text);
    char *message = nullptr;
    const Options options(PQconninfoParse(text.constData(), &message), &PQconninfoFree);
    PQfreemem(message); // quotes the text, and with it the password
    if (!options)
        return fail(ErrorCode::InvalidInput, QStringLiteral("the database's address is malformed"),
                    QString::fromLatin1(howToWrite));
    PgAddress out;
    for (const PQconninfoOption *one = options.get(); one->keyword; ++one) {
        if (one->val)
            out.m_values[QString::fromUtf8(one->keyword)] = one->val;
    }
    return out;
}

QStringList PgAddress::hosts() const
{
    const QByteArray host = m_values.value(QStringLiteral("host"));
    return QString::fromUtf8(host).split(QLatin1Char(','));
}

bool PgAddress::needsLookup() const
{
    if (m_values.contains(QStringLiteral("hostaddr")))
        return false;
    const QStringList all = hosts();
    return std::none_of(all.begin(), all.end(), isSocketFolder)
           && std::any_of(all.begin(), all.end(),
                          [](const QString &host) { return QHostAddress(host).isNull(); });
}

QString PgAddress::server() const
{
    const QStringList all = hosts();
    const QStringList ports = QString::fromUtf8(m_values.value(QStringLiteral("port"))).split(QLatin1Char(','));
    QStringList out;
    for (qsizetype i = 0; i < all.size(); ++i) {
        const QString port = ports.value(ports.size() == 1 ? 0 : i);
        const bool isV6 = all[i].contains(QLatin1Char(':'));
        const QString host = all[i].isEmpty() ? QStringLiteral("local socket")
                             : isV6           ? QStringLiteral("[%1]").arg(all[i])
                                              : all[i];
        out += host + QLatin1Char(':') + (port.isEmpty() ? QStringLiteral("5432") : port);
    }
    return out.join(QLatin1Char(','));
}

QString PgAddress::database() const
{
    return QString::fromUtf8(m_values.value(QStringLiteral("dbname")));
}

QString PgAddress::user() const
{
    return QString::fromUtf8(m_values.value(QStringLiteral("user")));
}

QString PgAddress::withoutSecret(const QString &text) const
{
    QString out = redacted(text);
    const QString password = QString::fromUtf8(m_values.value(QStringLiteral("password")));
    if (password.size() >= 4)
        out.replace(password, QStringLiteral("***"));
    return out;
}

Secret PgAddress::connectionString(const QStringList &addresses, int timeoutSeconds) const
{
    QMap<QString, QByteArray> values = m_values;
    if (!addresses.isEmpty())
        values[QStringLiteral("hostaddr")] = addresses.join(QLatin1Char(',')).toUtf8();
    values[QStringLiteral("connect_timeout")] = QByteArray::number(timeoutSeconds);
    values[QStringLiteral("application_name")] = "understudy";
    values[QStringLiteral("client_encoding")] = "UTF8";
    QByteArray out;
    for (auto one = values.cbegin(); one != values.cend(); ++one)
        out += one.key().toUtf8() + '=' + quoted(one.value()) + ' ';
    return Secret(out);
}

} // namespace understudy
