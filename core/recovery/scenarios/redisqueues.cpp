// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redisqueues.h"

#include "core/health/poolsqueues.h"
#include "core/recovery/scenarios/instancelook.h"
#include "core/systems/http/httpget.h"

namespace understudy::redissteps {

QueuesLook lookAtQueues(const StepContext &context, const RedisRecovery &redis)
{
    QueuesLook look;
    if (!redis.plan.application || redis.plan.application->queuesPath.isEmpty())
        return look;
    const ApplicationPlan &application = *redis.plan.application;
    look.named = true;
    QList<HttpHeader> headers;
    if (!redis.queuesToken.isEmpty())
        headers.append({"Authorization", "Bearer " + redis.queuesToken.reveal()});
    QList<QueuesAnswer> answers = instances::ofAll<QueuesAnswer>(application, [&](const PoolInstance &instance) {
        const Result<HttpReply> reply = httpGetBlocking(QUrl(instance.url + application.queuesPath), headers,
                                                        std::chrono::seconds(5), context.cancel);
        return queuesAnswerOf(reply, context.clock.now());
    });
    for (const Pool &pool : application.pools) {
        for (const PoolInstance &instance : pool.instances) {
            const QueuesAnswer said = answers.takeFirst();
            if (said.state == QueuesAnswer::State::Alive)
                look.alive.append(instance.url);
            else
                (said.state == QueuesAnswer::State::Dead ? look.dead : look.unknown).append(QStringLiteral("%1 (%2)").arg(instance.url, said.why));
        }
    }
    return look;
}

QString QueuesLook::text() const
{
    if (!named)
        return QStringLiteral("whether the job queues are alive is unknown: the plan names no queues");
    const qsizetype all = alive.size() + dead.size() + unknown.size();
    if (!dead.isEmpty())
        return QStringLiteral("the job queues do not answer on %1 of %2 instances").arg(dead.size()).arg(all);
    return unknown.isEmpty() ? QStringLiteral("the job queues answer on %1 instances").arg(all)
                             : QStringLiteral("whether the job queues are alive is unknown on %1 of %2 instances").arg(unknown.size()).arg(all);
}

Step queues(const RedisRecoveryPtr &redis)
{
    const bool named = redis->plan.application && !redis->plan.application->queuesPath.isEmpty();
    return {.id = QStringLiteral("queues"),
            .name = QStringLiteral("Prove the job queues are alive"),
            .skipReason = named ? QString() : QStringLiteral("the plan names no queues"),
            .verify = [redis](StepContext &context) -> Result<QString> {
                const QueuesLook look = lookAtQueues(context, *redis);
                if (!look.dead.isEmpty())
                    return fail(ErrorCode::NotProved, look.text(),
                                QStringLiteral("They die for good after 0.75 s without Redis, and no health route says so: restart those backends (recover redis --restart-backends)."),
                                look.dead.join(QStringLiteral(", ")));
                if (!look.unknown.isEmpty())
                    return fail(ErrorCode::NotProved, look.text(), QStringLiteral("Ask those instances yourself; see the plan's token for the queues."),
                                look.unknown.join(QStringLiteral(", ")));
                const Result<Unit> noted = context.note({{QStringLiteral("alive_at"), toRfc3339(context.clock.now())}});
                return noted ? Result<QString>(look.text()) : fail(noted.error());
            },
            .advisory = true};
}

} // namespace understudy::redissteps
