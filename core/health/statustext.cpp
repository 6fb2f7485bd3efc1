// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/statustext.h"

#include "core/base/quantity.h"
#include "core/health/poolsinstance.h"

#include <QMap>

#include <algorithm>

namespace understudy {
namespace {

constexpr qsizetype width = 100;
constexpr int linesOfTrouble = 8;  ///< abnormal or unknown readings shown a system
constexpr int linesOfNormal = 5;   ///< lines of ordinary readings a system

QString shortened(const QString &text, qsizetype most)
{
    return text.size() <= most ? text : text.left(most - 1) + QChar(0x2026);
}

QString agedText(const Reading &reading, const QDateTime &now)
{
    if (reading.stateAt(now) == ReadingState::Stale)
        return QStringLiteral("%1 (stale, %2 old)").arg(reading.text(), durationText(reading.age(now)));
    return reading.text();
}

bool isTrouble(const Reading &reading, const QDateTime &now)
{
    return reading.isAbnormal() || reading.stateAt(now) == ReadingState::Stale;
}

QString normalText(const NormalRange &normal, const Reading &reading)
{
    const auto worded = [&](double bound) {
        Reading copy = reading;
        copy.value = bound;
        return copy.text();
    };
    if (normal.least && normal.most)
        return QStringLiteral("normal %1 to %2").arg(worded(*normal.least), worded(*normal.most));
    if (normal.most)
        return QStringLiteral("normal up to %1").arg(worded(*normal.most));
    return normal.least ? QStringLiteral("normal from %1").arg(worded(*normal.least)) : QString();
}

QString troubleLine(const Reading &reading, const QDateTime &now)
{
    const bool abnormal = reading.isAbnormal();
    QString line = QStringLiteral("  %1 %2: %3")
                       .arg(abnormal ? QStringLiteral("!") : QStringLiteral("?"), reading.name,
                            agedText(reading, now));
    if (abnormal)
        line += QStringLiteral("  (%1)").arg(normalText(*reading.normal, reading));
    return shortened(line, width);
}

/// Several ordinary readings a line.
QStringList packed(const QStringList &parts)
{
    QStringList lines;
    QString line;
    for (const QString &part : parts) {
        if (!line.isEmpty() && line.size() + part.size() + 3 > width) {
            lines += line;
            line.clear();
        }
        line += line.isEmpty() ? QStringLiteral("    ") + part : QStringLiteral(" | ") + part;
    }
    if (!line.isEmpty())
        lines += line;
    return lines;
}

void limit(QStringList &lines, int most, const QString &what)
{
    const qsizetype more = lines.size() - most;
    if (more <= 1)
        return;
    lines = lines.mid(0, most);
    lines += QStringLiteral("    … and %1 more %2 (--json has them all)").arg(more).arg(what);
}

/// Readings that are unknown for one and the same reason share a line: a dead system has dozens.
QStringList sharedLines(const QMap<QString, QStringList> &namesByReason)
{
    QStringList lines;
    for (auto one = namesByReason.cbegin(); one != namesByReason.cend(); ++one) {
        const QString names = one->size() <= 3 ? one->join(QStringLiteral(", "))
                                               : QStringLiteral("%1, %2 and %3 more")
                                                     .arg(one->at(0), one->at(1))
                                                     .arg(one->size() - 2);
        const QString why = one.key().isEmpty() ? QString() : QStringLiteral(": ") + one.key();
        lines += shortened(QStringLiteral("  ? %1: unknown%2").arg(names, why), width);
    }
    return lines;
}

QStringList readingLines(const SystemHealth &system, const QDateTime &now)
{
    QStringList trouble, ordinary;
    QMap<QString, QStringList> unknown;
    for (const Reading &reading : system.readings) {
        if (reading.stateAt(now) == ReadingState::Unknown)
            unknown[reading.reason] += reading.name;
        else if (isTrouble(reading, now))
            trouble += troubleLine(reading, now);
        else if (reading.state != ReadingState::Absent && reading.state != ReadingState::NeverSet)
            ordinary += shortened(QStringLiteral("%1 %2").arg(reading.name, reading.text()), width - 4);
    }
    trouble += sharedLines(unknown);
    limit(trouble, linesOfTrouble, QStringLiteral("like these"));
    QStringList lines = packed(ordinary);
    limit(lines, linesOfNormal, QStringLiteral("lines of ordinary readings"));
    return trouble + lines;
}

/// Several names a line, at most two lines: "  ! blue 3 refused: blue-6, blue-29, blue-52".
QStringList namedLines(const QString &what, const QStringList &names)
{
    constexpr qsizetype most = 2 * width - 65; // room for the words at its end, and for where it breaks
    QString line = QStringLiteral("  ! %1: ").arg(what);
    qsizetype told = 0;
    for (; told < names.size() && line.size() + names.at(told).size() < most; ++told)
        line += (told > 0 ? QStringLiteral(", ") : QString()) + names.at(told);
    if (told < names.size())
        line += QStringLiteral(" and %1 more (--json has them all)").arg(names.size() - told);
    if (line.size() <= width)
        return {line};
    const qsizetype cut = line.lastIndexOf(QLatin1Char(' '), width);
    return {line.left(cut), QStringLiteral("     ") + line.mid(cut)};
}

/// Instances that are not as they should be, by name, those that do not serve first.
QStringList troubledLines(const PoolView &pool)
{
    using Answer = InstanceView::Answer;
    const auto named = [&pool](auto isSo) {
        QStringList names;
        for (qsizetype i = 0; i < pool.instances.size(); ++i) {
            const InstanceView &one = pool.instances.at(i);
            if (isSo(one))
                names += one.process.isEmpty() ? QStringLiteral("%1-%2").arg(pool.colour).arg(i + 1) : one.process;
        }
        return names;
    };
    QStringList lines;
    const auto tell = [&](const QString &what, const QStringList &names) {
        if (!names.isEmpty())
            lines += namedLines(QStringLiteral("%1 %2 %3").arg(pool.colour).arg(names.size()).arg(what), names);
    };
    for (const Answer answer : {Answer::Refused, Answer::NoAnswer, Answer::Unavailable, Answer::Other, Answer::Unknown})
        tell(answerName(answer), named([answer](const InstanceView &one) { return one.live == answer; }));
    tell(QStringLiteral("live, not warm"), named([](const InstanceView &one) {
             return one.live == Answer::Ok && one.startup != Answer::Ok;
         }));
    tell(QStringLiteral("live, not ready"), named([](const InstanceView &one) {
             return one.live == Answer::Ok && one.startup == Answer::Ok && one.ready != Answer::Ok && one.ready != Answer::Unknown;
         }));
    tell(QStringLiteral("with dead job queues"),
         named([](const InstanceView &one) { return one.queues.state == QueuesAnswer::State::Dead; }));
    return lines;
}

QStringList poolLines(const PoolsView &pools)
{
    QStringList lines;
    for (const PoolView &pool : pools.pools) {
        QString line = QStringLiteral("    %1: %2 of %3 up, %4 warm")
                           .arg(pool.colour)
                           .arg(pool.up)
                           .arg(pool.instances.size())
                           .arg(pool.warm);
        if (!pool.build.isEmpty())
            line += QStringLiteral(", build %1").arg(pool.build);
        if (pool.colour == pools.serving)
            line += QStringLiteral(", serves");
        lines += shortened(line, width);
        lines += troubledLines(pool);
    }
    return lines;
}

QString systemLine(const SystemHealth &system, const QDateTime &now)
{
    QString line = QStringLiteral("%1 %2").arg(system.name, -9).arg(healthName(system.health).toUpper(), -8);
    if (system.since.isValid())
        line += QStringLiteral(" for %1").arg(durationText(Milliseconds(system.since.msecsTo(now))));
    return line + QStringLiteral("  ") + system.reason;
}

QString objectiveLine(const ObjectiveState &objective)
{
    const QString used = objective.now ? QStringLiteral("%1%2 of %3")
                                             .arg(objective.atLeast ? QStringLiteral("at least ") : QString(),
                                                  durationText(*objective.now),
                                                  durationText(objective.within))
                                       : QStringLiteral("unknown of %1").arg(durationText(objective.within));
    return shortened(QStringLiteral("  %1 %2: %3, %4 (%5)")
                         .arg(objective.kind == ObjectiveState::Kind::RecoveryTime ? QStringLiteral("RTO")
                                                                                  : QStringLiteral("RPO"),
                              objective.name, used,
                              objectiveStateName(objective.state).replace(QLatin1Char('_'), QLatin1Char(' ')),
                              objective.reason),
                     width);
}

} // namespace

QString statusLine(const HealthSnapshot &snapshot)
{
    QList<SystemHealth> troubled;
    QStringList names;
    for (const SystemHealth &system : snapshot.systems) {
        names += system.name;
        if (system.health != Health::Healthy)
            troubled += system;
    }
    std::stable_sort(troubled.begin(), troubled.end(), [](const SystemHealth &a, const SystemHealth &b) {
        return b.health < a.health;
    });
    if (snapshot.systems.isEmpty())
        return QStringLiteral("UNKNOWN - the plan names no system that can be looked at");
    if (troubled.isEmpty())
        return shortened(QStringLiteral("OK - %1 healthy").arg(names.join(QStringLiteral(", "))), 150);
    QStringList parts;
    for (const SystemHealth &system : std::as_const(troubled))
        parts += QStringLiteral("%1 %2 - %3")
                     .arg(system.name.toUpper(), healthName(system.health).toUpper(), system.reason);
    return shortened(parts.join(QStringLiteral("; ")), 150);
}

QString statusText(const HealthSnapshot &snapshot, const Plan &plan)
{
    QStringList lines{statusLine(snapshot),
                      QStringLiteral("%1 | %2 | %3")
                          .arg(modeName(plan.mode).toUpper(), plan.name, toRfc3339(snapshot.at))};
    for (const SystemHealth &system : snapshot.systems) {
        lines += QString();
        lines += systemLine(system, snapshot.at);
        if (system.name == QLatin1String("pools") && snapshot.pools)
            lines += poolLines(*snapshot.pools);
        lines += readingLines(system, snapshot.at);
    }
    if (!snapshot.objectives.isEmpty())
        lines << QString() << QStringLiteral("objectives");
    for (const ObjectiveState &objective : snapshot.objectives)
        lines += objectiveLine(objective);
    for (const Contradiction &one : snapshot.contradictions) {
        QStringList says;
        for (const Contradiction::Saying &saying : one.says)
            says += QStringLiteral("%1 says %2").arg(saying.source, saying.value);
        lines += shortened(QStringLiteral("contradiction about %1: %2").arg(one.about, says.join(QStringLiteral(", "))), 2 * width);
    }
    for (const Recommendation &one : snapshot.recommendations) {
        lines << QString() << QStringLiteral("what to do: %1").arg(one.title);
        for (const QString &because : one.because)
            lines += QStringLiteral("  because %1").arg(because);
        lines += QStringLiteral("  run     %1").arg(one.command);
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

} // namespace understudy
