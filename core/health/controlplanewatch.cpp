// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/controlplanewatch.h"

#include "core/systems/dump/dumpprovider.h"
#include "core/systems/envfile/databaseaddress.h"
#include "core/systems/neon/neonfollow.h"
#include "core/systems/pgbackrest/backrestprovider.h"
#include "core/systems/secrets/secretresolver.h"
#include "core/systems/shell/hostprogram.h"

#include <QDeadlineTimer>

#include <algorithm>

namespace understudy {

using namespace std::chrono_literals;

namespace {

constexpr Milliseconds controlPlaneDeadline = 8s; // a single look at everything waits 9.5 s

/// A list that cannot be had takes nothing from what the window says.
Result<ProviderWords> everythingOf(const RestoreProvider &provider, Milliseconds deadline, const CancelToken &cancel)
{
    const QDeadlineTimer timer(deadline);
    const Result<RestoreWindow> window = provider.window(deadline, cancel);
    if (!window)
        return fail(window.error());
    const Result<QList<RestoredCopy>> copies = provider.copies(Milliseconds(std::max<qint64>(1, timer.remainingTime())), cancel);
    return ProviderWords(*window, copies ? *copies : QList<RestoredCopy>());
}

} // namespace

ControlPlaneWatch::ControlPlaneWatch(Ask ask, const Clock &clock, QObject *parent, Milliseconds interval)
    : QObject(parent)
    , m_ask(std::move(ask))
    , m_clock(clock)
    , m_worker(this)
    , m_timer(this)
    , m_soon(this)
{
    m_worker.setObjectName(QStringLiteral("control plane"));
    m_worker.setMaxThreadCount(1);
    m_timer.setInterval(interval);
    m_soon.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &ControlPlaneWatch::look);
    connect(&m_soon, &QTimer::timeout, this, &ControlPlaneWatch::look);
}

ControlPlaneWatch::~ControlPlaneWatch()
{
    stop();
    m_worker.waitForDone();
}

ControlPlaneWatch::Ask ControlPlaneWatch::neon(const Plan &plan, const SecretResolver &secrets)
{
    return [plan, &secrets](Milliseconds deadline, const CancelToken &cancel) -> Result<ProviderWords> {
        const QDeadlineTimer timer(deadline);
        const Result<Secret> key = secrets.resolve(plan.database->neon->apiKey);
        if (!key)
            return fail(key.error());
        const Result<Secret> url = secrets.resolve(plan.database->url);
        NeonPlan neon = *plan.database->neon;
        const QString server = url ? databaseServer(directAddress(*url)) : QString();
        // Half of the time at most: a control plane that is silent is to be heard of in the words of the window.
        const Result<QString> branch = server.isEmpty() ? Result<QString>(QString()) : branchReachedAt(server, neon, *key, deadline / 2, cancel);
        if (branch && !branch->isEmpty())
            neon.branch = *branch;
        return everythingOf(NeonProvider(neon, *key), Milliseconds(std::max<qint64>(1, timer.remainingTime())), cancel);
    };
}

ControlPlaneWatch::Ask ControlPlaneWatch::pgBackRest(const Plan &plan, const SecretResolver &secrets)
{
    return [plan, &secrets](Milliseconds deadline, const CancelToken &cancel) -> Result<ProviderWords> {
        const Result<Secret> url = secrets.resolve(plan.database->url);
        if (!url)
            return fail(url.error());
        const PgBackRestPlan &backups = *plan.database->pgBackRest;
        return everythingOf(BackrestProvider(backups, hostOf(plan, backups.host), *url), deadline, cancel);
    };
}

ControlPlaneWatch::Ask ControlPlaneWatch::logicalBackups(const Plan &plan, const SecretResolver &secrets)
{
    return [plan, &secrets](Milliseconds deadline, const CancelToken &cancel) -> Result<ProviderWords> {
        const Result<std::shared_ptr<const DumpProvider>> provider = DumpProvider::forPlan(plan, secrets);
        return provider ? everythingOf(**provider, deadline, cancel) : fail(provider.error());
    };
}

QString ControlPlaneWatch::neonSource(const NeonPlan &plan)
{
    return QStringLiteral("neon %1").arg(QUrl(plan.api.isEmpty() ? NeonApi::publicAddress() : plan.api).authority());
}

void ControlPlaneWatch::start()
{
    m_timer.start();
    look();
}

void ControlPlaneWatch::stop()
{
    m_stopped = true;
    m_timer.stop();
    m_soon.stop();
    m_cancel.cancel();
}

void ControlPlaneWatch::lookNow()
{
    const Milliseconds since(m_sinceLook.isValid() ? m_sinceLook.elapsed() : leastPause.count());
    if (!m_soon.isActive() && !m_stopped)
        m_soon.start(std::max<Milliseconds>(0ms, leastPause - since));
}

void ControlPlaneWatch::look()
{
    if (m_looking || m_stopped)
        return;
    m_looking = true;
    m_sinceLook.start();
    m_worker.start([this] {
        const Result<ProviderWords> said = m_ask(controlPlaneDeadline, m_cancel);
        ControlPlaneLook look{.at = m_clock.now()};
        if (said) {
            look.window = said->window;
            look.copies = said->copies;
        } else {
            look.failure = said.error();
        }
        // Dropped with this watch, which outlives the worker's last look.
        QMetaObject::invokeMethod(this, [this, look] { tell(look); }, Qt::QueuedConnection);
    });
}

void ControlPlaneWatch::tell(const ControlPlaneLook &look)
{
    m_looking = false;
    if (!m_stopped)
        emit looked(look);
}

} // namespace understudy
