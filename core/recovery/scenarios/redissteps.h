// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/recipe.h"
#include "core/recovery/scenarios/redisaccess.h"
#include "core/recovery/scenarios/redisjudgement.h"

namespace understudy {

/// What the steps of one recovery of Redis share. Never changes; they keep what they learn in the facts.
struct RedisRecovery
{
    RedisAccess access;
    RunOptions options;
    Plan plan;
    Secret queuesToken;
};
using RedisRecoveryPtr = std::shared_ptr<const RedisRecovery>;

namespace redissteps {

Step judge(const RedisRecoveryPtr &redis);
Step preflight(const RedisRecoveryPtr &redis);
Step fence(const RedisRecoveryPtr &redis);
Step failOver(const RedisRecoveryPtr &redis);
Step promote(const RedisRecoveryPtr &redis);
Step tellSentinels(const RedisRecoveryPtr &redis);
Step proveMaster(const RedisRecoveryPtr &redis);
Step proveClients(const RedisRecoveryPtr &redis);
Step queues(const RedisRecoveryPtr &redis);
Step restartBackends(const RedisRecoveryPtr &redis);

/// Moves the master back to where it was, fenced like the way there.
Result<QString> goBack(StepContext &context, const RedisRecovery &redis);
/// Takes back what stands: fences and changed priorities. Never opens an old master beside a new one.
Result<QString> release(StepContext &context, const RedisRecovery &redis);
QJsonObject summary(const QJsonObject &facts);
/// Makes a master that this run gave up, that has followed no one since and says it is master beside the
/// new one, follow that one.
/// Noted among the facts of `step` (the running one) before it is told. Whether there was one.
bool demoteStrays(StepContext &context, const RedisRecovery &redis, const RedisLook &look, const char *step);
/// One look of its own whether such a one has come back. Whether one of them is still silent.
bool lookForStrays(StepContext &context, const RedisRecovery &redis, const char *step);
/// The same for the time of the commit window; rests before it returns.
void watchOldMasters(StepContext &context, const RedisRecovery &redis);

/// The judge's verdict: from the facts, or in a dry run by a look of its own.
RedisJudgement verdictOf(const StepContext &context, const RedisRecovery &redis);
/// Nodes that the run has seen, so that one which every Sentinel has forgotten is looked at all the same.
QList<Endpoint> knownNodes(const StepContext &context, const RedisRecovery &redis);
/// What is checked before a failover; used by the pre-flight and by the step itself.
QList<PreflightCheck> failoverChecks(StepContext &context, const RedisRecovery &redis);

QJsonObject factsOf(const StepContext &context, const char *step);
/// Waits in slices; false: cancelled.
bool rest(const StepContext &context, Milliseconds time);
/// "redis-cli -h HOST -p PORT COMMAND", on the plan's `via` with "ssh HOST" before it: no password;
/// redis-cli reads it from REDISCLI_AUTH.
QString byHand(const RedisAccess &access, const Endpoint &announced, const QString &command);
/// Data clients on a node, without replicas, Sentinels and ourselves; -1: unknown.
int countClients(const RedisAccess &access, const Endpoint &node, const CancelToken &cancel);

} // namespace redissteps
} // namespace understudy
