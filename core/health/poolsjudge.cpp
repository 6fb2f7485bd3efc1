// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/poolsjudge.h"

#include "core/base/quantity.h"
#include "core/health/poolsinstance.h"

#include <QHash>

#include <algorithm>

namespace understudy {

using Answer = InstanceView::Answer;

namespace {

const PoolView *poolOf(const PoolsView &view, const QString &colour)
{
    for (const PoolView &pool : view.pools) {
        if (pool.colour == colour)
            return &pool;
    }
    return nullptr;
}

bool holds(const PoolView &pool, const QString &startTime)
{
    return std::any_of(pool.instances.begin(), pool.instances.end(), [&](const InstanceView &one) {
        return one.startTime == startTime || one.startTimes.contains(startTime);
    });
}

QString liveCounts(const PoolsView &view)
{
    QStringList out;
    for (const PoolView &pool : view.pools)
        out += QStringLiteral("%1 of %2 %3 instances live")
                   .arg(pool.up)
                   .arg(pool.instances.size())
                   .arg(pool.colour);
    return out.join(QStringLiteral(", "));
}

/// The first instance that is not as it should be, in words.
QString trouble(const PoolView &pool, Answer InstanceView::*which)
{
    for (const InstanceView &one : pool.instances) {
        if (one.*which == Answer::Ok)
            continue;
        const QString what =
            which == &InstanceView::live && !one.why.isEmpty() ? one.why : answerName(one.*which);
        return QStringLiteral("%1: %2").arg(one.url, what);
    }
    return {};
}

qsizetype deadQueues(const PoolView &pool)
{
    return std::count_if(pool.instances.begin(), pool.instances.end(), [](const InstanceView &one) {
        return one.queues.state == QueuesAnswer::State::Dead;
    });
}

PoolsVerdict judgeServing(const PoolsView &view, const PoolView &pool, const ApplicationPlan &plan)
{
    const qsizetype all = pool.instances.size();
    if (pool.up == 0)
        return {Health::Degraded,
                QStringLiteral(
                    "%1 serves through the entry, but none of its instances answers directly (%2)")
                    .arg(pool.colour, trouble(pool, &InstanceView::live))};
    if (pool.up < plan.minimumServing)
        return {Health::Degraded,
                QStringLiteral("%1 serves with %2 of %3 instances, below the plan's minimum of %4")
                    .arg(pool.colour)
                    .arg(pool.up)
                    .arg(all)
                    .arg(plan.minimumServing)};
    if (pool.up < all)
        return {Health::Degraded, QStringLiteral("%1 serves with %2 of %3 instances (%4)")
                                      .arg(pool.colour)
                                      .arg(pool.up)
                                      .arg(all)
                                      .arg(trouble(pool, &InstanceView::live))};
    const qsizetype notReady =
        std::count_if(pool.instances.begin(), pool.instances.end(), [](const InstanceView &one) {
            return one.ready != Answer::Ok && one.ready != Answer::Unknown;
        });
    if (notReady > 0)
        return {Health::Degraded,
                QStringLiteral("%1 serves, but %2 of %3 instances are not ready (%4)")
                    .arg(pool.colour)
                    .arg(notReady)
                    .arg(all)
                    .arg(trouble(pool, &InstanceView::ready))};
    if (const qsizetype dead = deadQueues(pool); dead > 0)
        return {Health::Degraded,
                QStringLiteral("%1 serves, but the job queues are dead on %2 of %3 instances, which "
                               "only a restart mends")
                    .arg(pool.colour)
                    .arg(dead)
                    .arg(all)};
    // All instances say that they are well, and users are not: a pool that fails its users is not healthy.
    if (pool.alarm.raised)
        return {Health::Degraded, QStringLiteral("%1 serves and fails %2 % of its users' requests")
                                      .arg(pool.colour, numberText(pool.errorRate.value_or(pool.alarm.newest.errorRate()) * 100))};
    if (view.answersFailed > 0)
        return {Health::Degraded,
                QStringLiteral("%1 of %2 counted requests through the entry failed (%3)")
                    .arg(view.answersFailed)
                    .arg(view.answersCounted)
                    .arg(view.entryWhy)};
    if (const QString why = noWayBack(view); !why.isEmpty())
        return {
            Health::Degraded,
            QStringLiteral("%1 serves well, but there is no way back: %2").arg(pool.colour, why)};
    return {Health::Healthy,
            QStringLiteral("%1 serves: %2 of %2 counted answers, %3 of %3 instances live")
                .arg(pool.colour)
                .arg(view.answersCounted)
                .arg(all)};
}

/// A plan that names no entry: who serves cannot be observed, only who could.
PoolsVerdict judgeWithoutEntry(const PoolsView &view)
{
    const qsizetype warm = std::count_if(view.pools.begin(), view.pools.end(),
                                         [](const PoolView &pool) { return pool.warm > 0; });
    if (warm == 0)
        return {Health::Down, QStringLiteral("no instance is warm: %1").arg(liveCounts(view))};
    if (warm < view.pools.size())
        return {Health::Degraded,
                QStringLiteral("not every pool is warm: %1").arg(liveCounts(view))};
    return {Health::Healthy, QStringLiteral("%1; the plan names no entry to count answers through")
                                 .arg(liveCounts(view))};
}

} // namespace

void sumUpPools(PoolsView &view)
{
    for (PoolView &pool : view.pools) {
        pool.up = pool.warm = 0;
        QStringList builds;
        for (const InstanceView &one : std::as_const(pool.instances)) {
            pool.up += one.live == Answer::Ok ? 1 : 0;
            pool.warm += one.live == Answer::Ok && one.startup == Answer::Ok ? 1 : 0;
            if (!one.build.isEmpty())
                builds += one.build;
        }
        builds.removeDuplicates();
        pool.build = builds.isEmpty()     ? QString()
                     : builds.size() == 1 ? builds.first()
                                          : QStringLiteral("mixed");
    }
}

void countAnswers(PoolsView &view, const QList<EntryAnswer> &answers)
{
    view.answersCounted = int(answers.size());
    view.answersUnknown = view.answersFailed = 0;
    view.entryWhy.clear();
    view.serving.clear();
    view.entryIsReached = std::any_of(answers.begin(), answers.end(), [](const EntryAnswer &one) { return one.code == ErrorCode::HttpStatus; });
    view.entryCannotTell =
        !answers.isEmpty() &&
        std::all_of(answers.begin(), answers.end(), [](const EntryAnswer &one) {
            return one.code == ErrorCode::NameNotFound || one.code == ErrorCode::TlsFailed;
        });
    view.countedAt = answers.isEmpty() ? QDateTime() : answers.last().at;
    for (PoolView &pool : view.pools)
        pool.answersCounted = 0;
    for (const EntryAnswer &answer : answers) {
        if (answer.startTime.isEmpty()) {
            ++view.answersFailed;
            view.entryWhy = answer.failure;
            continue;
        }
        int owners = 0;
        for (PoolView &pool : view.pools) {
            const bool mine = holds(pool, answer.startTime);
            pool.answersCounted += mine ? 1 : 0;
            owners += mine ? 1 : 0;
        }
        view.answersUnknown += owners == 0 ? 1 : 0;
    }
    QStringList answering;
    for (const PoolView &pool : std::as_const(view.pools)) {
        if (pool.answersCounted > 0)
            answering += pool.colour;
    }
    if (answering.size() > 1)
        view.serving = QStringLiteral("mixed");
    else if (answering.size() == 1 && view.answersUnknown == 0)
        view.serving = view.lastServing = answering.first();
}

QString noWayBack(const PoolsView &view)
{
    const PoolView *serving = poolOf(view, view.serving);
    if (!serving || view.pools.size() < 2)
        return {};
    QStringList why;
    for (const PoolView &pool : view.pools) {
        if (&pool == serving)
            continue;
        if (pool.warm == pool.instances.size())
            return {};
        const bool cold = pool.up == pool.instances.size();
        why += cold ? QStringLiteral("%1 is live but not warm (%2)")
                          .arg(pool.colour, trouble(pool, &InstanceView::startup))
                    : QStringLiteral("%1 is not warm (%2)")
                          .arg(pool.colour, trouble(pool, &InstanceView::live));
    }
    return why.join(QStringLiteral(", "));
}

PoolsVerdict judgePools(const PoolsView &view, const ApplicationPlan &plan)
{
    if (plan.entry.isEmpty())
        return judgeWithoutEntry(view);
    if (view.answersCounted == 0)
        return {Health::Unknown,
                QStringLiteral("no answer through the entry has been counted yet")};
    if (view.entryCannotTell)
        return {Health::Unknown, QStringLiteral("who serves cannot be seen from here: %1; %2")
                                     .arg(view.entryWhy, liveCounts(view))};
    if (view.answersFailed == view.answersCounted)
        return {Health::Down,
                QStringLiteral("nobody serves: %1; %2").arg(view.entryWhy, liveCounts(view))};
    if (view.serving == QLatin1String("mixed")) {
        QStringList shares;
        for (const PoolView &pool : view.pools)
            shares += QStringLiteral("%1 %2").arg(pool.colour).arg(pool.answersCounted);
        return {Health::Degraded,
                QStringLiteral("more than one colour answers through the entry: %1 of %2 counted")
                    .arg(shares.join(QStringLiteral(", ")))
                    .arg(view.answersCounted)};
    }
    const PoolView *pool = poolOf(view, view.serving);
    if (!pool)
        return {Health::Unknown, QStringLiteral("%1 of %2 answers through the entry come from "
                                                "processes that are no instance of the plan; %3")
                                     .arg(view.answersUnknown)
                                     .arg(view.answersCounted)
                                     .arg(liveCounts(view))};
    return judgeServing(view, *pool, plan);
}

QList<Contradiction> poolContradictions(const PoolsView &view)
{
    struct Owner
    {
        QString colour;
        const InstanceView *instance = nullptr;
    };
    QList<Contradiction> out;
    QHash<QString, Owner> owners;
    for (const PoolView &pool : view.pools) {
        for (const InstanceView &one : pool.instances) {
            if (one.startTime.isEmpty())
                continue;
            const Owner first = owners.value(one.startTime);
            if (!first.instance) {
                owners.insert(one.startTime, {pool.colour, &one});
                continue;
            }
            if (first.colour == pool.colour)
                continue;
            out.append({.about = QStringLiteral("%1 and %2 answer from one process")
                                     .arg(first.colour, pool.colour),
                        .says = {{first.instance->url,
                                  QStringLiteral("started %1").arg(first.instance->startTime),
                                  first.instance->lookedAt},
                                 {one.url, QStringLiteral("started %1").arg(one.startTime),
                                  one.lookedAt}}});
        }
    }
    return out;
}

} // namespace understudy
