// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/redisverdict.h"

#include "core/health/redisfailover.h"

#include <algorithm>
#include <utility>

namespace understudy {

namespace {

/// After a switch the Sentinels follow one another within about a second.
constexpr qint64 settleMs = 3000;

struct Judge
{
    const RedisWorld &world;
    RedisVerdict verdict;

    void judge();
    bool isCutOff();
    void countSentinels();
    void judgeWithoutSentinels();
    void judgeWithoutMajority();
    void judgeSilentMaster();
    void judgeNamedMaster();
    void judgeProvedMaster();
    void countReplicas(const RedisNodeView &master);
    void findContradictions();
    void set(Health health, const QString &reason);
    bool isMoving() const;
    bool isLinked(const Endpoint &replica, const RedisNodeView &master) const;
    QString firstTrouble(const RedisNodeView &master);
    QString replicaTrouble(const RedisNodeView &master) const;
    QList<const RedisNodeView *> claimants() const;
    QList<Endpoint> expectedReplicas() const;
    QStringList silentSentinels() const;
};

void Judge::set(Health health, const QString &reason)
{
    verdict.health = health;
    verdict.reason = reason;
}

QString silence(const std::optional<Error> &fault)
{
    if (!fault)
        return QStringLiteral("not asked yet");
    return fault->cause.isEmpty() ? fault->message : fault->message + QStringLiteral(": ") + fault->cause;
}

/// Evidence about ourselves, not about the server: it says nothing of its health.
bool isOurs(const std::optional<Error> &fault)
{
    if (!fault)
        return true;
    switch (fault->code) {
    case ErrorCode::AuthenticationFailed:
    case ErrorCode::PermissionDenied:
    case ErrorCode::TlsFailed:
    case ErrorCode::NameNotFound:
    case ErrorCode::TunnelDown:
    case ErrorCode::SecretMissing:
    case ErrorCode::FileUnreadable: return true;
    default: return false;
    }
}

QList<const RedisNodeView *> Judge::claimants() const
{
    QList<const RedisNodeView *> all;
    for (const RedisNodeView &node : world.nodes) {
        if (node.isMaster())
            all.append(&node);
    }
    return all;
}

QStringList Judge::silentSentinels() const
{
    QStringList silent;
    for (const RedisSentinelView &one : world.sentinels) {
        if (one.looked && !one.opinion.answers)
            silent.append(one.opinion.address.text());
    }
    return silent;
}

bool Judge::isMoving() const
{
    return std::any_of(world.sentinels.begin(), world.sentinels.end(), [this](const RedisSentinelView &one) {
        return one.opinion.answers
               && (one.failsOver() || (one.movedAt.isValid() && one.movedAt.msecsTo(world.now) < settleMs));
    });
}

void Judge::countSentinels()
{
    QList<Endpoint> names;
    int yes = 0, no = 0;
    for (const RedisSentinelView &one : world.sentinels) {
        if (!one.opinion.answers)
            continue;
        ++verdict.answering;
        if (one.namesMaster())
            names.append(one.opinion.master);
    }
    for (const Endpoint &name : std::as_const(names)) {
        if (2 * names.count(name) > verdict.answering)
            verdict.named = name;
    }
    bool agreed = false;
    for (const RedisSentinelView &one : world.sentinels) {
        if (!verdict.named || !one.namesMaster() || one.opinion.master != *verdict.named)
            continue;
        ++verdict.naming;
        verdict.sayingDown += one.opinion.saysDown();
        agreed = agreed || one.opinion.flags.contains(QLatin1String("o_down"));
        yes += one.opinion.quorumReachable == true;
        no += one.opinion.quorumReachable == false;
    }
    if (yes + no > 0)
        verdict.quorum = yes >= no;
    const bool silent = verdict.named && (agreed || 2 * verdict.sayingDown > verdict.answering);
    if (verdict.named && !(silent && verdict.quorum == false))
        verdict.master = verdict.named;
    if (silent)
        judgeSilentMaster();
}

void Judge::judgeSilentMaster()
{
    const qsizetype mute = silentSentinels().size();
    QString reason = QStringLiteral("master %1 silent on %2 of %3 Sentinels")
                         .arg(verdict.named->text())
                         .arg(verdict.sayingDown)
                         .arg(verdict.answering);
    if (mute > 0)
        reason += QStringLiteral(" that answer, %1 more do not").arg(mute);
    if (verdict.failover != QLatin1String("none"))
        reason += QStringLiteral("; failover %1").arg(verdict.failover);
    else if (verdict.quorum == false)
        reason += QStringLiteral("; no quorum, so nothing fails over by itself");
    set(Health::Down, reason);
    if (!verdict.master) {
        verdict.masterDoubt = QStringLiteral("Sentinels still name %1, but it is silent and there is no quorum to replace it")
                                  .arg(verdict.named->text());
    }
}

void Judge::judgeWithoutSentinels()
{
    const qsizetype silent = silentSentinels().size();
    if (silent < world.sentinels.size()) {
        verdict.masterDoubt = QStringLiteral("not asked yet");
        set(Health::Unknown, QStringLiteral("the Sentinels have not been asked yet"));
        return;
    }
    const QString none = QStringLiteral("none of %1 Sentinels answers").arg(silent);
    verdict.masterDoubt = none;
    const QList<const RedisNodeView *> masters = claimants();
    const bool anyNode = std::any_of(world.nodes.begin(), world.nodes.end(),
                                     [](const RedisNodeView &one) { return one.node.answers; });
    if (masters.size() == 1) {
        set(Health::Degraded, none + QStringLiteral("; %1 says that it is master").arg(masters.first()->node.address.text()));
    } else if (masters.size() > 1) {
        set(Health::Degraded, none + QStringLiteral("; %1 nodes say that they are master").arg(masters.size()));
    } else if (anyNode) {
        set(Health::Down, none + QStringLiteral(" and no node says that it is master"));
    } else {
        const QString first = world.sentinels.isEmpty() ? QString() : silence(world.sentinels.first().fault);
        set(Health::Unknown, none + (first.isEmpty() ? QString() : QStringLiteral(": ") + first));
    }
}

void Judge::judgeWithoutMajority()
{
    QStringList named;
    QList<Endpoint> names;
    for (const RedisSentinelView &one : world.sentinels) {
        if (!one.namesMaster())
            continue;
        names.append(one.opinion.master);
        named.append(QStringLiteral("%1 by %2").arg(one.opinion.master.text(), one.opinion.address.text()));
    }
    if (names.isEmpty()) {
        verdict.masterDoubt = QStringLiteral("no Sentinel knows a master named %1").arg(world.masterName);
        set(Health::Unknown, verdict.masterDoubt);
        return;
    }
    verdict.masterDoubt = QStringLiteral("no majority of Sentinels names one master: %1").arg(named.join(QStringLiteral(", ")));
    const QList<const RedisNodeView *> masters = claimants();
    const bool proved = masters.size() == 1 && names.contains(masters.first()->node.address);
    set(proved ? Health::Degraded : Health::Down, verdict.masterDoubt);
}

void Judge::judgeNamedMaster()
{
    const QString who = verdict.named->text();
    const RedisNodeView *node = world.node(*verdict.named);
    QDateTime moved;
    for (const RedisSentinelView &one : world.sentinels) {
        if (one.namesMaster() && one.opinion.master == *verdict.named && one.movedAt.isValid() && (!moved.isValid() || one.movedAt > moved))
            moved = one.movedAt;
    }
    if (node && node->isMaster()) {
        judgeProvedMaster();
    } else if (moved.isValid() && (!node || !node->looked || node->node.lookedAt <= moved)) {
        set(Health::Degraded, QStringLiteral("Sentinels have just moved the master to %1; its own ROLE is being asked").arg(who));
    } else if (!node || !node->looked) {
        set(Health::Unknown, QStringLiteral("master %1 has not been asked for its ROLE yet").arg(who));
    } else if (node->isReplica()) {
        const QList<const RedisNodeView *> masters = claimants();
        if (masters.isEmpty() && !isMoving())
            set(Health::Down, QStringLiteral("%1, which %2 of %3 Sentinels name as master, says that it is a replica")
                                  .arg(who).arg(verdict.naming).arg(verdict.answering));
        else
            set(Health::Degraded, masters.isEmpty() ? QStringLiteral("failover %1").arg(verdict.failover)
                                                    : QStringLiteral("Sentinels name %1 as master, but %2 says that it is")
                                                          .arg(who, masters.first()->node.address.text()));
    } else if (isOurs(node->fault) || (!node->everAnswered && node->fault->code != ErrorCode::ConnectionRefused
                                       && node->fault->code != ErrorCode::ConnectionLost)) {
        set(Health::Unknown, QStringLiteral("ROLE of master %1 is not known: %2").arg(who, silence(node->fault)));
    } else {
        set(Health::Degraded, QStringLiteral("master %1 does not answer, its Sentinels have not ruled yet: %2").arg(who, silence(node->fault)));
    }
}

QList<Endpoint> Judge::expectedReplicas() const
{
    QList<Endpoint> seen;
    for (const RedisSentinelView &one : world.sentinels) {
        if (!one.namesMaster() || one.opinion.master != *verdict.named)
            continue;
        for (const SentinelReplica &replica : one.replicas)
            seen.append(replica.address);
    }
    QList<Endpoint> expected;
    for (const Endpoint &replica : std::as_const(seen)) {
        if (2 * seen.count(replica) > verdict.naming && replica != *verdict.named && !expected.contains(replica))
            expected.append(replica);
    }
    // A new replica: its master knows it some 10 s before the Sentinels do.
    const RedisNodeView *master = world.node(*verdict.named);
    for (const RedisInfo::Attached &one : master && master->isMaster() ? master->attached : QList<RedisInfo::Attached>()) {
        if (!expected.contains(one.address))
            expected.append(one.address);
    }
    return expected;
}

/// A node that we cannot ask (a password of its own, say) is judged by what master and Sentinels see.
bool Judge::isLinked(const Endpoint &replica, const RedisNodeView &master) const
{
    const RedisNodeView *node = world.node(replica);
    if (node && node->node.answers)
        return node->isReplica() && node->node.linkUp == true && node->node.follows == master.node.address;
    if (node && node->looked && !isOurs(node->fault))
        return false;
    return std::any_of(world.sentinels.begin(), world.sentinels.end(), [&](const RedisSentinelView &one) {
        return one.namesMaster() && std::any_of(one.replicas.begin(), one.replicas.end(), [&](const SentinelReplica &seen) {
            return seen.address == replica && seen.linkUp && !seen.isDown();
        });
    });
}

void Judge::countReplicas(const RedisNodeView &master)
{
    for (const Endpoint &replica : expectedReplicas()) {
        ++verdict.replicas;
        verdict.linkedReplicas += isLinked(replica, master);
    }
}

QString Judge::replicaTrouble(const RedisNodeView &master) const
{
    for (const Endpoint &replica : expectedReplicas()) {
        if (isLinked(replica, master))
            continue;
        const RedisNodeView *node = world.node(replica);
        const QString who = replica.text();
        if (!node || !node->node.answers)
            return QStringLiteral("replica %1 is missing: %2").arg(who, node ? silence(node->fault) : QStringLiteral("not asked yet"));
        if (node->isReplica() && node->node.follows != master.node.address)
            return QStringLiteral("replica %1 follows %2").arg(who, node->node.follows.isNull() ? QStringLiteral("nobody") : node->node.follows.text());
        if (node->isReplica())
            return QStringLiteral("link of replica %1 to its master is down%2")
                .arg(who, node->linkState.isEmpty() ? QString() : QStringLiteral(": ") + node->linkState);
    }
    return verdict.replicas == 0 ? QStringLiteral("master %1 has no replica").arg(master.node.address.text()) : QString();
}

QString Judge::firstTrouble(const RedisNodeView &master)
{
    const QString who = master.node.address.text();
    if (verdict.sayingDown > 0)
        return QStringLiteral("master %1 silent on %2 of %3 Sentinels").arg(who).arg(verdict.sayingDown).arg(verdict.answering);
    if (verdict.failover != QLatin1String("none"))
        return QStringLiteral("failover %1").arg(verdict.failover);
    for (const RedisNodeView *other : claimants()) {
        if (other != &master)
            return QStringLiteral("%1 also says that it is master, besides %2").arg(other->node.address.text(), who);
    }
    const QString replicas = replicaTrouble(master);
    if (!replicas.isEmpty())
        return replicas;
    for (const RedisSentinelView &one : world.sentinels) {
        const QString sentinel = one.opinion.address.text();
        if (one.looked && !one.opinion.answers)
            return QStringLiteral("Sentinel %1 is silent: %2").arg(sentinel, silence(one.fault));
        if (one.namesMaster() && one.opinion.master != *verdict.named)
            return QStringLiteral("Sentinel %1 names %2 as master, %3 of %4 name %5")
                .arg(sentinel, one.opinion.master.text()).arg(verdict.naming).arg(verdict.answering).arg(who);
        if (one.opinion.answers && one.opinion.master.isNull())
            return QStringLiteral("Sentinel %1 knows no master named %2").arg(sentinel, world.masterName);
    }
    return verdict.quorum == false ? QStringLiteral("Sentinels could not agree on a failover: no quorum") : QString();
}

void Judge::judgeProvedMaster()
{
    const RedisNodeView &master = *world.node(*verdict.named);
    verdict.masterProved = true;
    const QString trouble = firstTrouble(master);
    if (!trouble.isEmpty()) {
        set(Health::Degraded, trouble);
        return;
    }
    set(Health::Healthy, QStringLiteral("master %1 named by %2 of %3 Sentinels, %4 of %5 replicas linked")
                             .arg(master.node.address.text()).arg(verdict.naming).arg(world.sentinels.size())
                             .arg(verdict.linkedReplicas).arg(verdict.replicas));
}

void Judge::findContradictions()
{
    QList<Contradiction::Saying> says;
    QList<Endpoint> named;
    for (const RedisSentinelView &one : world.sentinels) {
        if (!one.namesMaster())
            continue;
        says.append({one.source(), one.opinion.master.text(), one.opinion.lookedAt});
        if (!named.contains(one.opinion.master))
            named.append(one.opinion.master);
    }
    bool disagree = named.size() > 1;
    for (const RedisNodeView *claimant : claimants()) {
        says.append({claimant->source(), QStringLiteral("it is master itself"), claimant->node.lookedAt});
        disagree = disagree || (!named.isEmpty() && !named.contains(claimant->node.address)) || claimants().size() > 1;
    }
    if (const RedisNodeView *node = verdict.named ? world.node(*verdict.named) : nullptr; node && node->isReplica()) {
        says.append({node->source(), QStringLiteral("it is a replica"), node->node.lookedAt});
        disagree = true;
    }
    // While Sentinels move the master they disagree for about a second, by design.
    if (disagree && !isMoving())
        verdict.contradictions.append({.about = QStringLiteral("redis master"), .says = says});
    const RedisNodeView *master = verdict.named ? world.node(*verdict.named) : nullptr;
    if (verdict.health == Health::Down && master && master->isMaster()) {
        Contradiction heard{.about = QStringLiteral("redis master's silence")};
        heard.says.append({master->source(), QStringLiteral("answers this console as master"), master->node.lookedAt});
        for (const RedisSentinelView &one : world.sentinels) {
            if (one.namesMaster() && one.opinion.saysDown())
                heard.says.append({one.source(), QStringLiteral("silent"), one.opinion.lookedAt});
        }
        if (master->node.lookedAt.msecsTo(world.now) < world.every.count())
            verdict.contradictions.append(heard);
    }
}

/// All of it goes through one ssh: while anything is without it, whatever else stands here was seen before.
bool Judge::isCutOff()
{
    const auto cut = [this](const std::optional<Error> &fault) {
        if (!fault || fault->code != ErrorCode::TunnelDown)
            return false;
        verdict.masterDoubt = fault->text();
        set(Health::Unknown, fault->text());
        return true;
    };
    return std::any_of(world.sentinels.begin(), world.sentinels.end(), [&](const RedisSentinelView &one) { return cut(one.fault); })
           || std::any_of(world.nodes.begin(), world.nodes.end(), [&](const RedisNodeView &one) { return cut(one.fault); });
}

void Judge::judge()
{
    verdict.failover = redisFailoverText(world);
    if (isCutOff())
        return;
    countSentinels();
    if (verdict.named) {
        if (const RedisNodeView *node = world.node(*verdict.named)) {
            verdict.masterProved = node->isMaster();
            countReplicas(*node);
        }
    }
    if (verdict.health == Health::Down) {
        findContradictions();
        return;
    }
    if (verdict.answering == 0)
        judgeWithoutSentinels();
    else if (!verdict.named)
        judgeWithoutMajority();
    else
        judgeNamedMaster();
    findContradictions();
}

} // namespace

RedisVerdict judgeRedis(const RedisWorld &world)
{
    Judge judge{world, {}};
    judge.judge();
    return judge.verdict;
}

} // namespace understudy
