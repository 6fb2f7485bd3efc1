// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/nginxupstreams.h"

#include "core/systems/traffic/colournames.h"

#include <QRegularExpression>
#include <QUrl>

#include <algorithm>

namespace understudy::nginxupstreams {
namespace {

struct UpstreamServer
{
    qsizetype begin = 0, end = 0;        ///< of the whole line, its line end included
    qsizetype address = 0, addressEnd = 0; ///< of HOST:PORT
    QString host;
    QString colour;
    bool spare = false; ///< backup or down
};
using Upstream = QList<UpstreamServer>;

QList<Upstream> upstreamsIn(const QString &text, const QList<Pool> &pools)
{
    static const QRegularExpression block(QStringLiteral(R"(^[ \t]*upstream\s+[^\s{]+\s*\{([^}]*)\})"), QRegularExpression::MultilineOption);
    // Several may stand on one line; a comment after the last belongs to it.
    static const QRegularExpression line(QStringLiteral(R"((?:^|(?<=;))[ \t]*server\s+((\[[^\]]+\]|[^\s;:]+)(?::(\d+))?)([^;\n]*);(?:[ \t]*(?:#[^\n]*)?\n)?)"),
                                         QRegularExpression::MultilineOption);
    QList<Upstream> found;
    for (auto blocks = block.globalMatch(text); blocks.hasNext();) {
        const QRegularExpressionMatch one = blocks.next();
        Upstream upstream;
        const QString body = one.captured(1);
        const qsizetype offset = one.capturedStart(1);
        for (auto lines = line.globalMatch(body); lines.hasNext();) {
            const QRegularExpressionMatch server = lines.next();
            const int port = server.captured(3).isEmpty() ? 80 : server.captured(3).toInt();
            const QString colour = colournames::ofServer(server.captured(2), port, pools);
            if (colour.isEmpty())
                continue;
            static const QRegularExpression word(QStringLiteral(R"(\b(backup|down)\b)"));
            upstream.append({.begin = offset + server.capturedStart(0),
                             .end = offset + server.capturedEnd(0),
                             .address = offset + server.capturedStart(1),
                             .addressEnd = offset + server.capturedEnd(1),
                             .host = server.captured(2),
                             .colour = colour,
                             .spare = server.captured(4).contains(word)});
        }
        if (!upstream.isEmpty())
            found.append(upstream);
    }
    return found;
}

QString addressFor(const PoolInstance &instance, const QString &writtenHost)
{
    const QUrl url(instance.url);
    const QString host = colournames::isSameHost(writtenHost, url.host()) ? writtenHost : url.host();
    return QStringLiteral("%1:%2").arg(host).arg(url.port(80));
}

/// The lines of `servers` (in the order of the text), written for the instances of `pool`.
void rewrite(QString &text, const QList<UpstreamServer> &servers, const Pool &pool)
{
    // From the end, so that the places before stay true.
    for (qsizetype i = servers.size() - 1; i >= 0; --i) {
        const UpstreamServer &server = servers.at(i);
        if (i >= pool.instances.size()) {
            text.remove(server.begin, server.end - server.begin);
            continue;
        }
        const QString line = text.mid(server.begin, server.end - server.begin);
        const auto written = [&](const PoolInstance &instance) {
            return QString(line).replace(server.address - server.begin, server.addressEnd - server.address,
                                         addressFor(instance, server.host));
        };
        QString lines = written(pool.instances.at(i));
        for (qsizetype more = servers.size(); i == servers.size() - 1 && more < pool.instances.size(); ++more)
            lines += written(pool.instances.at(more));
        text.replace(server.begin, server.end - server.begin, lines);
    }
}

const Pool *poolOf(const QList<Pool> &pools, const QString &colour)
{
    for (const Pool &pool : pools) {
        if (pool.colour == colour)
            return &pool;
    }
    return nullptr;
}

} // namespace

QStringList coloursIn(const QByteArray &text, const QList<Pool> &pools)
{
    QStringList colours;
    for (const Upstream &upstream : upstreamsIn(QString::fromUtf8(text), pools)) {
        for (const UpstreamServer &server : upstream) {
            if (!server.spare && !colours.contains(server.colour))
                colours.append(server.colour);
        }
    }
    return colours;
}

Result<QByteArray> switched(const QByteArray &text, const QList<Pool> &pools, const QString &colour)
{
    const Pool *target = poolOf(pools, colour);
    if (!target || target->instances.isEmpty())
        return fail(ErrorCode::InvalidInput, QStringLiteral("the plan names no instance of %1").arg(colour));
    QString changed = QString::fromUtf8(text);
    if (changed.toUtf8() != text)
        return fail(ErrorCode::InvalidInput, QStringLiteral("the site file is not UTF-8"), QStringLiteral("Change it by hand."));
    const QList<Upstream> upstreams = upstreamsIn(changed, pools);
    if (upstreams.isEmpty())
        return fail(ErrorCode::NotFound, QStringLiteral("no upstream in it names an instance of the plan"),
                    QStringLiteral("Write the instances' addresses in the plan as the upstream has them."));
    for (qsizetype i = upstreams.size() - 1; i >= 0; --i) {
        QList<UpstreamServer> serving, spare;
        for (const UpstreamServer &server : upstreams.at(i))
            (server.spare ? spare : serving).append(server);
        // One of the two is rewritten as a list of its own: their lines may be mixed, so the later first.
        const auto foreign = std::find_if(serving.begin(), serving.end(), [&colour](const UpstreamServer &one) { return one.colour != colour; });
        if (foreign == serving.end())
            continue;
        const QString before = foreign->colour;
        const Pool *old = poolOf(pools, before);
        const bool spareLast = !spare.isEmpty() && spare.first().begin > serving.last().begin;
        const bool servingLast = !spare.isEmpty() && serving.first().begin > spare.last().begin;
        if (!spare.isEmpty() && !spareLast && !servingLast)
            return fail(ErrorCode::InvalidInput, QStringLiteral("an upstream mixes serving and backup servers line by line"),
                        QStringLiteral("Put its backup servers behind the others."));
        if (spareLast)
            rewrite(changed, spare, *old);
        rewrite(changed, serving, *target);
        if (servingLast)
            rewrite(changed, spare, *old);
    }
    return changed.toUtf8();
}

} // namespace understudy::nginxupstreams
