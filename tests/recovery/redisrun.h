// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runexecution.h"
#include "core/recovery/runstore.h"
#include "tests/redis/redisfixture.h"

#include <QTemporaryDir>

namespace understudy {

/// Gives out the fixture's passwords by the names that the plan uses.
class FixedSecrets : public SecretResolver
{
public:
    Result<Secret> resolve(const SecretReference &reference) const override
    {
        return Secret(reference.isSet() ? reference.name.toUtf8() : QByteArray());
    }
    void provide(const SecretReference &, const Secret &) override {}
};

/// Runs of the Redis recipe on a real Redis, in a folder of journals of their own.
class RedisRun
{
public:
    explicit RedisRun(const RedisFixtureOptions &options = {}) : redis(options)
    {
        plan.name = QStringLiteral("test");
        plan.mode = Mode::Lab;
        plan.version = QStringLiteral("sha256:test");
    }

    QString start()
    {
        const QString problem = redis.start();
        plan.redis = redis.plan();
        return problem;
    }

    QString phrase() const { return QStringLiteral("lab: fail over mymaster"); }

    RunResult recover(const RunOptions &options, const QString &typed)
    {
        UnattendedOperator person(typed);
        RunResult result = execute({.plan = plan, .secrets = secrets, .clock = clock, .folder = folder.path(),
                                    .options = options, .person = person});
        lastRun = result.run;
        return result;
    }

    RunResult decide(Decision::Kind kind)
    {
        UnattendedOperator person(phrase());
        return execute({.plan = plan, .secrets = secrets, .clock = clock, .folder = folder.path(), .resume = lastRun,
                        .person = person, .atCommit = kind});
    }

    /// "step event", without what only shows.
    QStringList events() const
    {
        QStringList list;
        const Result<JournalReading> reading = readJournal(runstore::fileOf(folder.path(), lastRun));
        for (const JournalEntry &entry : reading->entries) {
            if (entry.event != QLatin1String("opened") && entry.event != QLatin1String("note"))
                list.append(QStringLiteral("%1 %2").arg(entry.step, entry.event).trimmed());
        }
        return list;
    }

    QString stepResult(const RunResult &result, const QString &id) const
    {
        for (const StepView &step : result.view.steps) {
            if (step.id == id)
                return QStringLiteral("%1: %2").arg(stepStateName(step.state), step.result);
        }
        return {};
    }

    QByteArray config(int node, const QByteArray &name)
    {
        const Result<RespValue> reply = redis.ask(redis.nodeTarget(node), {"CONFIG", "GET", name});
        return reply ? reply->field(name) : QByteArray();
    }

    /// Rises by one with each failover that is carried out.
    qint64 epoch(int sentinel = 0)
    {
        const Result<RespValue> reply = redis.ask(redis.sentinelTarget(sentinel), {"SENTINEL", "MASTER", "mymaster"});
        return reply ? reply->field("config-epoch").toLongLong() : -1;
    }

    RedisFixture redis;
    Plan plan;
    FixedSecrets secrets;
    SystemClock clock;
    QTemporaryDir folder;
    QString lastRun;
};

} // namespace understudy
