// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/pager/pagerincident.h"

#include "core/base/redact.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <optional>

namespace understudy {
namespace {

QString lineOf(const QJsonValue &value)
{
    return redacted(value.toString().simplified()).left(160);
}

std::optional<PagerIncident::Status> statusNamed(const QString &word)
{
    if (word == QLatin1String("triggered"))
        return PagerIncident::Status::Triggered;
    if (word == QLatin1String("acknowledged"))
        return PagerIncident::Status::Acknowledged;
    if (word == QLatin1String("resolved"))
        return PagerIncident::Status::Resolved;
    return std::nullopt;
}

} // namespace

QString PagerIncident::name() const
{
    constexpr qsizetype longest = 72; // it stands in headings; the whole of it is at the pager
    const QString words = title.size() > longest ? title.left(longest - 1).trimmed() + QChar(0x2026) : title;
    return QStringLiteral("#%1 %2").arg(number).arg(words).trimmed();
}

Result<PagerIncident> PagerIncident::fromJson(const QJsonObject &json)
{
    static const QRegularExpression form(QStringLiteral("^[A-Za-z0-9_-]{1,64}$"));
    const QString id = json[QStringLiteral("id")].toString();
    const std::optional<Status> status = statusNamed(json[QStringLiteral("status")].toString());
    if (!form.match(id).hasMatch() || !status)
        return fail(ErrorCode::ProtocolViolation, QStringLiteral("PagerDuty told an incident without a usable id or status"));
    PagerIncident incident{.id = id,
                           .number = json[QStringLiteral("incident_number")].toInt(),
                           .title = lineOf(json[QStringLiteral("title")]),
                           .status = *status,
                           .urgency = lineOf(json[QStringLiteral("urgency")]),
                           .createdAt = QDateTime::fromString(json[QStringLiteral("created_at")].toString(), Qt::ISODateWithMs).toUTC()};
    QDateTime newest;
    for (const QJsonValue &value : json[QStringLiteral("acknowledgements")].toArray()) {
        const QJsonObject one = value.toObject();
        const QDateTime at = QDateTime::fromString(one[QStringLiteral("at")].toString(), Qt::ISODateWithMs);
        if (newest.isValid() && at <= newest)
            continue;
        newest = at;
        incident.acknowledgedBy = lineOf(one[QStringLiteral("acknowledger")].toObject()[QStringLiteral("summary")]);
    }
    QStringList assigned;
    for (const QJsonValue &value : json[QStringLiteral("assignments")].toArray())
        assigned.append(lineOf(value.toObject()[QStringLiteral("assignee")].toObject()[QStringLiteral("summary")]));
    assigned.removeAll(QString());
    incident.assignedTo = assigned.mid(0, 5).join(QStringLiteral(", "));
    return incident;
}

QList<PagerIncident> PagerIncidents::with(PagerIncident::Status status) const
{
    QList<PagerIncident> found;
    for (const PagerIncident &one : list) {
        if (one.status == status)
            found.append(one);
    }
    return found;
}

} // namespace understudy
