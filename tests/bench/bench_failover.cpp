// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redisprediction.h"
#include "tests/recovery/redisrun.h"

#include <QCoreApplication>
#include <QTextStream>
#include <QThread>

#include <algorithm>
#include <atomic>
#include <thread>

// A forced failover by the recipe against the bare command, in turns on one real Redis. Both are timed
// by the same poll of another thread: from FAILOVER sent to the address that Sentinel names having
// changed and saying ROLE master itself.
using namespace understudy;

namespace {

constexpr int rounds = 20;

double median(QList<double> values)
{
    std::sort(values.begin(), values.end());
    return values.isEmpty() ? -1 : values.at(values.size() / 2);
}

/// Milliseconds on the run's monotonic clock at which a master other than `before` is seen.
double whenMoved(RedisRun &run, const Endpoint &before, const std::atomic_bool &stop)
{
    const Result<std::unique_ptr<RedisSession>> sentinel = RedisSession::connect(run.redis.sentinelTarget(0), Milliseconds(2000));
    while (sentinel && !stop) {
        const Result<RespValue> named = (*sentinel)->call({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster"}, Milliseconds(2000));
        if (named && named->items.size() == 2) {
            const Endpoint address{named->items.at(0).string(), quint16(named->items.at(1).text.toUInt())};
            if (address != before) {
                RedisTarget target = run.redis.nodeTarget(0);
                target.address = address;
                const Result<RespValue> role = run.redis.ask(target, {"ROLE"});
                if (role && !role->items.isEmpty() && role->items.first().text == "master")
                    return double(run.clock.monotonic().count());
            }
        }
        QThread::msleep(2);
    }
    return -1;
}

void settle(RedisRun &run)
{
    const Result<RedisAccess> access = RedisAccess::forPlan(*run.plan.redis, run.secrets);
    for (int i = 0; i < 600; ++i) {
        const RedisLook look = lookAtRedis(*access, {});
        const bool attached = std::all_of(look.nodes.begin(), look.nodes.end(), [&look](const RedisNode &node) {
            return node.address == look.master || (node.linkUp.value_or(false) && node.follows == look.master);
        });
        const SentinelSeen *first = look.sentinel(run.redis.sentinel(0));
        if (look.allAgreeOn(look.master) && look.masterAnswers() && attached && !look.failoverRuns() && first
            && predictFailover(*first).reply == QLatin1String("OK"))
            return;
        QThread::msleep(50);
    }
}

struct Timing
{
    double moved = -1, fence = -1, whole = -1;
};

Timing byRecipe(RedisRun &run)
{
    const Endpoint before = run.redis.node(run.redis.masterNode());
    std::atomic_bool stop = false;
    std::atomic<double> seen = -1;
    std::thread poll([&] { seen = whenMoved(run, before, stop); });
    UnattendedOperator person(run.phrase());
    double sent = -1;
    double fenced = -1;
    double began = -1;
    const double start = double(run.clock.monotonic().count());
    const RunResult result = execute({.plan = run.plan, .secrets = run.secrets, .clock = run.clock, .folder = run.folder.path(),
                                      .options = {.scenario = QStringLiteral("redis"), .planned = true}, .person = person,
                                      .onEntry = [&](const JournalEntry &entry) {
                                          if (entry.step != QLatin1String("fence"))
                                              return;
                                          if (entry.event == QLatin1String("intent"))
                                              began = double(run.clock.monotonic().count());
                                          if (entry.event == QLatin1String("verified"))
                                              fenced = double(run.clock.monotonic().count());
                                      },
                                      .onView = [&](const RunView &view) {
                                          if (sent >= 0 || view.current < 0 || view.steps.at(view.current).output.isEmpty())
                                              return;
                                          if (view.steps.at(view.current).output.last().text.startsWith(QLatin1String("SENTINEL FAILOVER sent")))
                                              sent = double(run.clock.monotonic().count());
                                      }});
    const double end = double(run.clock.monotonic().count());
    stop = result.outcome != QLatin1String("recovered");
    poll.join();
    if (result.outcome != QLatin1String("recovered") || seen < 0)
        return {};
    return {seen - sent, fenced - began, end - start};
}

double byCommand(RedisRun &run)
{
    const Endpoint before = run.redis.node(run.redis.masterNode());
    std::atomic_bool stop = false;
    std::atomic<double> seen = -1;
    std::thread poll([&] { seen = whenMoved(run, before, stop); });
    const Result<std::unique_ptr<RedisSession>> sentinel = RedisSession::connect(run.redis.sentinelTarget(0), Milliseconds(2000));
    const double sent = double(run.clock.monotonic().count());
    const Result<RespValue> reply = (*sentinel)->call({"SENTINEL", "FAILOVER", "mymaster"}, Milliseconds(2000));
    stop = !reply || reply->isError();
    poll.join();
    return seen < 0 ? -1 : seen - sent;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QTextStream out(stdout);
    RedisRun run;
    if (const QString problem = run.start(); !problem.isEmpty()) {
        out << problem << '\n';
        return 1;
    }
    QList<double> recipe, fence, whole, command;
    for (int round = 0; round < rounds; ++round) {
        settle(run);
        if (const double moved = byCommand(run); moved >= 0)
            command.append(moved);
        settle(run);
        if (const Timing timing = byRecipe(run); timing.moved >= 0) {
            recipe.append(timing.moved);
            fence.append(timing.fence);
            whole.append(timing.whole);
        }
    }
    out << "Forced failover of a live Redis master, medians in milliseconds\n"
        << "  FAILOVER sent to new address with ROLE master: bare command " << median(command) << " (n=" << command.size() << ")\n"
        << "  the same by the recipe:                         " << median(recipe) << " (n=" << recipe.size() << "), ratio "
        << median(recipe) / median(command) << " (mark: at most 1.1)\n"
        << "  beside it: fence set and proved " << median(fence) << ", the whole run with all proofs " << median(whole) << '\n';
    return recipe.size() == rounds && command.size() == rounds ? 0 : 1;
}
