// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/plan/plan.h"
#include "core/systems/redis/respvalue.h"

#include <QDateTime>
#include <QHash>

#include <optional>

namespace understudy {

/// The text of INFO as fields; what a version or a user's rights leave out is simply not there.
class RedisInfo
{
public:
    struct Attached
    {
        Endpoint address;
        bool online = false;
        qint64 offset = -1;
        qint64 lag = -1; ///< s since its last acknowledgement
        bool operator==(const Attached &) const = default;
    };

    [[nodiscard]] static Result<RedisInfo> parse(const RespValue &reply, const Endpoint &from);

    QByteArray field(const QByteArray &name) const { return m_fields.value(name); }
    std::optional<qint64> number(const QByteArray &name) const;
    /// slave0:ip=…,port=…,state=online,offset=…,lag=…, and the others: what a master says is attached.
    QList<Attached> attached() const;
    /// UTC from server_time_usec (Redis 6.2 and later, Sentinels too).
    std::optional<QDateTime> serverTime() const;

private:
    QHash<QByteArray, QByteArray> m_fields;
};

} // namespace understudy
