// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/snapshot.h"

namespace understudy {

const Reading *SystemHealth::reading(const QString &wanted) const
{
    for (const Reading &one : readings) {
        if (one.name == wanted)
            return &one;
    }
    return nullptr;
}

const SystemHealth *HealthSnapshot::system(const QString &wanted) const
{
    for (const SystemHealth &one : systems) {
        if (one.name == wanted)
            return &one;
    }
    return nullptr;
}

QString objectiveKindName(ObjectiveState::Kind kind)
{
    return kind == ObjectiveState::Kind::RecoveryTime ? QStringLiteral("recovery_time")
                                                      : QStringLiteral("recovery_point");
}

QString objectiveStateName(ObjectiveState::State state)
{
    switch (state) {
    case ObjectiveState::State::Met: return QStringLiteral("met");
    case ObjectiveState::State::AtRisk: return QStringLiteral("at_risk");
    case ObjectiveState::State::Missed: return QStringLiteral("missed");
    case ObjectiveState::State::Unknown: return QStringLiteral("unknown");
    }
    return {};
}

} // namespace understudy
