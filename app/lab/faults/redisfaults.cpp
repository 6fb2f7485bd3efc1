// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/faults/fault.h"
#include "app/lab/faults/lyingsentinel.h"

#include <QFile>
#include <QRegularExpression>


namespace understudy::lab {
namespace {

const QStringList &nodes()
{
    static const QStringList names{QStringLiteral("redis-1"), QStringLiteral("redis-2"), QStringLiteral("redis-3")};
    return names;
}

const QStringList &sentinels()
{
    static const QStringList names{QStringLiteral("sentinel-1"), QStringLiteral("sentinel-2"), QStringLiteral("sentinel-3")};
    return names;
}

bool saysMaster(const LabDesk &desk, const QString &node)
{
    const Result<RespValue> role = desk.redis(node, {"ROLE"});
    return role && !role->items.isEmpty() && role->items.first().text == "master";
}

/// Whom most of the Sentinels that answer name; empty when none does.
QString namedMaster(const LabDesk &desk)
{
    QMap<QString, int> votes;
    for (const QString &name : sentinels()) {
        const Result<RespValue> reply = desk.sentinel(name, {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster"});
        if (reply && reply->items.size() == 2)
            ++votes[desk.state().ports.key(quint16(reply->items[1].text.toUInt()))];
    }
    QString best;
    for (auto vote = votes.begin(); vote != votes.end(); ++vote) {
        if (best.isEmpty() || vote.value() > votes[best])
            best = vote.key();
    }
    return best;
}

/// The node that is master by its own word, preferring the one that the Sentinels name.
QString provedMaster(const LabDesk &desk)
{
    const QString named = namedMaster(desk);
    if (!named.isEmpty() && saysMaster(desk, named))
        return named;
    for (const QString &node : nodes()) {
        if (saysMaster(desk, node))
            return node;
    }
    return {};
}

Result<QString> masterToHit(LabDesk &desk)
{
    const QString master = provedMaster(desk);
    if (master.isEmpty())
        return fail(ErrorCode::Unreachable, QStringLiteral("no Redis node is master now"),
                    QStringLiteral("Mend the other faults first: `understudy-lab mend --all`."));
    return master;
}

Result<QString> replicaToHit(LabDesk &desk, const QString &place)
{
    const QString master = provedMaster(desk);
    for (const QString &node : nodes()) {
        if (node != master && (place.isEmpty() || place == node) && desk.isOnline(node))
            return node;
    }
    return fail(ErrorCode::InvalidInput, QStringLiteral("no running replica %1").arg(place),
                QStringLiteral("The master is %1; choose another node with --at.").arg(master));
}

/// Makes the node start as a replica of `master`, or as a master when that is empty.
Result<Unit> configure(const LabDesk &desk, const QString &node, const QString &master)
{
    const QString path = desk.folder().file(node) + QStringLiteral("/redis.conf");
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::FileUnreadable, QStringLiteral("cannot read %1").arg(path), {}, file.errorString());
    QString text = QString::fromUtf8(file.readAll());
    static const QRegularExpression replicaOf(QStringLiteral("^(replicaof|slaveof)\\s.*\\n"),
                                              QRegularExpression::MultilineOption | QRegularExpression::CaseInsensitiveOption);
    text.remove(replicaOf);
    if (!master.isEmpty())
        text += QStringLiteral("replicaof 127.0.0.1 %1\n").arg(desk.state().port(master));
    return desk.folder().write(path, text.toUtf8(), &desk.state().user);
}

int linkedReplicas(const LabDesk &desk, const QString &master)
{
    const Result<RespValue> info = desk.redis(master, {"INFO", "replication"});
    return info ? int(info->text.count("state=online")) : -1;
}

bool isWhole(LabDesk &desk)
{
    desk.refresh();
    const QString master = namedMaster(desk);
    if (master.isEmpty() || !saysMaster(desk, master))
        return false;
    for (const QString &name : sentinels()) {
        if (desk.isHeld(name) || !desk.isOnline(name))
            continue;
        const Result<RespValue> reply = desk.sentinel(name, {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster"});
        if (!reply || reply->items.size() != 2 || reply->items[1].text.toUInt() != desk.state().port(master))
            return false;
    }
    int expected = 0;
    for (const QString &node : nodes()) {
        if (node == master || !desk.isOnline(node))
            continue;
        ++expected;
        if (saysMaster(desk, node))
            return false;
    }
    return linkedReplicas(desk, master) >= expected;
}

Result<QString> killSentinels(LabDesk &desk, const QStringList &names)
{
    for (const QString &name : names) {
        const Result<Unit> killed = desk.kill(name);
        if (!killed)
            return fail(killed.error());
    }
    return names.join(QLatin1Char(' '));
}

Fault masterFault(const QString &name, const QString &what, const QString &mended, Result<Unit> (LabDesk::*act)(const QString &) const)
{
    return {.name = name,
            .what = what,
            .mended = mended,
            .breakIt = [act](LabDesk &desk, const FaultRequest &) -> Result<QString> {
                const Result<QString> master = masterToHit(desk);
                if (!master)
                    return master;
                const Result<Unit> hit = (desk.*act)(*master);
                return hit ? master : fail(hit.error());
            },
            .mend = [](LabDesk &desk, const QString &node) { return mendRedisNode(desk, node); }};
}

Result<QString> replaceByLiar(LabDesk &desk, const FaultRequest &)
{
    const Result<QString> wrong = replicaToHit(desk, {});
    if (!wrong)
        return wrong;
    const QByteArray port = QByteArray::number(desk.state().port(*wrong));
    const QString sentinel = sentinels().last();
    if (const Result<Unit> told = desk.folder().write(lieFile(desk.folder()), port, &desk.state().user); !told)
        return fail(told.error());
    if (const Result<Unit> killed = desk.kill(sentinel); !killed)
        return fail(killed.error());
    if (const Result<Unit> started = desk.start(QStringLiteral("liar")); !started)
        return fail(started.error());
    const Result<Unit> lies = LabDesk::waitUntil(QStringLiteral("nobody lies"), std::chrono::seconds(5), [&desk, sentinel, port] {
        const Result<RespValue> named = desk.sentinel(sentinel, {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster"});
        return named && named->items.value(1).text == port;
    });
    return lies ? Result<QString>(QStringLiteral("%1 names %2").arg(sentinel, *wrong)) : fail(lies.error());
}

Result<Unit> replaceLiar(LabDesk &desk, const QString &)
{
    desk.refresh();
    if (const Result<Unit> silent = desk.kill(QStringLiteral("liar")); !silent)
        return silent;
    const Result<Unit> quorum = mendSentinels(desk, {sentinels().last()});
    return quorum ? waitForWholeRedis(desk) : quorum;
}

} // namespace

Result<Unit> waitForWholeRedis(LabDesk &desk)
{
    return LabDesk::waitUntil(QStringLiteral("Redis is not whole again"), std::chrono::seconds(45), [&desk] { return isWhole(desk); });
}

Result<Unit> mendRedisNode(LabDesk &desk, const QString &node)
{
    desk.refresh();
    const ProcessState *process = desk.state().process(node);
    if (!process)
        return fail(ErrorCode::NotFound, QStringLiteral("no process named \"%1\"").arg(node));
    const QString named = namedMaster(desk);
    const bool another = !named.isEmpty() && named != node && saysMaster(desk, named);
    if (!isAlive(process->identity)) {
        if (const Result<Unit> configured = configure(desk, node, another ? named : QString()); !configured)
            return configured;
        if (const Result<Unit> started = desk.start(node); !started)
            return started;
    } else if (isStopped(process->identity)) {
        if (const Result<Unit> resumed = desk.resume(node); !resumed)
            return resumed;
        // It still takes itself for a master, and would for ten seconds more: Sentinel is in no hurry.
        if (another)
            static_cast<void>(desk.redis(node, {"REPLICAOF", "127.0.0.1", QByteArray::number(desk.state().port(named))}));
    }
    const Result<Unit> answers = LabDesk::waitUntil(QStringLiteral("%1 does not answer").arg(node), std::chrono::seconds(10), [&desk, node] {
        const Result<RespValue> pong = desk.redis(node, {"PING"});
        return pong && pong->text == "PONG";
    });
    // With Sentinels held down by another fault nobody may be able to agree; the node is all there is to mend.
    const bool mayAgree = std::count_if(sentinels().begin(), sentinels().end(), [&desk](const QString &name) { return !desk.isHeld(name); }) >= 2;
    return answers && mayAgree ? waitForWholeRedis(desk) : answers;
}

Result<Unit> mendSentinels(LabDesk &desk, const QStringList &names)
{
    for (const QString &name : names) {
        if (const Result<Unit> started = desk.start(name); !started)
            return started;
    }
    return LabDesk::waitUntil(QStringLiteral("the Sentinels have no quorum"), std::chrono::seconds(30), [&desk] {
        desk.refresh();
        // Also those that ran on: they take a while to believe that the others are back.
        for (const QString &name : sentinels()) {
            if (desk.isHeld(name))
                continue;
            const Result<RespValue> quorum = desk.sentinel(name, {"SENTINEL", "CKQUORUM", "mymaster"});
            if (!quorum || !quorum->text.startsWith("OK"))
                return false;
        }
        return true;
    });
}

QList<Fault> redisFaults()
{
    const auto mendNames = [](LabDesk &desk, const QString &detail) { return mendSentinels(desk, detail.split(QLatin1Char(' '))); };
    return {
        {.name = QStringLiteral("sentinels-no-quorum"),
         .what = QStringLiteral("Kills two of the three Sentinels: no majority is left to fail over by itself."),
         .mended = QStringLiteral("Both are started again; mended when each says that the quorum can be reached."),
         .breakIt = [](LabDesk &desk, const FaultRequest &) { return killSentinels(desk, sentinels().mid(1)); },
         .mend = mendNames},
        {.name = QStringLiteral("sentinel-killed"),
         .what = QStringLiteral("Kills one Sentinel (--at sentinel-1, -2 or -3; default: sentinel-3)."),
         .mended = QStringLiteral("It is started again; mended when it says that the quorum can be reached."),
         .options = {QStringLiteral("--at PLACE")},
         .breakIt = [](LabDesk &desk, const FaultRequest &request) -> Result<QString> {
             const QString name = request.place.isEmpty() ? sentinels().last() : request.place;
             if (!sentinels().contains(name))
                 return fail(ErrorCode::InvalidInput, QStringLiteral("no Sentinel named %1").arg(name), QStringLiteral("Write sentinel-1, sentinel-2 or sentinel-3."));
             return killSentinels(desk, {name});
         },
         .mend = mendNames},
        {.name = QStringLiteral("sentinel-lies"),
         .what = QStringLiteral("Replaces sentinel-3 by one that always names a replica as the master and says that all is well."),
         .mended = QStringLiteral("The real one comes back; mended when it says that the quorum can be reached and names the real master."),
         .breakIt = &replaceByLiar,
         .mend = &replaceLiar},
        masterFault(QStringLiteral("redis-master-killed"), QStringLiteral("Kills the Redis node that is master now."),
                    QStringLiteral("It is started again, as a replica where another node has become master; mended when Sentinels and nodes agree and all links are up."),
                    &LabDesk::kill),
        masterFault(QStringLiteral("redis-master-hung"), QStringLiteral("Stops (SIGSTOP) the Redis node that is master now: it accepts and never answers."),
                    QStringLiteral("It is resumed and, where another node has become master, made its replica; mended when Sentinels and nodes agree and all links are up."),
                    &LabDesk::stop),
        {.name = QStringLiteral("redis-replica-killed"),
         .what = QStringLiteral("Kills one replica (--at redis-1, -2 or -3; default: the first)."),
         .mended = QStringLiteral("It is started again; mended when its link to the master is up."),
         .options = {QStringLiteral("--at PLACE")},
         .breakIt = [](LabDesk &desk, const FaultRequest &request) -> Result<QString> {
             const Result<QString> replica = replicaToHit(desk, request.place);
             if (!replica)
                 return replica;
             const Result<Unit> killed = desk.kill(*replica);
             return killed ? replica : fail(killed.error());
         },
         .mend = [](LabDesk &desk, const QString &node) { return mendRedisNode(desk, node); }},
    };
}

} // namespace understudy::lab
