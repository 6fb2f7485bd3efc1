// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/redisinfo.h"

#include "core/systems/redis/redisfault.h"
#include "core/systems/redis/wiretext.h"

namespace understudy {

Result<RedisInfo> RedisInfo::parse(const RespValue &reply, const Endpoint &from)
{
    if (reply.isError())
        return fail(redisfault::ofErrorReply(from, reply));
    if (reply.kind != RespValue::Kind::Bulk) {
        return fail(redisfault::ofReply(from, {ErrorCode::ProtocolViolation, QStringLiteral("answer to INFO is no text")}));
    }
    RedisInfo info;
    // Thirty times what Redis 7 sends.
    const QList<QByteArray> lines = reply.text.left(200'000).split('\n');
    for (const QByteArray &line : lines) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0 && line[0] != '#')
            info.m_fields.insert(line.left(colon), line.mid(colon + 1).trimmed());
    }
    return info;
}

std::optional<qint64> RedisInfo::number(const QByteArray &name) const
{
    bool isNumber = false;
    const qint64 value = m_fields.value(name).toLongLong(&isNumber);
    return isNumber ? std::optional<qint64>(value) : std::nullopt;
}

QList<RedisInfo::Attached> RedisInfo::attached() const
{
    QList<Attached> all;
    for (int i = 0; i < 100; ++i) {
        const QByteArray line = m_fields.value("slave" + QByteArray::number(i));
        if (line.isEmpty())
            continue;
        QHash<QByteArray, QByteArray> parts;
        for (const QByteArray &part : line.split(',')) {
            const qsizetype equals = part.indexOf('=');
            if (equals > 0)
                parts.insert(part.left(equals), part.mid(equals + 1));
        }
        Attached one;
        one.address = wiretext::endpoint(parts.value("ip"), parts.value("port"));
        one.online = parts.value("state") == "online";
        bool isNumber = false;
        one.offset = parts.value("offset").toLongLong(&isNumber);
        one.offset = isNumber ? one.offset : -1;
        one.lag = parts.value("lag").toLongLong(&isNumber);
        one.lag = isNumber ? one.lag : -1;
        if (!one.address.isNull())
            all.append(one);
    }
    return all;
}

std::optional<QDateTime> RedisInfo::serverTime() const
{
    const std::optional<qint64> microseconds = number("server_time_usec");
    if (!microseconds || *microseconds <= 0)
        return std::nullopt;
    return QDateTime::fromMSecsSinceEpoch(*microseconds / 1000, Qt::UTC);
}

} // namespace understudy
