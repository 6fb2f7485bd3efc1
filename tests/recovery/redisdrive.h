// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/recovery/redisrun.h"

#include <QFile>
#include <QProcess>

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace understudy {

/// One sitting in a process of its own: "killed", "hangs", or what it said. See redisdriver.cpp.
inline QString driveRedis(const RedisRun &run, const QString &resume, const QString &where, const QString &verb)
{
    QStringList sentinels;
    for (int i = 0; i < run.redis.sentinels(); ++i)
        sentinels.append(run.redis.sentinel(i).text());
    QProcess driver;
    driver.start(QStringLiteral(REDIS_DRIVER), {run.folder.path(), sentinels.join(QLatin1Char(',')), resume, where, verb});
    if (!driver.waitForFinished(90'000)) {
        driver.kill();
        driver.waitForFinished();
        return QStringLiteral("hangs");
    }
    if (driver.exitStatus() == QProcess::CrashExit)
        return QStringLiteral("killed");
    return QString::fromUtf8(driver.readAllStandardOutput());
}

/// What is wrong with a configuration after a run, now or after a restart; empty: nothing.
inline QString leftBehind(RedisRun &run, int node)
{
    const Result<RespValue> server = run.redis.ask(run.redis.nodeTarget(node), {"INFO", "server"});
    if (!server)
        return server.error().text();
    const auto wrong = [&](const QByteArray &what) { return QStringLiteral("node %1: %2").arg(node).arg(QString::fromUtf8(what)); };
    if (run.config(node, "min-replicas-to-write") != "0")
        return wrong("min-replicas-to-write " + run.config(node, "min-replicas-to-write"));
    if (run.config(node, "replica-priority") != "100")
        return wrong("replica-priority " + run.config(node, "replica-priority"));
    const qsizetype at = server->text.indexOf("config_file:") + 12;
    QFile file(QString::fromUtf8(server->text.mid(at, server->text.indexOf('\r', at) - at)));
    if (!file.open(QIODevice::ReadOnly))
        return wrong("its file cannot be read");
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith("replica-priority ") && line != "replica-priority 100")
            return wrong("its file says " + line);
        if (line.startsWith("min-replicas-to-write ") && line != "min-replicas-to-write 0")
            return wrong("its file says " + line);
    }
    return {};
}

/// Does `work` for each place, some at a time since they mostly wait; each place's complaint.
inline QStringList complaints(const QStringList &places, const std::function<QString(const QString &)> &work)
{
    std::atomic_int next = 0;
    std::mutex mutex;
    QStringList found;
    std::vector<std::thread> workers;
    for (int i = 0; i < 6; ++i) {
        workers.emplace_back([&] {
            for (int index = next++; index < places.size(); index = next++) {
                const QString complaint = work(places.at(index));
                if (complaint.isEmpty())
                    continue;
                const std::lock_guard<std::mutex> guard(mutex);
                found.append(places.at(index) + QStringLiteral(": ") + complaint);
            }
        });
    }
    for (std::thread &worker : workers)
        worker.join();
    return found;
}

} // namespace understudy
