// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace understudy {

/// One reply of the Redis protocol, version 2 (RESP2). A value.
struct RespValue
{
    enum class Kind { Null, Status, Error, Integer, Bulk, Array };
    Kind kind = Kind::Null;
    QByteArray text;        ///< Status, Error (whole line, "NOGOODSLAVE No suitable…"), Bulk
    qint64 integer = 0;
    QList<RespValue> items; ///< Array

    bool operator==(const RespValue &) const = default;
    bool isError() const { return kind == Kind::Error; }
    QString string() const { return QString::fromUtf8(text); }
    /// A flat name/value array (SENTINEL MASTER, CONFIG GET) as pairs; the value of `name`, or empty.
    QByteArray field(const QByteArray &name) const;
};

} // namespace understudy
