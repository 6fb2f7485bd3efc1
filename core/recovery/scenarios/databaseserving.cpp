// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"
#include "core/recovery/scenarios/databaserecovery.h"
#include "core/recovery/scenarios/trafficseen.h"
#include "core/recovery/stepfacts.h"
#include "core/systems/http/httpget.h"

#include <QUrl>

// Processes that are on the copy do not yet serve users: a proxy that has seen them die leaves them alone
// for some seconds more. The recovery is over when what users call says that it is ready, again and again.
namespace understudy::databasesteps {
namespace {

constexpr int answersInARow = 5;
constexpr Milliseconds servingWithin{60'000};

constexpr Milliseconds usersWatched{3'000};
constexpr double fewestUsers = 20; ///< requests; fewer say nothing about a rate
constexpr double tolerable = 0.05; ///< where the plan names no limit

/// What the processes of all pools have answered meanwhile, as far as they count.
class UsersWatch
{
public:
    explicit UsersWatch(const Plan &plan, const CancelToken &cancel) : m_before(look(plan, cancel)) {}
    bool isCounted() const { return !m_before.isEmpty(); }
    TrafficCounters since(const Plan &plan, const CancelToken &cancel) const
    {
        TrafficCounters sum;
        const QMap<QString, TrafficSeen> now = look(plan, cancel);
        for (auto one = now.begin(); one != now.end(); ++one)
            sum += one->since(m_before.value(one.key())).value_or(TrafficCounters());
        return sum;
    }

private:
    static QMap<QString, TrafficSeen> look(const Plan &plan, const CancelToken &cancel)
    {
        QMap<QString, TrafficSeen> all;
        for (const Pool &pool : plan.application->pools) {
            if (const Result<TrafficSeen> seen = trafficOf(plan, pool.colour, cancel))
                all.insert(pool.colour, *seen);
        }
        return all;
    }
    QMap<QString, TrafficSeen> m_before; ///< by colour
};

/// Ready says that a process can work. Users may be answered with errors all the same: by a copy that lacks a table.
Result<QString> judgeUsers(StepContext &context, const Plan &plan)
{
    const UsersWatch users(plan, context.cancel);
    if (!users.isCounted())
        return QStringLiteral("what users are answered is counted nowhere");
    const Milliseconds until = context.clock.monotonic() + usersWatched;
    TrafficCounters since;
    while (since.requests < fewestUsers && context.clock.monotonic() < until) {
        if (!restFor(context, Milliseconds(250)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
        since = users.since(plan, context.cancel);
    }
    const QString words = QStringLiteral("%1 of %2 requests of users failed").arg(since.failures).arg(since.requests);
    if (since.requests < fewestUsers)
        return QStringLiteral("%1 in %2: too few to judge").arg(words, durationText(usersWatched));
    const double limit = plan.monitoring && plan.monitoring->rollbackAboveErrorRate ? *plan.monitoring->rollbackAboveErrorRate : tolerable;
    if (since.errorRate().value_or(0) > limit)
        return fail(ErrorCode::NotProved, QStringLiteral("the application is ready, and fails its users: %1").arg(words),
                    QStringLiteral("The copy may lack what it needs: see its log. Go back, and choose an earlier moment; or try again when it is mended."));
    return words;
}

Result<QString> proveUsersAreServed(StepContext &context, const Plan &plan)
{
    const ApplicationPlan &application = *plan.application;
    const QUrl url(application.entry + application.health.ready);
    const Milliseconds until = context.clock.monotonic() + servingWithin;
    int good = 0;
    QString last, said;
    while (context.clock.monotonic() < until) {
        const Result<HttpReply> reply = httpGetBlocking(url, {}, std::chrono::seconds(5), context.cancel);
        const bool ready = reply && reply->status == 200;
        good = ready ? good + 1 : 0;
        last = reply ? QStringLiteral("it answers %1").arg(reply->status) : reply.error().message;
        if (good == answersInARow) {
            const QDateTime at = context.clock.now();
            const Result<QString> users = judgeUsers(context, plan);
            if (!users)
                return users;
            const Result<Unit> noted = context.note({{QStringLiteral("served_at"), toRfc3339(at)}});
            return noted ? Result<QString>(QStringLiteral("%1 says ready, %2 times in a row; %3").arg(application.entry).arg(answersInARow).arg(*users)) : fail(noted.error());
        }
        if (!ready && last != said)
            context.say(QStringLiteral("%1: %2").arg(application.entry, last));
        said = last;
        if (!restFor(context, Milliseconds(ready ? 50 : 500)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
    return fail(ErrorCode::NotProved, QStringLiteral("users are not served at %1: %2").arg(application.entry, last),
                QStringLiteral("The application is on the copy; see what is before it (a proxy, a balancer), then try again."));
}

} // namespace

Step proveServing(const DatabaseRecoveryPtr &database)
{
    const std::optional<ApplicationPlan> &application = database->plan().application;
    const bool named = application && !application->entry.isEmpty();
    return {.id = QStringLiteral("prove-serving"),
            .name = QStringLiteral("Prove that users are served"),
            .skipReason = named ? QString() : QStringLiteral("the plan names no entry"),
            .deadline = servingWithin + std::chrono::seconds(10),
            .preview = [database](StepContext &) -> Result<StepPreview> {
                return StepPreview{.why = QStringLiteral("Processes that are on the copy may still be left alone by what is before them."),
                                   .expect = {QStringLiteral("%1 says ready, %2 times in a row").arg(database->plan().application->entry).arg(answersInARow),
                                              QStringLiteral("fewer of users' requests fail than the plan allows")},
                                   .predicted = QStringLiteral("ready within seconds")};
            },
            .verify = [database](StepContext &context) { return proveUsersAreServed(context, database->plan()); }};
}

} // namespace understudy::databasesteps
