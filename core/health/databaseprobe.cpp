// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/databaseprobe.h"

#include "core/health/backupreadings.h"
#include "core/health/databaseevents.h"

#include <algorithm>

namespace understudy {
namespace {

DatabaseExpectations expectationsOf(const Plan &plan)
{
    DatabaseExpectations out{.every = plan.database->every, .neon = plan.database->neon.has_value()};
    for (const RecoveryPointObjective &objective : plan.recoveryPoint) {
        if (objective.data == QLatin1String("database"))
            out.recoveryPoint = std::min(out.recoveryPoint.value_or(objective.within), objective.within);
    }
    return out;
}

constexpr Milliseconds backupsLookedAtEvery = std::chrono::minutes(10);

} // namespace

DatabaseProbe::DatabaseProbe(const Plan &plan, const SecretResolver &secrets, const Clock &clock,
                             QObject *parent)
    : Probe(parent)
    , m_looker(std::make_shared<DatabaseLooker>(*plan.database, secrets, clock, m_cancel))
    , m_readings(expectationsOf(plan))
    , m_worker(this)
    , m_timer(this)
    , m_clock(clock)
{
    m_worker.setObjectName(QStringLiteral("database"));
    m_worker.setMaxThreadCount(1);
    m_timer.setInterval(plan.database->every);
    connect(&m_timer, &QTimer::timeout, this, [this] { look({}); });
    if (plan.database->neon || plan.database->pgBackRest)
        watchProvider(plan, secrets, clock);
    if (plan.database->logicalBackups && plan.database->standby.isSet())
        watchBackups(plan, secrets, clock);
}

/// A store counts what it is asked, and backups come once a day.
void DatabaseProbe::watchBackups(const Plan &plan, const SecretResolver &secrets, const Clock &clock)
{
    m_backupsSource = QStringLiteral("backups %1").arg(plan.database->logicalBackups->bucket);
    m_backupsMadeEvery = plan.database->logicalBackups->every;
    m_backupsWatch = std::make_unique<ControlPlaneWatch>(ControlPlaneWatch::logicalBackups(plan, secrets), clock, nullptr, backupsLookedAtEvery);
    connect(m_backupsWatch.get(), &ControlPlaneWatch::looked, this, [this](const ControlPlaneLook &look) {
        m_backups = look;
        publish();
    });
}

void DatabaseProbe::watchProvider(const Plan &plan, const SecretResolver &secrets, const Clock &clock)
{
    const bool neon = plan.database->neon.has_value();
    m_controlPlane.emplace(ControlPlaneExpectations{.source = neon ? ControlPlaneWatch::neonSource(*plan.database->neon)
                                                                   : QStringLiteral("pgbackrest %1").arg(plan.database->pgBackRest->stanza),
                                                    .every = ControlPlaneWatch::every,
                                                    .restoreWindow = plan.database->restoreWindow,
                                                    .recoveryPoint = expectationsOf(plan).recoveryPoint});
    m_controlPlaneWatch = std::make_unique<ControlPlaneWatch>(
        neon ? ControlPlaneWatch::neon(plan, secrets) : ControlPlaneWatch::pgBackRest(plan, secrets), clock);
    connect(m_controlPlaneWatch.get(), &ControlPlaneWatch::looked, this, &DatabaseProbe::hearControlPlane);
}

DatabaseProbe::~DatabaseProbe()
{
    stop();
    m_worker.waitForDone();
}

QStringList DatabaseProbe::systems() const
{
    return {QStringLiteral("database")};
}

void DatabaseProbe::start()
{
    m_timer.start();
    look({});
    if (m_controlPlaneWatch)
        m_controlPlaneWatch->start();
    if (m_backupsWatch)
        m_backupsWatch->start();
}

void DatabaseProbe::stop()
{
    m_stopped = true;
    m_timer.stop();
    m_cancel.cancel();
    if (m_controlPlaneWatch)
        m_controlPlaneWatch->stop();
    if (m_backupsWatch)
        m_backupsWatch->stop();
}

void DatabaseProbe::lookNow()
{
    if (m_controlPlaneWatch)
        m_controlPlaneWatch->lookNow();
    if (m_looking)
        m_again = true;
    else
        look({.addressAgain = true, .checksNow = true});
}

void DatabaseProbe::hear(const QList<Event> &events)
{
    constexpr Milliseconds heardOnceIn{1000};
    const bool trouble = std::any_of(events.begin(), events.end(), [](const Event &event) {
        return event.system == QLatin1String("pools") && event.weight != Event::Weight::Plain;
    });
    const Milliseconds now = m_clock.monotonic();
    if (!trouble || (m_heardAt && now - *m_heardAt < heardOnceIn))
        return;
    m_heardAt = now;
    look({.checksNow = true});
}

void DatabaseProbe::look(DatabaseLooker::Wish wish)
{
    if (m_looking || m_stopped)
        return;
    m_looking = true;
    m_worker.start([this, looker = m_looker, wish] {
        const DatabaseLook look = looker->look(wish);
        // Dropped with this probe, which outlives the worker's last look.
        QMetaObject::invokeMethod(this, [this, look] { tell(look); }, Qt::QueuedConnection);
    });
}

void DatabaseProbe::tell(const DatabaseLook &look)
{
    m_looking = false;
    if (m_stopped)
        return;
    if (m_previous) {
        const QList<Event> events = databaseEvents(*m_previous, m_lastGood, look);
        if (!events.isEmpty())
            emit eventsHappened(events);
    }
    m_previous = look;
    if (!look.failure)
        m_lastGood = look;
    m_observation = m_readings.observe(look);
    publish();
    if (std::exchange(m_again, false))
        this->look({.addressAgain = true, .checksNow = true});
}

void DatabaseProbe::hearControlPlane(const ControlPlaneLook &look)
{
    const QList<Event> events = m_controlPlane->learn(look);
    if (!events.isEmpty())
        emit eventsHappened(events);
    publish();
}

void DatabaseProbe::publish()
{
    if (!m_observation)
        return;
    SystemObservation all = m_controlPlane ? m_controlPlane->added(*m_observation) : *m_observation;
    if (m_backups)
        all.readings += backupReadings(*m_backups, m_backupsSource, backupsLookedAtEvery, m_backupsMadeEvery, all.lookedAt);
    emit observed(all);
}

} // namespace understudy
