// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/objectives.h"

#include <algorithm>

namespace understudy {
namespace {

using State = ObjectiveState::State;

bool redisIsNamed(const Plan &plan)
{
    return std::any_of(plan.recoveryTime.begin(), plan.recoveryTime.end(),
                       [](const RecoveryTimeObjective &one) {
                           return one.services.contains(QLatin1String("redis"));
                       });
}

bool isStrictest(const RecoveryTimeObjective &objective, const Plan &plan)
{
    return std::all_of(plan.recoveryTime.begin(), plan.recoveryTime.end(),
                       [&](const RecoveryTimeObjective &one) { return objective.within <= one.within; });
}

ObjectiveState judgeTime(const RecoveryTimeObjective &objective, const Plan &plan,
                         const QMap<QString, Outage> &outages, const QDateTime &now)
{
    ObjectiveState out{.name = objective.name,
                       .kind = ObjectiveState::Kind::RecoveryTime,
                       .within = objective.within};
    QStringList unknown, notLookedAt;
    QString downSystem;
    Outage longest;
    for (const QString &system : systemsOf(objective, plan)) {
        const auto found = outages.constFind(system);
        if (found == outages.constEnd())
            notLookedAt.append(system);
        else if (found->began.isValid() && (!longest.began.isValid() || found->began < longest.began))
            longest = *found, downSystem = system;
        else if (found->health == Health::Unknown)
            unknown.append(system);
    }
    if (longest.began.isValid()) {
        out.now = Milliseconds(qMax(qint64(0), longest.began.msecsTo(now)));
        out.atLeast = longest.atLeast;
        out.state = *out.now > out.within ? State::Missed : State::AtRisk;
        out.reason = QStringLiteral("%1 is down").arg(downSystem);
    } else if (!unknown.isEmpty() || !notLookedAt.isEmpty()) {
        out.reason = !unknown.isEmpty()
                         ? QStringLiteral("%1 is unknown").arg(unknown.join(QStringLiteral(", ")))
                         : QStringLiteral("nothing looks at %1").arg(notLookedAt.join(QStringLiteral(", ")));
    } else {
        out.now = Milliseconds(0);
        out.state = State::Met;
        out.reason = QStringLiteral("no outage");
    }
    return out;
}

ObjectiveState judgePoint(const RecoveryPointObjective &objective, const Reading *newestRestorable,
                          const QDateTime &now)
{
    ObjectiveState out{.name = objective.name,
                       .kind = ObjectiveState::Kind::RecoveryPoint,
                       .within = objective.within};
    if (objective.data != QLatin1String("database")) {
        out.reason = QStringLiteral("nothing looks at %1").arg(objective.data);
        return out;
    }
    if (!newestRestorable || !newestRestorable->hasNumber()) {
        out.reason = newestRestorable ? newestRestorable->reason
                                      : QStringLiteral("the database has not been looked at");
        return out;
    }
    // The moment stands still while the console does not look, so its age goes on growing.
    out.now = Milliseconds(qint64(newestRestorable->number() * 1000)) + newestRestorable->age(now);
    out.state = *out.now > out.within               ? State::Missed
                : 4 * *out.now > 3 * out.within ? State::AtRisk
                                                : State::Met;
    out.reason = newestRestorable->reason;
    // An archive that nobody sees any more may have gone on: not missed for sure, not met for sure.
    if (newestRestorable->stateAt(now) == ReadingState::Unknown)
        out.state = State::Unknown;
    return out;
}

} // namespace

QStringList systemsOf(const RecoveryTimeObjective &objective, const Plan &plan)
{
    QStringList systems;
    for (const QString &service : objective.services) {
        const bool isSystem = (service == QLatin1String("database") && plan.database)
                              || (service == QLatin1String("redis") && plan.redis);
        if (isSystem)
            systems.append(service);
        else if (plan.application)
            systems.append(QStringLiteral("pools"));
        else
            systems.append(service);
    }
    if (plan.redis && !redisIsNamed(plan) && isStrictest(objective, plan))
        systems.append(QStringLiteral("redis"));
    systems.removeDuplicates();
    return systems;
}

QList<ObjectiveState> judgeObjectives(const Plan &plan, const QMap<QString, Outage> &outages,
                                      const Reading *newestRestorable, const QDateTime &now)
{
    QList<ObjectiveState> out;
    for (const RecoveryTimeObjective &objective : plan.recoveryTime)
        out.append(judgeTime(objective, plan, outages, now));
    for (const RecoveryPointObjective &objective : plan.recoveryPoint)
        out.append(judgePoint(objective, newestRestorable, now));
    return out;
}

} // namespace understudy
