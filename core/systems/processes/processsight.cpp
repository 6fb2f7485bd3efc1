// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/processes/processsight.h"

#include "core/systems/processes/pm2restart.h"
#include "core/systems/shell/hostprogram.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUrl>

#include <algorithm>
#include <optional>

namespace understudy {
namespace {

using Kind = ProcessesPlan::Kind;
using namespace std::chrono_literals;

/// What a manager tells of an instance's processes.
struct Named
{
    QList<qint64> ids;
    std::optional<ProcessSight> container; ///< whose engine tells its environment itself
};

Result<QByteArray> answerTo(const Host &host, const QStringList &words, const QString &folder,
                            const CancelToken &cancel)
{
    const Result<ProgramOutput> output =
        runOnHost(host, {.words = words, .folder = folder, .deadline = 20s}, cancel);
    if (!output)
        return fail(output.error());
    if (output->exitCode != 0)
        return fail(ErrorCode::ProgramFailed, QStringLiteral("%1 ended with %2 on %3")
                                                  .arg(words.mid(0, 3).join(QLatin1Char(' ')))
                                                  .arg(output->exitCode)
                                                  .arg(hostLabel(host)));
    return output->standardOutput;
}

/// The environment with which the engine made the container: what its first process was given.
Result<Named> containerOf(const Host &host, const QString &service, const QString &folder,
                          const QStringList &keys, const CancelToken &cancel)
{
    const QString docker = QStringLiteral("docker");
    const Result<QByteArray> ids = answerTo(
        host,
        {docker, QStringLiteral("compose"), QStringLiteral("ps"), QStringLiteral("-q"), service},
        folder, cancel);
    if (!ids)
        return fail(ids.error());
    const QString id = QString::fromUtf8(ids->trimmed().split('\n').value(0)).trimmed();
    if (id.isEmpty())
        return Named{};
    const Result<QByteArray> told =
        answerTo(host,
                 {docker, QStringLiteral("inspect"), QStringLiteral("--format"),
                  QStringLiteral("{{.State.Pid}} {{.State.StartedAt}} {{json .Config.Env}}"), id},
                 folder, cancel);
    if (!told)
        return fail(told.error());
    const QByteArrayList words = told->trimmed().split(' ');
    ProcessSight sight{.id = words.value(0).toLongLong(),
                       .name = service,
                       .started =
                           id.left(12) + QLatin1Char(' ') + QString::fromUtf8(words.value(1))};
    const QJsonDocument environment = QJsonDocument::fromJson(words.mid(2).join(' '));
    if (!environment.isArray())
        sight.unseen = QStringLiteral("docker inspect tells no environment");
    for (const QJsonValue &pair : environment.array()) {
        const QByteArray text = pair.toString().toUtf8();
        const QString key = QString::fromUtf8(text.left(text.indexOf('=')));
        if (keys.contains(key))
            sight.values.insert(key, Secret(text.mid(text.indexOf('=') + 1)));
    }
    return sight.id > 0 ? Named{{}, sight} : Named{};
}

Result<Named> unitOf(const Host &host, const QString &unit, const CancelToken &cancel)
{
    const Result<QByteArray> id =
        answerTo(host,
                 {QStringLiteral("systemctl"), QStringLiteral("show"), QStringLiteral("-p"),
                  QStringLiteral("MainPID"), QStringLiteral("--value"), unit},
                 {}, cancel);
    if (!id)
        return fail(id.error());
    const qint64 number = id->trimmed().toLongLong();
    return number > 0 ? Named{{number}, std::nullopt} : Named{};
}

/// Asks the managers of one host; PM2's list is read once for all.
class Managers
{
public:
    Managers(const ProcessManager &manager, const Host &host, const QStringList &keys,
             const CancelToken &cancel)
        : m_manager(manager)
        , m_host(host)
        , m_keys(keys)
        , m_cancel(cancel)
    {}

    Result<Named> named(const QString &process)
    {
        if (process.isEmpty())
            return Named{};
        switch (m_manager.kind()) {
        case Kind::Pm2:
            if (!m_list)
                m_list = pm2::list(m_host, m_cancel);
            return *m_list ? Result<Named>(Named{(*m_list)->processes(process), std::nullopt})
                           : fail(m_list->error());
        case Kind::DockerCompose:
            return containerOf(m_host, process, m_manager.folder(), m_keys, m_cancel);
        case Kind::Systemd:
            return unitOf(m_host, process, m_cancel);
        default:
            return Named{};
        }
    }

private:
    const ProcessManager &m_manager;
    const Host m_host;
    const QStringList m_keys;
    const CancelToken m_cancel;
    std::optional<Result<Pm2List>> m_list;
};

ProcessSight sightOf(const HostSight::Process &process)
{
    return {.id = process.id,
            .name = process.name,
            .started = process.started,
            .values = process.values,
            .unseen = process.environmentSeen
                          ? QString()
                          : QStringLiteral("its environment belongs to another user")};
}

/// PM2's daemon listens for its cluster, and a child may listen for its parent: those are no
/// strangers.
bool isRelated(const HostSight &sight, qint64 id, const QList<qint64> &known)
{
    return std::any_of(known.begin(), known.end(), [&](qint64 one) {
        return one == id || sight.isAncestor(id, one) || sight.isAncestor(one, id);
    });
}

quint16 portOfInstance(const PoolInstance &instance)
{
    const QUrl url(instance.url);
    return quint16(url.port(url.scheme() == QLatin1String("https") ? 443 : 80));
}

Result<QList<ProcessSight>> processesOf(const PoolInstance &instance, const Host &host,
                                        const Named &named, const HostSight &sight)
{
    if (named.container)
        return QList<ProcessSight>{*named.container};
    const quint16 port = portOfInstance(instance);
    QList<ProcessSight> found;
    for (const qint64 id : named.ids) {
        if (sight.processes.contains(id))
            found.append(sightOf(sight.processes[id]));
    }
    QList<qint64> known = named.ids;
    for (const HostSight::Socket &socket : sight.sockets) {
        if (!socket.listens || socket.local.port != port || isRelated(sight, socket.process, known))
            continue;
        if (socket.process == 0)
            found.append({.name = QStringLiteral("who listens on port %1").arg(port),
                          .unseen = QStringLiteral("it belongs to another user")});
        else if (sight.processes.contains(socket.process))
            found.append(sightOf(sight.processes[socket.process]));
        known.append(socket.process);
    }
    if (!found.isEmpty())
        return found;
    return fail(
        ErrorCode::NotFound,
        QStringLiteral("no process of %1 runs on %2")
            .arg(instance.process.isEmpty() ? instance.url : instance.process, hostLabel(host)),
        QStringLiteral("Start it, or correct its name and address in the plan."));
}

/// All instances of one host.
void lookAtOneHost(ApplicationSight &all, const ProcessManager &manager, const Host &host,
                   HostQuestion question, const CancelToken &cancel)
{
    Managers managers(manager, host, question.keys, cancel);
    QHash<qsizetype, Result<Named>> named;
    for (qsizetype i = 0; i < all.instances.size(); ++i) {
        if (all.instances[i].host != host)
            continue;
        const Result<Named> one = managers.named(all.instances[i].instance.process);
        named.insert(i, one);
        question.listening.append(portOfInstance(all.instances[i].instance));
        if (one)
            question.processes += one->container ? QList<qint64>{one->container->id} : one->ids;
    }
    const Result<HostSight> sight = lookAtProcesses(host, question, cancel);
    for (auto one = named.begin(); one != named.end(); ++one) {
        InstanceSight &into = all.instances[one.key()];
        const Result<Named> &its = one.value();
        if (!its)
            into.processes = fail(its.error());
        else if (!sight && !its->container)
            into.processes = fail(sight.error());
        else
            into.processes = processesOf(into.instance, host, *its, sight ? *sight : HostSight());
    }
    all.hosts.append({host, sight});
}

} // namespace

ApplicationSight lookAtInstances(const ProcessManager &manager,
                                 const QList<PoolInstance> &instances, const QStringList &keys,
                                 const QList<quint16> &peers, const CancelToken &cancel)
{
    ApplicationSight all;
    QList<Host> hosts;
    for (const PoolInstance &instance : instances) {
        all.instances.append({instance, manager.host(instance)});
        if (!hosts.contains(all.instances.last().host))
            hosts.append(all.instances.last().host);
    }
    for (const Host &host : hosts)
        lookAtOneHost(all, manager, host, {.peers = peers, .keys = keys}, cancel);
    return all;
}

Result<QList<ProcessSight>> lookAtInstance(const ProcessManager &manager,
                                           const PoolInstance &instance, const QStringList &keys,
                                           const CancelToken &cancel)
{
    return lookAtInstances(manager, {instance}, keys, {}, cancel).instances.first().processes;
}

} // namespace understudy
