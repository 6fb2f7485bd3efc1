// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/burnrate.h"
#include "core/health/costledger.h"
#include "core/health/poolsburn.h"
#include "core/health/poolsentry.h"
#include "core/health/poolsinstance.h"
#include "core/health/poolsjudge.h"
#include "core/health/poolsqueues.h"
#include "core/health/prometheuswatch.h"
#include "core/health/probe.h"

#include <memory>

namespace understudy {

/// Looks at every instance of every pool, counts who serves, and reports the systems "pools", "slo"
/// (when the plan monitors) and "cost" (when it limits one). Looks are spread over the interval;
/// observations are gathered for 200 ms, but a changed health is told at once.
class PoolsProbe : public Probe
{
    Q_OBJECT
public:
    /// `plan.application` must be there; `plan`, `secrets` and `clock` outlive this. The day's costs
    /// are kept in `costFile` (see costFile()). Without `secrets` the queues are asked with no token.
    PoolsProbe(const Plan &plan, const SecretResolver *secrets, const Clock &clock,
               const QString &costFile, QObject *parent = nullptr);
    ~PoolsProbe() override;

    QStringList systems() const override;
    void start() override;
    void stop() override;
    void lookNow() override;
    void hear(const QList<Event> &events) override; ///< a moved Redis: its queues may have died

    /// state()/cost/…json: one file a plan, by its name and mode, so that a lab's figures never mix
    /// with production's.
    static QString costFile(const Plan &plan);

private:
    struct Place
    {
        qsizetype pool = 0, index = 0;
        QString name; ///< "blue-1"
        int number = 0; ///< through all pools
        std::unique_ptr<PoolsInstance> instance;
    };
    void take(const Place &place);
    void instanceLooked(const Place &place);
    void answersChanged(const Place &place);
    void entryCounted();
    void noteOwnAtEntry();
    void queuesLooked(int number);
    void metricsLooked(const Place &place);
    void refresh();
    void soon();
    void publish();
    void publishPools();
    void publishSlo();
    void publishCost();
    QList<Contradiction> contradictionWithPrometheus();
    void sumUpTraffic();
    static QString alarmSentence(const PoolView &pool, double limit);
    void tellChanges();
    void tellCosts();
    bool everyPlaceLookedAt(bool readinessToo) const;
    PoolsVerdict verdict() const;

    const Plan &m_plan;
    const ApplicationPlan &m_application;
    MonitoringPlan m_monitoring; ///< defaults when the plan has none
    const Clock &m_clock;
    std::vector<Place> m_places;
    std::unique_ptr<PoolsEntry> m_entry;
    std::unique_ptr<PoolsQueues> m_queues; ///< null: the plan names none
    std::unique_ptr<PrometheusWatch> m_prometheus; ///< null: the plan names none
    std::optional<Milliseconds> m_apartSince; ///< monotonic: it and this console do not count the same
    CostLedger m_ledger;
    QTimer m_soon;
    PoolsView m_view;
    QMap<QString, int> m_costTold; ///< CostLevel by name
    std::unique_ptr<PoolsBurn> m_burn;
    PoolsView m_toldView; ///< as of the last observation sent
    Health m_told = Health::Unknown;
    bool m_poolsDue = false, m_metricsDue = false;
    Milliseconds m_metricsToldAt{-1'000'000};
};

} // namespace understudy
