// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace understudy::lab {

/// What the control plane does wrong on demand. Kept in a JSON file beside it; an absent one means:
/// nothing. Rates are shares of all calls, from 0 to 1.
struct PlaneMisbehaviour
{
    int slowMs = 0;
    double rateLimited = 0, unavailable = 0;
    bool isLocked = false;
    int wrongBySeconds = 0; ///< new branches come up so much earlier than asked
    bool operator==(const PlaneMisbehaviour &) const = default;

    static PlaneMisbehaviour read(const QString &path);
    QByteArray toJson() const;
};

} // namespace understudy::lab
