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

Result<QByteArray> answerTo(const Host &host, const QStringList &words, const QString &folder, const CancelToken &cancel)
{
    const Result<ProgramOutput> output = runOnHost(host, {.words = words, .folder = folder, .deadline = 20s}, cancel);
    if (!output)
        return fail(output.error());
    if (output->exitCode != 0)
        return fail(ErrorCode::ProgramFailed, QStringLiteral("%1 ended with %2 on %3").arg(words.mid(0, 3).join(QLatin1Char(' '))).arg(output->exitCode).arg(hostLabel(host)));
    return output->standardOutput;
}

/// The environment with which the engine made the container: what its first process was given.
Result<Named> containerOf(const Host &host, const QString &service, const QString &folder, const QStringList &keys, const CancelToken &cancel)
{
    const QString docker = QStringLiteral("docker");
    const Result<QByteArray> ids = answerTo(host, {docker, QStringLiteral("compose"), QStringLiteral("ps"), QStringLiteral("-q"), service}, folder, cancel);
    if (!ids)
        return fail(ids.error());
    const QString id = QString::fromUtf8(ids->trimmed().split('\n').value(0)).trimmed();
    if (id.isEmpty())
        return Named{};
    const Result<QByteArray> told
        = answerTo(host, {docker, QStringLiteral("inspect"), QStringLiteral("--format"),
                          QStringLiteral("{{.State.Pid}} {{.State.StartedAt}} {{json .Config.Env}}"), id}, folder, cancel);
    if (!told)
        return fail(told.error());
    const QByteArrayList words = told->trimmed().split(' ');
    ProcessSight sight{.id = words.value(0).toLongLong(), .name = service,
                       .started = id.left(12) + QLatin1Char(' ') + QString::fromUtf8(words.value(1))};
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

Result<Named> namedBy(const Host &host, const ProcessesPlan &processes, const QString &process, const QStringList &keys,
                      const CancelToken &cancel)
{
    if (process.isEmpty())
        return Named{};
    if (processes.kind == Kind::Pm2) {
        const Result<Pm2List> list = pm2::list(host, cancel);
        return list ? Result<Named>(Named{list->processes(process), std::nullopt}) : fail(list.error());
    }
    if (processes.kind == Kind::DockerCompose)
        return containerOf(host, process, processes.folder, keys, cancel);
    if (processes.kind == Kind::Systemd) {
        const Result<QByteArray> id = answerTo(host, {QStringLiteral("systemctl"), QStringLiteral("show"), QStringLiteral("-p"),
                                                      QStringLiteral("MainPID"), QStringLiteral("--value"), process}, {}, cancel);
        if (!id)
            return fail(id.error());
        return id->trimmed().toLongLong() > 0 ? Named{{id->trimmed().toLongLong()}, std::nullopt} : Named{};
    }
    return Named{};
}

ProcessSight sightOf(const HostSight::Process &process)
{
    return {.id = process.id, .name = process.name, .started = process.started, .values = process.values,
            .unseen = process.environmentSeen ? QString() : QStringLiteral("its environment belongs to another user")};
}

/// PM2's daemon listens for its cluster, and a child may listen for its parent: those are no strangers.
bool isRelated(const HostSight &sight, qint64 id, const QList<qint64> &known)
{
    return std::any_of(known.begin(), known.end(), [&](qint64 one) {
        return one == id || sight.isAncestor(id, one) || sight.isAncestor(one, id);
    });
}

} // namespace

Result<QList<ProcessSight>> lookAtInstance(const ProcessManager &manager, const PoolInstance &instance,
                                           const ProcessesPlan &processes, const QStringList &keys, const CancelToken &cancel)
{
    const Host host = manager.host(instance);
    const Result<Named> named = namedBy(host, processes, instance.process, keys, cancel);
    if (!named)
        return fail(named.error());
    if (named->container)
        return QList<ProcessSight>{*named->container};
    const QUrl url(instance.url);
    const quint16 port = quint16(url.port(url.scheme() == QLatin1String("https") ? 443 : 80));
    const Result<HostSight> sight = lookAtProcesses(host, {.listening = {port}, .processes = named->ids, .keys = keys}, cancel);
    if (!sight)
        return fail(sight.error());
    QList<ProcessSight> found;
    for (const qint64 id : named->ids) {
        if (sight->processes.contains(id))
            found.append(sightOf(sight->processes[id]));
    }
    QList<qint64> known = named->ids;
    for (const HostSight::Socket &socket : sight->sockets) {
        if (!socket.listens || isRelated(*sight, socket.process, known))
            continue;
        if (socket.process == 0)
            found.append({.name = QStringLiteral("who listens on port %1").arg(port), .unseen = QStringLiteral("it belongs to another user")});
        else if (sight->processes.contains(socket.process))
            found.append(sightOf(sight->processes[socket.process]));
        known.append(socket.process);
    }
    if (found.isEmpty())
        return fail(ErrorCode::NotFound,
                    QStringLiteral("no process of %1 runs on %2").arg(instance.process.isEmpty() ? instance.url : instance.process, hostLabel(host)),
                    QStringLiteral("Start it, or correct its name and address in the plan."));
    return found;
}

} // namespace understudy
