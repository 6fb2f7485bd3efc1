// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/healthexposition.h"

#include "core/systems/metrics/expositionwriter.h"

namespace understudy {
namespace {

double level(Health health)
{
    return double(int(health));
}

void writeHealth(ExpositionWriter &writer, const HealthSnapshot &snapshot)
{
    const QString help = QStringLiteral("0 healthy, 1 degraded, 2 unknown, 3 down.");
    writer.family("understudy_overall_health", MetricType::Gauge,
                  QStringLiteral("The worst of all systems: ") + help);
    writer.sample(level(snapshot.overall));
    writer.family("understudy_health", MetricType::Gauge,
                  QStringLiteral("Health of one system: ") + help);
    for (const SystemHealth &system : snapshot.systems)
        writer.sample(level(system.health), {{"system", system.name}});
    writer.family("understudy_looked_at_timestamp_seconds", MetricType::Gauge,
                  QStringLiteral("When the newest look at a system ended."));
    for (const SystemHealth &system : snapshot.systems) {
        if (system.lookedAt.isValid())
            writer.sample(double(system.lookedAt.toMSecsSinceEpoch()) / 1000,
                          {{"system", system.name}});
    }
    writer.family("understudy_snapshot_timestamp_seconds", MetricType::Gauge,
                  QStringLiteral("When these figures were put together."));
    if (snapshot.at.isValid())
        writer.sample(double(snapshot.at.toMSecsSinceEpoch()) / 1000);
}

ExpositionWriter::Labels labelsOf(const SystemHealth &system, const Reading &reading)
{
    return {{"system", system.name},
            {"name", reading.name},
            {"source", reading.source},
            {"unit", reading.unit}};
}

void writeReadings(ExpositionWriter &writer, const HealthSnapshot &snapshot)
{
    const QDateTime now = snapshot.at;
    writer.family("understudy_reading", MetricType::Gauge,
                  QStringLiteral("A numeric reading that is fresh."));
    for (const SystemHealth &system : snapshot.systems) {
        for (const Reading &reading : system.readings) {
            if (reading.hasNumber() && reading.stateAt(now) == ReadingState::Fresh)
                writer.sample(reading.number(), labelsOf(system, reading));
        }
    }
    writer.family("understudy_reading_age_seconds", MetricType::Gauge,
                  QStringLiteral("How long ago a reading was observed."));
    for (const SystemHealth &system : snapshot.systems) {
        for (const Reading &reading : system.readings) {
            if (reading.observedAt.isValid())
                writer.sample(
                    double(reading.age(now).count()) / 1000,
                    {{"system", system.name}, {"name", reading.name}, {"source", reading.source}});
        }
    }
    writer.family("understudy_readings", MetricType::Gauge,
                  QStringLiteral("How many readings of a system are in each state."));
    for (const SystemHealth &system : snapshot.systems) {
        QMap<QString, int> counts;
        for (const Reading &reading : system.readings)
            ++counts[readingStateName(reading.stateAt(now))];
        for (auto one = counts.constBegin(); one != counts.constEnd(); ++one)
            writer.sample(one.value(), {{"system", system.name}, {"state", one.key()}});
    }
}

void writeObjectives(ExpositionWriter &writer, const HealthSnapshot &snapshot)
{
    const auto labels = [](const ObjectiveState &one) -> ExpositionWriter::Labels {
        return {{"name", one.name}, {"kind", objectiveKindName(one.kind)}};
    };
    writer.family("understudy_objective_within_seconds", MetricType::Gauge,
                  QStringLiteral("What the plan allows."));
    for (const ObjectiveState &one : snapshot.objectives)
        writer.sample(double(one.within.count()) / 1000, labels(one));
    writer.family("understudy_objective_now_seconds", MetricType::Gauge,
                  QStringLiteral("How much of it is used."));
    for (const ObjectiveState &one : snapshot.objectives) {
        if (one.now)
            writer.sample(double(one.now->count()) / 1000, labels(one));
    }
    writer.family("understudy_contradictions", MetricType::Gauge,
                  QStringLiteral("Facts that two sources disagree about."));
    writer.sample(double(snapshot.contradictions.size()));
    writer.family("understudy_recommendation", MetricType::Gauge,
                  QStringLiteral("1 for each scenario that the evidence speaks for."));
    for (const Recommendation &one : snapshot.recommendations)
        writer.sample(1, {{"scenario", one.scenario}});
}

} // namespace

QByteArray healthToExposition(const HealthSnapshot &snapshot)
{
    ExpositionWriter writer;
    writeHealth(writer, snapshot);
    writeReadings(writer, snapshot);
    writeObjectives(writer, snapshot);
    return writer.text();
}

} // namespace understudy
