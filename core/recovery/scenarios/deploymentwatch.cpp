// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/deploymentwatch.h"

#include "core/base/quantity.h"
#include "core/recovery/stepfacts.h"

// A switch that was proved can still be the wrong one: the other colour may be worse under users than it was idle.
namespace understudy::deployment {
namespace {

constexpr Milliseconds watchedEvery{5000};
constexpr Milliseconds judgedOver{60'000};
constexpr int answersWatched = 5;
constexpr double fewestWatched = 20; ///< user requests; fewer say nothing about a rate
constexpr double clearlyMore = 0.01; ///< of all requests

QString percentText(double ratio) { return QStringLiteral("%1 %").arg(numberText(ratio * 100)); }

std::optional<double> ratioBefore(const StepContext &context)
{
    const QJsonValue before = stepFacts(context, "switch")[QStringLiteral("error_rate_before")];
    return before.isDouble() ? std::optional<double>(before.toDouble()) : std::nullopt;
}

} // namespace

ServiceJudgement judgeService(const TrafficCounters &since, std::optional<double> before, std::optional<double> limit)
{
    const std::optional<double> rate = since.errorRate();
    if (!rate || since.requests < fewestWatched)
        return {ServiceJudgement::Is::TooFew, QStringLiteral("%1 requests of users: too few to judge").arg(since.requests)};
    const std::optional<double> p95 = since.quantile(0.95);
    QString words = QStringLiteral("%1 of %2 requests of users failed (%3)").arg(since.failures).arg(since.requests).arg(percentText(*rate));
    if (p95)
        words += QStringLiteral(", p95 %1 ms").arg(qRound(*p95));
    if (before)
        words += QStringLiteral("; before the switch %1 failed").arg(percentText(*before));
    // Where the plan has no limit, one in twenty is what nobody would call well.
    const bool above = *rate > limit.value_or(0.05);
    const bool more = before && *rate > *before + clearlyMore;
    // More than before and still within what the plan allows is no reason to go back.
    if (above && (more || (!before && limit)))
        return {ServiceJudgement::Is::Worse, words};
    if (above)
        return {ServiceJudgement::Is::NotWell, words};
    return {more && !limit ? ServiceJudgement::Is::Worse : ServiceJudgement::Is::Well, words};
}

void ServiceWatch::look(StepContext &context, const Plan &plan, const QString &colour)
{
    if (!restFor(context, m_look ? watchedEvery : Milliseconds(0)))
        return;
    lookAtTraffic(context, plan, colour);
    lookAtEntry(context, plan, colour);
}

void ServiceWatch::lookAtTraffic(StepContext &context, const Plan &plan, const QString &colour)
{
    const Result<TrafficSeen> now = trafficOf(plan, colour, context.cancel);
    if (context.cancel.isCancelled())
        return;
    if (!now) {
        tell(context, ServiceJudgement::Is::TooFew, QStringLiteral("%1: %2").arg(colour, now.error().message));
        m_seen.clear();
        return;
    }
    m_seen.append({context.clock.monotonic(), *now});
    while (m_seen.size() > 2 && m_seen.at(1).at + judgedOver <= m_seen.last().at)
        m_seen.removeFirst();
    const std::optional<TrafficCounters> since = now->since(m_seen.first().counters);
    if (!since) { // a process was started anew
        m_seen = {m_seen.last()};
        return;
    }
    if (m_seen.size() < 2)
        return;
    const Milliseconds time = m_seen.last().at - m_seen.first().at;
    const ServiceJudgement judged = judgeService(*since, ratioBefore(context), plan.monitoring ? plan.monitoring->rollbackAboveErrorRate : std::nullopt);
    tell(context, judged.is, QStringLiteral("%1 in the last %2: %3").arg(colour, durationText(time), judged.words));
}

void ServiceWatch::tell(StepContext &context, ServiceJudgement::Is is, const QString &words)
{
    using Is = ServiceJudgement::Is;
    context.say(words);
    if (is == m_is || is == Is::TooFew)
        return;
    if (is == Is::Worse)
        concern(context, m_ofTraffic, QStringLiteral("Worse than before the switch: %1. Going back is better.").arg(words));
    else if (is == Is::NotWell)
        concern(context, m_ofTraffic, QStringLiteral("Not well after the switch either: %1. The deployment may not be the cause.").arg(words));
    else
        concern(context, m_ofTraffic, QString());
    m_is = is;
}

void ServiceWatch::lookAtEntry(StepContext &context, const Plan &plan, const QString &colour)
{
    // Who is who was found out once; a process that is new is looked for when it answers.
    if (!m_look)
        m_look = lookAtDeployment(plan, false, context.cancel);
    const EntryCount counted = countAtEntry(plan, *m_look, answersWatched, context.cancel);
    if (context.cancel.isCancelled())
        return;
    // Counts differ from look to look: that it is not alone is what is said, and said once.
    if (counted.isAll(colour))
        concern(context, m_ofEntry, QString());
    else if (m_ofEntry.isEmpty())
        concern(context, m_ofEntry, QStringLiteral("%1 no longer answers everything: %2.").arg(colour, counted.text()));
}

void ServiceWatch::concern(StepContext &context, QString &which, const QString &words)
{
    if (which == words)
        return;
    which = words;
    QStringList all{m_ofEntry, m_ofTraffic};
    all.removeAll(QString());
    (void)context.note({{QStringLiteral("concern"), all.join(QStringLiteral(" "))}});
    (void)context.external(!words.isEmpty() ? words
                           : all.isEmpty()  ? QStringLiteral("Well again: nothing speaks against keeping it any more.")
                                            : QStringLiteral("What still speaks against keeping it: %1").arg(all.join(QStringLiteral(" "))));
}

} // namespace understudy::deployment
