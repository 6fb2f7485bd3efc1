// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/colournames.h"

#include <QRegularExpression>
#include <QUrl>

namespace understudy::colournames {
namespace {

bool isLoopbackHost(const QString &host)
{
    return host == QLatin1String("localhost") || host.startsWith(QLatin1String("127.")) || host == QLatin1String("[::1]") || host == QLatin1String("::1");
}

QRegularExpression wordOf(const QString &colour)
{
    return QRegularExpression(QStringLiteral("(?<![A-Za-z0-9])%1(?![A-Za-z0-9])").arg(QRegularExpression::escape(colour)));
}

} // namespace

QStringList of(const QList<Pool> &pools)
{
    QStringList names;
    for (const Pool &pool : pools)
        names.append(pool.colour);
    return names;
}

bool isSameHost(const QString &one, const QString &other)
{
    return one == other || (isLoopbackHost(one) && isLoopbackHost(other));
}

QString ofServer(const QString &host, int port, const QList<Pool> &pools)
{
    for (const Pool &pool : pools) {
        for (const PoolInstance &instance : pool.instances) {
            const QUrl url(instance.url);
            if (url.port(80) == port && isSameHost(host, url.host()))
                return pool.colour;
        }
    }
    return {};
}

QString in(const QString &text, const QStringList &colours)
{
    for (const QString &one : colours) {
        if (text.contains(wordOf(one)))
            return one;
    }
    return {};
}

QString replaced(const QString &text, const QStringList &colours, const QString &colour)
{
    const QString named = in(text, colours);
    return named.isEmpty() ? QString() : QString(text).replace(wordOf(named), colour);
}

} // namespace understudy::colournames
