// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/health/probe.h"
#include "core/systems/pager/pagerincident.h"

#include <QElapsedTimer>
#include <QThreadPool>
#include <QTimer>

#include <optional>

namespace understudy {

class SecretResolver;

/// One look at the pager's open incidents.
struct PagerLook
{
    QDateTime at; ///< when it ended, the console's clock
    Milliseconds took{0};
    std::optional<PagerIncidents> incidents; ///< empty: it failed
    std::optional<Error> failure;
};

/// System "pager". Readings: "answers in" (ms), "open incidents" and "not acknowledged" (count),
/// "oldest open" (s, in the service's own time against the console's), "oldest incident" and "assigned
/// to" (text). A recovery needs no pager: one that cannot be asked is degraded, never down or unknown.
SystemObservation observePager(const PagerLook &look, const QString &source, Milliseconds interval);

/// Asks every 60 s, on a worker thread of its own: PagerDuty counts what it is asked.
class PagerProbe : public Probe
{
    Q_OBJECT
public:
    static constexpr Milliseconds every{60'000};

    /// `plan.paging.canLook()` holds; `secrets` and `clock` outlive the probe.
    PagerProbe(const Plan &plan, const SecretResolver &secrets, const Clock &clock, QObject *parent = nullptr);
    /// Waits for a look under way, which is cancelled; a secret being looked for may take 10 s.
    ~PagerProbe() override;

    QStringList systems() const override { return {QStringLiteral("pager")}; }
    void start() override;
    void stop() override;
    void lookNow() override; ///< at most every 5 s

private:
    void look();
    void tell(const PagerLook &look);
    QList<Event> eventsOf(const PagerLook &look) const;

    const PagingPlan m_paging;
    const SecretResolver &m_secrets;
    const Clock &m_clock;
    const CancelToken m_cancel;
    QString m_source;
    std::optional<PagerLook> m_previous;
    QThreadPool m_worker;
    QTimer m_timer;
    QTimer m_soon;
    QElapsedTimer m_sinceLook;
    bool m_looking = false;
    bool m_stopped = false;
};

} // namespace understudy
