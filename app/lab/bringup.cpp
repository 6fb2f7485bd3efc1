// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/bringup.h"

#include "app/lab/faults/lyingsentinel.h"
#include "app/lab/httpcall.h"
#include "app/lab/rediscall.h"
#include "app/lab/servers/applicationservers.h"
#include "app/lab/servers/nginxserver.h"
#include "app/lab/servers/pagerprocess.h"
#include "app/lab/servers/planeprocess.h"
#include "app/lab/servers/postgresserver.h"
#include "app/lab/servers/redisservers.h"
#include "core/base/log.h"

#include <QThread>

#include <future>

namespace understudy::lab {
namespace {

class BringUp
{
public:
    BringUp(Supervisor &supervisor, const LabSetup &setup, const std::function<bool()> &interrupted)
        : m_supervisor(supervisor), m_setup(setup), m_interrupted(interrupted), m_until(m_clock.monotonic() + std::chrono::seconds(60))
    {
    }

    Result<Unit> run();

private:
    Result<Unit> start(const ProcessSpec &spec) { return m_supervisor.add(spec)->start(); }
    Result<Unit> startAll(const Result<QList<ProcessSpec>> &specs);
    Result<Unit> waitUntil(const QString &what, const std::function<bool()> &isSo);
    bool isPong(const QString &name, const Secret &password) const;
    bool hasQuorum() const;
    bool isServing(const QString &port, const QString &path, int status = 200) const;
    Result<Unit> startRedis();
    Result<Unit> startDatabase(const Result<ProcessSpec> &spec);
    Result<Unit> startPlane(Moment since);

    Supervisor &m_supervisor;
    const LabSetup &m_setup;
    const std::function<bool()> &m_interrupted;
    SystemClock m_clock;
    Milliseconds m_until;
};

Result<Unit> BringUp::startAll(const Result<QList<ProcessSpec>> &specs)
{
    if (!specs)
        return fail(specs.error());
    for (const ProcessSpec &spec : *specs) {
        const Result<Unit> started = start(spec);
        if (!started)
            return started;
    }
    return Unit{};
}

Result<Unit> BringUp::waitUntil(const QString &what, const std::function<bool()> &isSo)
{
    while (!isSo()) {
        if (m_interrupted())
            return fail(ErrorCode::Cancelled, QStringLiteral("the start was interrupted"));
        if (m_clock.monotonic() > m_until)
            return fail(ErrorCode::TimedOut, QStringLiteral("%1 did not come up").arg(what),
                        QStringLiteral("Look into %1.").arg(m_setup.folder.file(QStringLiteral("log"))));
        QThread::msleep(20);
    }
    log::info("lab", QStringLiteral("%1 is up").arg(what));
    return Unit{};
}

bool BringUp::isPong(const QString &name, const Secret &password) const
{
    const Result<RespValue> reply = callRedis(m_setup.port(name), password, {"PING"}, std::chrono::milliseconds(500));
    return reply && reply->text == "PONG";
}

bool BringUp::hasQuorum() const
{
    for (int i = 1; i <= 3; ++i) {
        const Result<RespValue> reply = callRedis(m_setup.port(QStringLiteral("sentinel-%1").arg(i)), m_setup.sentinel,
                                                  {"SENTINEL", "CKQUORUM", "mymaster"}, std::chrono::milliseconds(500));
        if (!reply || !reply->text.startsWith("OK 3 "))
            return false;
    }
    return true;
}

bool BringUp::isServing(const QString &port, const QString &path, int status) const
{
    const Result<HttpAnswer> answer = callHttp(m_setup.port(port), path, std::chrono::seconds(2));
    return answer && answer->status == status;
}

Result<Unit> BringUp::startRedis()
{
    if (const Result<Unit> nodes = startAll(makeRedisNodes(m_setup)); !nodes)
        return nodes;
    for (const QString &node : {QStringLiteral("redis-1"), QStringLiteral("redis-2"), QStringLiteral("redis-3")}) {
        const Result<Unit> up = waitUntil(node, [this, &node] { return isPong(node, m_setup.redis); });
        if (!up)
            return up;
    }
    if (const Result<Unit> sentinels = startAll(makeSentinels(m_setup)); !sentinels)
        return sentinels;
    m_supervisor.add(lyingSentinelProcess(m_setup));
    return waitUntil(QStringLiteral("the Sentinels' quorum"), [this] { return hasQuorum(); });
}

Result<Unit> BringUp::startDatabase(const Result<ProcessSpec> &spec)
{
    if (!spec)
        return fail(spec.error());
    if (const Result<Unit> started = start(*spec); !started)
        return started;
    PgTarget target = adminTarget(m_setup.port(QStringLiteral("postgres")), m_setup.databaseAdmin);
    target.database = QStringLiteral("postgres");
    const Result<Unit> up = waitUntil(QStringLiteral("postgres"), [&target] {
        return callPostgres(target, QStringLiteral("select 1"), std::chrono::seconds(1)).has_value();
    });
    return up ? seedDatabase(m_setup) : up;
}

Result<Unit> BringUp::startPlane(Moment since)
{
    const Result<QList<ProcessSpec>> branches = makeBranchServers(m_setup);
    const Result<ProcessSpec> plane = makePlane(m_setup, since);
    if (!branches || !plane)
        return fail(branches ? plane.error() : branches.error());
    m_supervisor.offer(*branches, m_setup.branchToken);
    return start(*plane);
}

Result<Unit> BringUp::run()
{
    if (const Result<Unit> planned = writeLabPlan(m_setup); !planned)
        return planned;
    // initdb takes longest and needs nobody: it runs beside everything else.
    std::future<Result<ProcessSpec>> database = std::async(std::launch::async, [this] { return makePostgres(m_setup); });
    const Result<ProcessSpec> nginx = makeNginx(m_setup);
    if (!nginx)
        return fail(nginx.error());
    if (const Result<Unit> started = start(*nginx); !started)
        return started;
    const Result<ProcessSpec> pager = makePager(m_setup);
    if (!pager)
        return fail(pager.error());
    if (const Result<Unit> started = start(*pager); !started)
        return started;
    if (const Result<Unit> redis = startRedis(); !redis)
        return redis;
    // The instances warm up while the database is still being made; Redis must be there, or their
    // queues would be dead from the start.
    if (const Result<Unit> application = startAll(makeApplication(m_setup)); !application)
        return application;
    if (const Result<Unit> seeded = startDatabase(database.get()); !seeded)
        return seeded;
    // No moment before the backup's end can be restored for certain.
    Moment backedUpAt = 0;
    std::future<Result<Unit>> backup = std::async(std::launch::async, [this, &backedUpAt] {
        const Result<Unit> made = makeBaseBackup(m_setup);
        backedUpAt = momentNow();
        return made;
    });
    for (const QString &path : {QStringLiteral("/health/startup"), QStringLiteral("/health/ready")}) {
        for (const QString &name : instanceNames()) {
            const Result<Unit> up = waitUntil(name, [this, &name, &path] { return isServing(name, path); });
            if (!up)
                return up;
        }
    }
    // Without a token it answers 401.
    if (const Result<Unit> paging = waitUntil(QStringLiteral("the pager"), [this] { return isServing(QStringLiteral("pager"), QStringLiteral("/incidents"), 401); }); !paging)
        return paging;
    if (const Result<Unit> entry = waitUntil(QStringLiteral("nginx"), [this] { return isServing(QStringLiteral("entry"), QStringLiteral("/health/live")); }); !entry)
        return entry;
    if (const Result<Unit> backedUp = backup.get(); !backedUp)
        return backedUp;
    if (const Result<Unit> plane = startPlane(backedUpAt); !plane)
        return plane;
    const PgTarget target = adminTarget(m_setup.port(QStringLiteral("postgres")), m_setup.databaseAdmin);
    const Result<Unit> planning = waitUntil(QStringLiteral("the control plane"), [this] {
        return isServing(QStringLiteral("control-plane"), QStringLiteral("/api/v2/projects"), 401);
    });
    if (!planning)
        return planning;
    return waitUntil(QStringLiteral("the WAL archive"), [&target] {
        const Result<PgRows> rows = callPostgres(target, QStringLiteral("select archived_count > 0 from pg_stat_archiver"), std::chrono::seconds(1));
        return rows && rows->value(0).value(0) == QLatin1String("t");
    });
}

} // namespace

Result<Unit> bringUp(Supervisor &supervisor, const LabSetup &setup, const std::function<bool()> &interrupted)
{
    return BringUp(supervisor, setup, interrupted).run();
}

} // namespace understudy::lab
