// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>

#include <optional>

namespace understudy {

/// Reads the fields of one JSON object of Neon's API. Strict in what is relied on: a required field
/// that is missing or of another kind is remembered by its name, the first one wins, and reading
/// goes on. Tolerant in the rest: what is optional and unusable reads as not told, unknown fields and
/// unknown words pass. Every text is bounded, on one line and redacted.
class NeonFields
{
public:
    /// `kind`: "branch", for the error.
    NeonFields(const QJsonValue &object, const QString &kind);

    QString id(const char *name);    ///< required; "^[a-zA-Z0-9-]{1,64}$": fit for a path
    QString text(const char *name);  ///< required, not empty
    qint64 whole(const char *name);  ///< required, 0 to 2^53
    bool flag(const char *name);     ///< required
    QDateTime time(const char *name);///< required, RFC 3339; UTC

    QString idIfTold(const char *name) const;
    QString textIfTold(const char *name) const;
    QDateTime timeIfTold(const char *name) const; ///< invalid when not told

    /// ProtocolViolation that names the field.
    std::optional<Error> problem() const;

    static bool isId(const QString &text);

private:
    QJsonValue value(const char *name) const;
    void miss(const char *name);

    QJsonObject m_object;
    QString m_kind;
    QString m_missing;
};

/// The list of that name in an answer, each read by `read`; ProtocolViolation when there is none.
template<typename T>
[[nodiscard]] Result<QList<T>> neonList(const QJsonObject &answer, const char *name, Result<T> (*read)(const QJsonValue &))
{
    const QJsonValue list = answer[QLatin1String(name)];
    if (!list.isArray())
        return fail(ErrorCode::ProtocolViolation, QStringLiteral("Neon answered without a list of %1").arg(QLatin1String(name)));
    QList<T> out;
    const QJsonArray values = list.toArray();
    out.reserve(values.size());
    for (const QJsonValue &value : values) {
        const Result<T> one = read(value);
        if (!one)
            return fail(one.error());
        out.append(*one);
    }
    return out;
}

} // namespace understudy
