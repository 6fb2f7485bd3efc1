// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/redisfailover.h"

namespace understudy {

namespace {

const QString sDown = QStringLiteral("s_down"), oDown = QStringLiteral("o_down"),
              inProgress = QStringLiteral("failover_in_progress");

void setFlag(QStringList &flags, const QString &flag, bool on)
{
    flags.removeAll(flag);
    if (on)
        flags.append(flag);
}

QString gaveUpText(const QString &event)
{
    if (event == QLatin1String("-failover-abort-no-good-slave"))
        return QStringLiteral("no good replica");
    if (event == QLatin1String("-failover-abort-not-elected"))
        return QStringLiteral("not elected by the other Sentinels");
    if (event == QLatin1String("-failover-abort-slave-timeout"))
        return QStringLiteral("the chosen replica did not become master in time");
    if (event == QLatin1String("-failover-abort-master-is-back"))
        return QStringLiteral("the master is back");
    return event;
}

void endFailover(RedisSentinelView &view)
{
    setFlag(view.opinion.flags, inProgress, false);
    view.opinion.failoverState.clear();
}

bool applyToReplica(RedisSentinelView &view, const SentinelEvent &event)
{
    for (SentinelReplica &replica : view.replicas) {
        if (replica.address != event.address)
            continue;
        if (event.name == QLatin1String("+sdown") || event.name == QLatin1String("-sdown")) {
            setFlag(replica.flags, sDown, event.name == QLatin1String("+sdown"));
            return true;
        }
    }
    return false;
}

bool applyToMaster(RedisSentinelView &view, const SentinelEvent &event, const QDateTime &at)
{
    SentinelOpinion &opinion = view.opinion;
    const QString &name = event.name;
    if (name == QLatin1String("+sdown") || name == QLatin1String("-sdown")) {
        setFlag(opinion.flags, sDown, name == QLatin1String("+sdown"));
    } else if (name == QLatin1String("+odown") || name == QLatin1String("-odown")) {
        setFlag(opinion.flags, oDown, name == QLatin1String("+odown"));
    } else if (name == QLatin1String("+try-failover")) {
        view.triedAt = at;
        view.gaveUp.clear();
        setFlag(opinion.flags, inProgress, true);
        opinion.failoverState = QStringLiteral("wait_start");
    } else if (name.startsWith(QLatin1String("-failover-abort"))) {
        endFailover(view);
        view.gaveUp = gaveUpText(name);
    } else if (name == QLatin1String("+switch-master")) {
        if (event.newMaster.isNull())
            return false;
        if (opinion.master != event.newMaster)
            view.movedAt = at;
        opinion.master = event.newMaster;
        view.gaveUp.clear();
        endFailover(view);
        setFlag(opinion.flags, sDown, false);
        setFlag(opinion.flags, oDown, false);
    } else {
        return false;
    }
    return true;
}

} // namespace

bool applySentinelEvent(RedisSentinelView &view, const SentinelEvent &event, const QDateTime &at)
{
    static const QString statePrefix = QStringLiteral("+failover-state-");
    view.opinion.lookedAt = at;
    if (event.name.startsWith(statePrefix)) {
        // Of the replica from send-slaveof-noone on, of the master before.
        setFlag(view.opinion.flags, inProgress, true);
        view.opinion.failoverState = event.name.mid(statePrefix.size()).replace(QLatin1Char('-'), QLatin1Char('_'));
        return true;
    }
    switch (event.subject) {
    case SentinelEvent::Subject::Master: return applyToMaster(view, event, at);
    case SentinelEvent::Subject::Replica: return applyToReplica(view, event);
    case SentinelEvent::Subject::Sentinel:
    case SentinelEvent::Subject::None: break;
    }
    return false;
}

QString redisFailoverText(const RedisWorld &world)
{
    const RedisSentinelView *gaveUp = nullptr;
    for (const RedisSentinelView &one : world.sentinels) {
        if (!one.opinion.answers)
            continue;
        if (one.failsOver()) {
            return one.opinion.failoverState.isEmpty()
                       ? QStringLiteral("in progress")
                       : QStringLiteral("in progress: %1").arg(one.opinion.failoverState);
        }
        if (!one.gaveUp.isEmpty() && one.opinion.saysDown() && (!gaveUp || one.triedAt > gaveUp->triedAt))
            gaveUp = &one;
    }
    if (!gaveUp)
        return QStringLiteral("none");
    const QString text = QStringLiteral("gave up: %1").arg(gaveUp->gaveUp);
    if (!gaveUp->triedAt.isValid() || gaveUp->failoverTimeout <= Milliseconds(0))
        return text;
    // A Sentinel holds its own next try back for twice its failover-timeout.
    const QDateTime next = gaveUp->triedAt.addMSecs(2 * gaveUp->failoverTimeout.count());
    return next <= world.now ? text
                             : QStringLiteral("%1, next try not before %2 UTC")
                                   .arg(text, next.toUTC().toString(QStringLiteral("HH:mm:ss")));
}

} // namespace understudy
