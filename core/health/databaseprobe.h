// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/health/controlplanewatch.h"
#include "core/health/databaselooker.h"
#include "core/health/databasereadings.h"
#include "core/health/probe.h"

#include <QThreadPool>
#include <QTimer>

#include <memory>

namespace understudy {

class SecretResolver;

/// Looks at the plan's database at its interval, on a worker thread of its own, one look at a time.
/// Whoever restores it is asked beside that, see controlplanewatch.h: neither waits for the other. The
/// readings are named in databasereadings.h and controlplane.h.
class DatabaseProbe : public Probe
{
    Q_OBJECT
public:
    /// `plan.database` is set; `secrets` and `clock` outlive the probe.
    DatabaseProbe(const Plan &plan, const SecretResolver &secrets, const Clock &clock,
                  QObject *parent = nullptr);
    /// Waits for a look under way: cancelled at once, except that opening a connection lasts up to 3 s.
    ~DatabaseProbe() override;

    QStringList systems() const override;
    void start() override;
    void stop() override;
    void lookNow() override;
    /// Trouble of the application's instances may be the database's: they notice within a second, a look may be five away.
    void hear(const QList<Event> &events) override;

private:
    void look(DatabaseLooker::Wish wish);
    void tell(const DatabaseLook &look);
    void watchProvider(const Plan &plan, const SecretResolver &secrets, const Clock &clock);
    void watchBackups(const Plan &plan, const SecretResolver &secrets, const Clock &clock);
    void hearControlPlane(const ControlPlaneLook &look);
    void publish();

    const CancelToken m_cancel;
    const std::shared_ptr<DatabaseLooker> m_looker; ///< used on the worker thread only
    DatabaseReadings m_readings;
    std::optional<DatabaseLook> m_previous, m_lastGood;
    std::optional<SystemObservation> m_observation; ///< the newest, without the control plane's part
    std::optional<ControlPlaneReadings> m_controlPlane; ///< empty: the plan names no provider to be asked
    std::unique_ptr<ControlPlaneWatch> m_controlPlaneWatch;
    std::unique_ptr<ControlPlaneWatch> m_backupsWatch; ///< plan B's store
    std::optional<ControlPlaneLook> m_backups;
    QString m_backupsSource;
    Milliseconds m_backupsMadeEvery{0};
    QThreadPool m_worker;
    QTimer m_timer;
    bool m_looking = false;
    bool m_again = false; ///< somebody asked for a look while one was under way
    bool m_stopped = false;
    const Clock &m_clock;
    std::optional<Milliseconds> m_heardAt; ///< monotonic
};

} // namespace understudy
