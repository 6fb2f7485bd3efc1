// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/watchengine.h"

#include "core/health/probes.h"

namespace understudy {

WatchEngine::WatchEngine(const Plan &plan, const SecretResolver &secrets, const Clock &clock)
    : m_plan(plan)
    , m_secrets(secrets)
    , m_clock(clock)
{
}

WatchEngine::~WatchEngine()
{
    for (const std::unique_ptr<Probe> &probe : m_probes)
        probe->stop();
}

void WatchEngine::start()
{
    m_probes = makeProbes(m_plan, m_secrets, m_clock);
    QStringList systems;
    for (const std::unique_ptr<Probe> &probe : m_probes)
        systems += probe->systems();
    m_board = std::make_unique<HealthBoard>(m_plan, systems, m_clock);
    connect(m_board.get(), &HealthBoard::snapshotReady, this, &WatchEngine::snapshotReady);
    connect(m_board.get(), &HealthBoard::eventsHappened, this, &WatchEngine::eventsHappened);
    connect(m_board.get(), &HealthBoard::everySystemLookedAt, this,
            &WatchEngine::everySystemLookedAt);
    for (const std::unique_ptr<Probe> &probe : m_probes) {
        connect(probe.get(), &Probe::observed, m_board.get(), &HealthBoard::observe);
        connect(probe.get(), &Probe::eventsHappened, m_board.get(), &HealthBoard::record);
        for (const std::unique_ptr<Probe> &other : m_probes) {
            if (other != probe)
                connect(probe.get(), &Probe::eventsHappened, other.get(), &Probe::hear);
        }
        probe->start();
    }
    emit snapshotReady(m_board->snapshot());
    if (m_probes.empty())
        emit everySystemLookedAt();
}

void WatchEngine::lookNow()
{
    for (const std::unique_ptr<Probe> &probe : m_probes)
        probe->lookNow();
}

HealthSnapshot WatchEngine::snapshot() const
{
    return m_board ? m_board->snapshot() : HealthSnapshot{.at = m_clock.now()};
}

} // namespace understudy
