// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/healthboard.h"

#include <memory>
#include <vector>

namespace understudy {

class SecretResolver;

/// What runs on the engine thread of a Watch: the probes and their board. Made anywhere, then moved to
/// that thread; everything else happens there.
class WatchEngine : public QObject
{
    Q_OBJECT
public:
    WatchEngine(const Plan &plan, const SecretResolver &secrets, const Clock &clock);
    ~WatchEngine() override;

    void start();
    void lookNow();
    HealthSnapshot snapshot() const; ///< engine thread only

signals:
    void snapshotReady(const understudy::HealthSnapshot &snapshot);
    void eventsHappened(const QList<understudy::Event> &events);
    void everySystemLookedAt();

private:
    const Plan m_plan;
    const SecretResolver &m_secrets;
    const Clock &m_clock;
    std::vector<std::unique_ptr<Probe>> m_probes;
    std::unique_ptr<HealthBoard> m_board;
};

} // namespace understudy
