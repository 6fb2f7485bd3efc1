// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QMetaType>

#include <chrono>
#include <optional>

namespace understudy {

struct HttpHeader
{
    QByteArray name, value;
    bool operator==(const HttpHeader &) const = default;
};

/// A whole and well-formed reply, whatever its status: 503 is an answer, not an Error.
struct HttpReply
{
    int status = 0;
    QList<HttpHeader> headers; ///< in the server's order, names as sent
    QByteArray body;
    std::chrono::microseconds took{0}; ///< from its turn (connecting included) to the last byte
    quint64 connection =
        0; ///< two replies with one number came over one connection, so from one process
    QDateTime sentAt, receivedAt; ///< UTC, wall clock

    bool operator==(const HttpReply &) const = default;
    bool isOk() const { return status >= 200 && status < 300; }
    /// The first header of that name, any case; empty when there is none.
    QByteArray header(QByteArrayView name) const;
    /// The server's own clock by its Date header, whole seconds, rounded down.
    std::optional<QDateTime> date() const;
};

} // namespace understudy

Q_DECLARE_METATYPE(understudy::HttpReply)
