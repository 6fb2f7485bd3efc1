// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/health/controlplane.h"

#include <QElapsedTimer>
#include <QThreadPool>
#include <QTimer>

#include <functional>

namespace understudy {

class SecretResolver;
struct NeonPlan;
struct Plan;

/// What a provider says at one look.
struct ProviderWords
{
    ProviderWords(RestoreWindow window = {}, QList<RestoredCopy> copies = {}) : window(std::move(window)), copies(std::move(copies)) {}
    RestoreWindow window;
    QList<RestoredCopy> copies;
};

/// Asks whoever restores (a control plane, pgBackRest, a store of backups) what it can restore, by default once a minute (it counts what it is asked), on a worker
/// thread of its own, one question at a time. Lives on the engine thread.
class ControlPlaneWatch : public QObject
{
    Q_OBJECT
public:
    static constexpr Milliseconds every{60'000};
    static constexpr Milliseconds leastPause{15'000}; ///< however often somebody wants a look now
    /// Blocks, on the worker; keeps to the deadline and ends with the cancel.
    using Ask = std::function<Result<ProviderWords>(Milliseconds deadline, const CancelToken &cancel)>;

    /// `clock`, and what `ask` refers to, outlive it.
    ControlPlaneWatch(Ask ask, const Clock &clock, QObject *parent = nullptr, Milliseconds interval = every);
    /// Waits for a look under way, which is cancelled; a secret being looked for may take 10 s.
    ~ControlPlaneWatch() override;

    void start();
    void stop(); ///< no signal after it returns
    void lookNow();

    /// The plan's Neon project, and of it the branch that the application is on; key and address are resolved anew each time.
    static Ask neon(const Plan &plan, const SecretResolver &secrets);
    /// The plan's pgBackRest, on its host; the database's address is resolved anew each time.
    static Ask pgBackRest(const Plan &plan, const SecretResolver &secrets);
    /// The plan's logical backups: the newest as the window's end.
    static Ask logicalBackups(const Plan &plan, const SecretResolver &secrets);
    static QString neonSource(const NeonPlan &plan); ///< "neon console.neon.tech"

signals:
    void looked(const understudy::ControlPlaneLook &look);

private:
    void look();
    void tell(const ControlPlaneLook &look);

    const Ask m_ask;
    const Clock &m_clock;
    const CancelToken m_cancel;
    QThreadPool m_worker;
    QTimer m_timer;
    QTimer m_soon;
    QElapsedTimer m_sinceLook;
    bool m_looking = false;
    bool m_stopped = false;
};

} // namespace understudy
