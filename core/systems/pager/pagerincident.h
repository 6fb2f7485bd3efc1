// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QDateTime>
#include <QJsonObject>
#include <QList>

namespace understudy {

/// An incident as PagerDuty's REST API v2 tells it. Texts are cut to what a line holds and redacted.
struct PagerIncident
{
    enum class Status { Triggered, Acknowledged, Resolved };
    QString id; ///< letters, digits, '-' and '_' only: fit for a path
    int number = 0;
    QString title;
    Status status = Status::Triggered;
    QString urgency;        ///< "high" or "low"
    QDateTime createdAt;    ///< UTC, the service's clock; invalid when it was not told
    QString acknowledgedBy; ///< of the newest acknowledgement; empty: none
    QString assignedTo;     ///< names, joined by a comma
    bool operator==(const PagerIncident &) const = default;

    /// "#4711 Redis master lost"
    QString name() const;
    [[nodiscard]] static Result<PagerIncident> fromJson(const QJsonObject &json);
};

/// Open incidents, oldest first.
struct PagerIncidents
{
    QList<PagerIncident> list;
    bool more = false; ///< there are more than were asked for
    bool operator==(const PagerIncidents &) const = default;
    QList<PagerIncident> with(PagerIncident::Status status) const;
};

} // namespace understudy
