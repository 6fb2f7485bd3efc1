// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/faults/appdatabase.h"
#include "app/lab/faults/fault.h"
#include "app/lab/labports.h"

namespace understudy::lab {
namespace {

Result<Unit> waitForBranches(LabDesk &desk)
{
    desk.refresh();
    const QList<ProcessState> processes = desk.state().processes;
    for (const ProcessState &process : processes) {
        if (!branchNames().contains(process.name))
            continue;
        const Result<Unit> up = LabDesk::waitUntil(QStringLiteral("%1 does not answer").arg(process.name), std::chrono::seconds(30), [&desk, &process] {
            // One that was deleted meanwhile is not waited for.
            desk.refresh();
            return !desk.state().process(process.name)
                   || desk.sql(QStringLiteral("select 1"), std::chrono::seconds(1), process.name).has_value();
        });
        if (!up)
            return up;
    }
    return Unit{};
}

} // namespace

QList<Fault> allFaults()
{
    return pagerFaults() + planeFaults() + databaseFaults() + redisFaults() + applicationFaults() + oldUrlFaults();
}

Result<Unit> mendWholeLab(LabDesk &desk)
{
    desk.refresh();
    const QList<ProcessState> processes = desk.state().processes;
    for (const ProcessState &process : processes) {
        if (isAlive(process.identity) && !isStopped(process.identity))
            continue;
        if (process.status == QLatin1String("idle") || process.name == QLatin1String("postgres") || process.name.startsWith(QLatin1String("redis-")))
            continue;
        if (const Result<Unit> resumed = desk.resume(process.name); !resumed)
            return resumed;
        if (const Result<Unit> started = desk.start(process.name); !started)
            return started;
    }
    if (const Result<Unit> branches = waitForBranches(desk); !branches)
        return branches;
    // Before anything waits for instances that could never find it.
    if (const Result<Unit> named = checkApplicationDatabase(desk); !named)
        return named;
    if (const Result<Unit> database = mendDatabase(desk); !database)
        return database;
    const QStringList nodes{QStringLiteral("redis-1"), QStringLiteral("redis-2"), QStringLiteral("redis-3")};
    for (const QString &node : nodes) {
        if (!desk.isOnline(node)) {
            if (const Result<Unit> mended = mendRedisNode(desk, node); !mended)
                return mended;
        }
    }
    if (const Result<Unit> redis = waitForWholeRedis(desk); !redis)
        return redis;
    const QStringList names{QStringLiteral("sentinel-1"), QStringLiteral("sentinel-2"), QStringLiteral("sentinel-3")};
    if (const Result<Unit> quorum = mendSentinels(desk, names); !quorum)
        return quorum;
    // A Redis outage leaves the queues dead, which no fault of its own stands for.
    if (const Result<Unit> queues = mendQueues(desk); !queues)
        return queues;
    return LabDesk::waitUntil(QStringLiteral("an instance is not ready"), std::chrono::seconds(40), [&desk] {
        for (const QString &name : instanceNames()) {
            const Result<HttpAnswer> ready = desk.http(name, QStringLiteral("/health/ready"));
            if (!ready || ready->status != 200)
                return false;
        }
        return true;
    });
}

} // namespace understudy::lab
