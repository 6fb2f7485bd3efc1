// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redismove.h"

#include "core/systems/redis/redisfault.h"

#include <QThread>

#include <vector>

namespace understudy {
namespace {

// After a failover its replicas count as disconnected for about 0.2 s; what refuses for 3 s is no hiccup.
constexpr int attempts = 10;
// With the master down a Sentinel forgets its replicas five seconds after it looked at them, and looks
// every ten; nothing is held up by waiting, since there is no fence.
constexpr int attemptsWithoutMaster = 24;
constexpr unsigned long betweenAttemptsMs = 300;
constexpr int pauseAttempts = 5;
constexpr unsigned long betweenLooksMs = 5;

struct Candidate
{
    Endpoint address;
    std::unique_ptr<RedisSession> session; ///< null: to be connected again
    Milliseconds notBefore{0};
};

std::vector<Candidate> connectAll(const RedisAccess &access, const QList<Endpoint> &addresses, const CancelToken &cancel)
{
    std::vector<Candidate> candidates;
    for (const Endpoint &address : addresses) {
        Result<std::unique_ptr<RedisSession>> session = access.node(address, cancel);
        if (session)
            candidates.push_back({address, std::move(*session)});
    }
    return candidates;
}

/// The definite answer of the Sentinel: accepted, or an Error.
Result<Unit> send(StepContext &context, RedisSession &sentinel, const RedisAccess &access, const RedisMove &move)
{
    const int most = move.fromAnswers ? attempts : attemptsWithoutMaster;
    for (int attempt = 1;; ++attempt) {
        const Result<RespValue> reply = sentinel.call({"SENTINEL", "FAILOVER", access.master()}, redisDeadline);
        if (!reply)
            return fail(reply.error());
        if (!reply->isError()) {
            context.say(QStringLiteral("%1 (accepted, not done)").arg(reply->string()));
            return Unit{};
        }
        const Error refused = failoverRefused(move.via, *reply);
        if (refused.code != ErrorCode::NoGoodReplica || attempt == most || context.cancel.isCancelled())
            return fail(refused);
        if (const Result<Unit> noted = context.retried(reply->string()); !noted)
            return noted;
        QThread::msleep(betweenAttemptsMs);
    }
}

/// Null: none of them says so yet. With the promotion Sentinel cuts all clients of a replica off, so a
/// lost connection is made again at once; one that hangs is left alone for a while.
Endpoint whoIsMaster(const StepContext &context, const RedisAccess &access, std::vector<Candidate> &candidates)
{
    for (Candidate &candidate : candidates) {
        const Milliseconds now = context.clock.monotonic();
        if (!candidate.session && now >= candidate.notBefore) {
            Result<std::unique_ptr<RedisSession>> session = access.node(candidate.address, context.cancel, Milliseconds(300));
            if (session)
                candidate.session = std::move(*session);
            candidate.notBefore = now + Milliseconds(session ? 0 : 500);
        }
        if (!candidate.session)
            continue;
        const Result<RespValue> role = candidate.session->call({"ROLE"}, Milliseconds(300));
        if (!role)
            candidate.session.reset();
        else if (!role->items.isEmpty() && role->items.first().text == "master")
            return candidate.address;
    }
    return {};
}

/// Whether the Sentinel has given the failover up.
bool givenUp(RedisSession &sentinel, const RedisAccess &access, const RedisMove &move)
{
    const Result<RespValue> master = sentinel.call({"SENTINEL", "MASTER", access.master()}, redisDeadline);
    if (!master || master->isError())
        return false;
    const Endpoint named{.host = QString::fromUtf8(master->field("ip")), .port = master->field("port").toUShort()};
    return named == move.from && !master->field("flags").contains("failover_in_progress");
}

Result<Endpoint> waitPromoted(StepContext &context, RedisSession &sentinel, const RedisAccess &access, const RedisMove &move,
                              std::vector<Candidate> &candidates)
{
    const Milliseconds start = context.clock.monotonic();
    Milliseconds nextQuestion = start + Milliseconds(500);
    for (;;) {
        const Endpoint master = whoIsMaster(context, access, candidates);
        if (!master.isNull())
            return master;
        const Milliseconds now = context.clock.monotonic();
        if (context.cancel.isCancelled())
            return fail(ErrorCode::Cancelled, QStringLiteral("waiting for the promotion was cancelled"));
        if (now - start > move.deadline)
            return fail(ErrorCode::TimedOut, QStringLiteral("no replica says ROLE master %1 s after FAILOVER").arg(move.deadline.count() / 1000),
                        QStringLiteral("Look at the log of Sentinel %1: it says what it waits for.").arg(move.via.text()));
        if (now >= nextQuestion) {
            if (givenUp(sentinel, access, move))
                return fail(ErrorCode::NoGoodReplica, QStringLiteral("Sentinel %1 gave the failover up").arg(move.via.text()),
                            QStringLiteral("Its log says why; bring a replica back, then try again."));
            nextQuestion = now + Milliseconds(250);
        }
        QThread::msleep(betweenLooksMs);
    }
}

qint64 inheritedOffset(RedisSession *promoted)
{
    if (!promoted)
        return -1;
    const Result<RespValue> info = promoted->call({"INFO", "replication"}, redisDeadline);
    if (!info || info->isError())
        return -1;
    const QByteArray second = infoValue(info->text, "second_repl_offset");
    return second.isEmpty() ? -1 : second.toLongLong() - 1;
}

/// Equal offsets while writes are paused; a replica that does not get there in time lets them go on and
/// has another try, since a pause may not come near down-after.
Result<Unit> holdWrites(StepContext &context, RedisSession &old, const RedisAccess &access, const RedisMove &move)
{
    for (int attempt = 1;; ++attempt) {
        const Result<RespValue> paused
            = askRedis(old, move.from, {"CLIENT", "PAUSE", QByteArray::number(qint64(move.pause.count())), "WRITE"});
        if (!paused)
            return fail(paused.error());
        context.say(QStringLiteral("writes to %1 are paused for %2 ms").arg(move.from.text()).arg(move.pause.count()));
        const Result<qint64> equal = redisfence::waitEqual(context, access, move.from, move.candidates, move.pause / 2);
        if (equal)
            return Unit{};
        (void)old.call({"CLIENT", "UNPAUSE"}, redisDeadline);
        if (attempt == pauseAttempts || equal.error().code != ErrorCode::NotProved)
            return fail(equal.error());
        if (const Result<Unit> noted = context.retried(equal.error().message); !noted)
            return noted;
        QThread::msleep(betweenAttemptsMs);
    }
}

} // namespace

Result<RedisMoved> moveMaster(StepContext &context, const RedisAccess &access, const RedisMove &move)
{
    const Result<std::unique_ptr<RedisSession>> sentinel = access.sentinel(move.via, context.cancel);
    if (!sentinel)
        return fail(sentinel.error());
    std::vector<Candidate> candidates = connectAll(access, move.candidates, context.cancel);
    std::unique_ptr<RedisSession> old;
    if (move.fromAnswers) {
        Result<std::unique_ptr<RedisSession>> session = access.node(move.from, context.cancel);
        if (session)
            old = std::move(*session);
    }
    const bool pauses = old && move.fence && move.fence->kind == RedisFence::Kind::Pause;
    if (pauses) {
        if (const Result<Unit> held = holdWrites(context, *old, access, move); !held)
            return fail(held.error());
    }
    context.say(QStringLiteral("SENTINEL FAILOVER sent to %1").arg(move.via.text()));
    const Milliseconds sent = context.clock.monotonic();
    const Result<Unit> accepted = send(context, **sentinel, access, move);
    const Result<Endpoint> promoted = accepted ? waitPromoted(context, **sentinel, access, move, candidates)
                                               : Result<Endpoint>(fail(accepted.error()));
    RedisMoved moved;
    if (promoted) {
        moved.to = *promoted;
        moved.took = context.clock.monotonic() - sent;
        context.say(QStringLiteral("%1 says ROLE master").arg(moved.to.text()));
        if (old) {
            moved.remark = demote(*old, move.fence, moved.to);
            moved.demoted = moved.remark.isEmpty();
        }
    }
    if (pauses)
        (void)old->call({"CLIENT", "UNPAUSE"}, redisDeadline);
    if (!promoted)
        return fail(promoted.error());
    for (Candidate &candidate : candidates) {
        if (candidate.address == moved.to)
            moved.offset = inheritedOffset(candidate.session.get());
    }
    return moved;
}

QString demote(RedisSession &old, const std::optional<RedisFence> &fence, const Endpoint &master)
{
    const QList<QByteArray> follow{"REPLICAOF", master.host.toUtf8(), QByteArray::number(master.port)};
    QList<QList<QByteArray>> commands{{"MULTI"}, follow};
    if (fence && fence->kind == RedisFence::Kind::MinReplicas)
        commands += fence->lifting();
    // What the file says about this node must not be older than what it now is.
    commands += QList<QList<QByteArray>>{{"CONFIG", "REWRITE"}, {"CLIENT", "KILL", "TYPE", "normal"}, {"EXEC"}};
    const Result<QList<RespValue>> replies = old.pipeline(commands, redisDeadline);
    if (!replies)
        return replies.error().text();
    const RespValue &done = replies->last();
    if (done.kind == RespValue::Kind::Array && !done.items.isEmpty())
        return done.items.first().isError() ? done.items.first().string() : QString();
    // Not all of it is allowed to us; the first alone already keeps it from taking writes.
    const Result<RespValue> followed = old.call(follow, redisDeadline);
    if (!followed)
        return followed.error().text();
    (void)old.call({"CLIENT", "KILL", "TYPE", "normal"}, redisDeadline);
    return followed->isError() ? followed->string() : QString();
}

Error failoverRefused(const Endpoint &sentinel, const RespValue &reply)
{
    const QString name = sentinel.text();
    if (reply.text.startsWith("NOGOODSLAVE"))
        return {ErrorCode::NoGoodReplica, QStringLiteral("Sentinel %1 knows no replica that it could promote").arg(name),
                QStringLiteral("Bring a replica back that is connected, has a replica-priority above 0 and was not cut "
                               "off from the master for too long; then try again."),
                reply.string()};
    if (reply.text.startsWith("INPROG"))
        return {ErrorCode::FailoverInProgress, QStringLiteral("Sentinel %1 already carries out a failover").arg(name),
                QStringLiteral("Wait for it to end, and look who is master then."), reply.string()};
    if (reply.text.startsWith("NOQUORUM"))
        return {ErrorCode::NoQuorum, QStringLiteral("Sentinel %1 has no quorum").arg(name),
                QStringLiteral("Bring another Sentinel back."), reply.string()};
    return redisfault::ofErrorReply(sentinel, reply);
}

} // namespace understudy
