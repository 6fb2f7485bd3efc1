// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/statusjson.h"

#include <QJsonArray>

#include <cmath>

namespace understudy {
namespace {

QJsonValue timeOrNull(const QDateTime &time)
{
    return time.isValid() ? QJsonValue(toRfc3339(time)) : QJsonValue();
}

QJsonValue secondsOrNull(const std::optional<Milliseconds> &duration)
{
    return duration ? QJsonValue(qint64(duration->count() / 1000)) : QJsonValue();
}

/// JSON knows no NaN and no infinity.
QJsonValue numberOrNull(const std::optional<double> &number)
{
    return number && std::isfinite(*number) ? QJsonValue(*number) : QJsonValue();
}

QJsonValue valueAt(const Reading &reading, ReadingState state)
{
    if (state != ReadingState::Fresh && state != ReadingState::Stale)
        return {};
    if (reading.hasNumber())
        return numberOrNull(reading.number());
    if (const QString *text = std::get_if<QString>(&reading.value))
        return *text;
    return {};
}

QJsonObject readingToJson(const Reading &reading, const QDateTime &now)
{
    const ReadingState state = reading.stateAt(now);
    QJsonValue normal;
    if (reading.normal)
        normal = QJsonObject{{QStringLiteral("least"), numberOrNull(reading.normal->least)},
                             {QStringLiteral("most"), numberOrNull(reading.normal->most)}};
    const QJsonValue age = reading.observedAt.isValid() ? QJsonValue(qint64(reading.age(now).count()))
                                                        : QJsonValue();
    return {{QStringLiteral("name"), reading.name},
            {QStringLiteral("value"), valueAt(reading, state)},
            {QStringLiteral("unit"), reading.unit},
            {QStringLiteral("source"), reading.source},
            {QStringLiteral("observed_at"), timeOrNull(reading.observedAt)},
            {QStringLiteral("age_ms"), age},
            {QStringLiteral("state"), readingStateName(state)},
            {QStringLiteral("normal"), normal},
            {QStringLiteral("reason"), reading.reason}};
}

QJsonObject systemToJson(const SystemHealth &system, const QDateTime &now)
{
    QJsonArray readings;
    for (const Reading &reading : system.readings)
        readings.append(readingToJson(reading, now));
    return {{QStringLiteral("name"), system.name},
            {QStringLiteral("health"), healthName(system.health)},
            {QStringLiteral("since"), timeOrNull(system.since)},
            {QStringLiteral("reason"), system.reason},
            {QStringLiteral("readings"), readings}};
}

QJsonObject objectiveToJson(const ObjectiveState &objective)
{
    return {{QStringLiteral("name"), objective.name},
            {QStringLiteral("kind"), objectiveKindName(objective.kind)},
            {QStringLiteral("within_s"), qint64(objective.within.count() / 1000)},
            {QStringLiteral("now_s"), secondsOrNull(objective.now)},
            {QStringLiteral("at_least"), objective.atLeast},
            {QStringLiteral("state"), objectiveStateName(objective.state)},
            {QStringLiteral("reason"), objective.reason}};
}

QJsonObject contradictionToJson(const Contradiction &contradiction)
{
    QJsonArray says;
    for (const Contradiction::Saying &one : contradiction.says)
        says.append(QJsonObject{{QStringLiteral("source"), one.source},
                                {QStringLiteral("value"), one.value},
                                {QStringLiteral("observed_at"), timeOrNull(one.observedAt)}});
    return {{QStringLiteral("about"), contradiction.about},
            {QStringLiteral("says"), says},
            {QStringLiteral("since"), timeOrNull(contradiction.since)}};
}

template<typename T, typename ToJson>
QJsonArray arrayOf(const QList<T> &items, ToJson toJson)
{
    QJsonArray out;
    for (const T &item : items)
        out.append(toJson(item));
    return out;
}

} // namespace

QJsonObject statusToJson(const HealthSnapshot &snapshot, const Plan &plan)
{
    const auto system = [&](const SystemHealth &one) { return systemToJson(one, snapshot.at); };
    const auto recommendation = [](const Recommendation &one) {
        return QJsonObject{{QStringLiteral("scenario"), one.scenario},
                           {QStringLiteral("because"), QJsonArray::fromStringList(one.because)},
                           {QStringLiteral("command"), one.command}};
    };
    return {{QStringLiteral("understudy"), 1},
            {QStringLiteral("mode"), modeName(plan.mode)},
            {QStringLiteral("plan"), QJsonObject{{QStringLiteral("name"), plan.name},
                                                 {QStringLiteral("version"), plan.version}}},
            {QStringLiteral("observed_at"), timeOrNull(snapshot.at)},
            {QStringLiteral("health"), healthName(snapshot.overall)},
            {QStringLiteral("systems"), arrayOf(snapshot.systems, system)},
            {QStringLiteral("objectives"), arrayOf(snapshot.objectives, objectiveToJson)},
            {QStringLiteral("contradictions"), arrayOf(snapshot.contradictions, contradictionToJson)},
            {QStringLiteral("recommendations"), arrayOf(snapshot.recommendations, recommendation)}};
}

int statusExitCode(Health overall)
{
    switch (overall) {
    case Health::Healthy: return 0;
    case Health::Degraded: return 1;
    case Health::Down: return 2;
    case Health::Unknown: return 3;
    }
    return 3;
}

} // namespace understudy
