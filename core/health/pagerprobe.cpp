// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/pagerprobe.h"

#include "core/base/quantity.h"
#include "core/systems/pager/pagerservice.h"
#include "core/systems/secrets/secretresolver.h"

#include <QUrl>

#include <algorithm>

namespace understudy {

using namespace std::chrono_literals;

namespace {

constexpr Milliseconds pagerDeadline = 5s;
constexpr Milliseconds leastPause = 5s;

PagerLook lookAt(const PagingPlan &paging, const SecretResolver &secrets, const Clock &clock, const CancelToken &cancel)
{
    PagerLook look;
    const Milliseconds began = clock.monotonic();
    const Result<Secret> token = secrets.resolve(paging.apiToken);
    const Result<PagerIncidents> found = token ? PagerService(paging, *token).openIncidents(pagerDeadline, cancel)
                                               : Result<PagerIncidents>(fail(token.error()));
    look.took = clock.monotonic() - began;
    look.at = clock.now();
    if (found)
        look.incidents = *found;
    else
        look.failure = found.error();
    return look;
}

Milliseconds ageOf(const PagerIncident &incident, const QDateTime &now)
{
    return Milliseconds(qMax<qint64>(0, incident.createdAt.msecsTo(now)));
}

QString reasonOf(const PagerLook &look)
{
    if (look.failure)
        return QStringLiteral("cannot be asked: %1").arg(look.failure->message);
    const QList<PagerIncident> &open = look.incidents->list;
    if (open.isEmpty())
        return QStringLiteral("no incident is open");
    const QString count = look.incidents->more ? QStringLiteral("more than %1").arg(open.size()) : QString::number(open.size());
    return QStringLiteral("%1 open, %2 not acknowledged; the oldest: %3")
        .arg(count)
        .arg(look.incidents->with(PagerIncident::Status::Triggered).size())
        .arg(open.first().name());
}

} // namespace

SystemObservation observePager(const PagerLook &look, const QString &source, Milliseconds interval)
{
    SystemObservation out{.system = QStringLiteral("pager"),
                          .health = look.failure ? Health::Degraded : Health::Healthy,
                          .reason = reasonOf(look),
                          .lookedAt = look.at,
                          .complete = true};
    const auto add = [&](const QString &name, const QString &unit, const std::optional<Reading::Value> &value, const QString &why) {
        Reading reading{.name = name, .unit = unit, .source = source, .observedAt = look.at, .interval = interval};
        reading.state = look.failure ? ReadingState::Unknown : value ? ReadingState::Fresh : ReadingState::Absent;
        reading.value = value.value_or(Reading::Value());
        reading.reason = look.failure ? look.failure->text() : value ? QString() : why;
        out.readings.append(reading);
    };
    using Value = Reading::Value;
    const PagerIncidents seen = look.incidents.value_or(PagerIncidents());
    const QString none = QStringLiteral("no incident is open");
    std::optional<Value> oldest, title, assigned;
    if (!seen.list.isEmpty()) {
        const PagerIncident &first = seen.list.first();
        title = Value(first.name());
        if (first.createdAt.isValid())
            oldest = Value(double(ageOf(first, look.at).count()) / 1000);
        if (!first.assignedTo.isEmpty())
            assigned = Value(first.assignedTo);
    }
    add(QStringLiteral("answers in"), QStringLiteral("ms"), Value(double(look.took.count())), {});
    add(QStringLiteral("open incidents"), QStringLiteral("count"), Value(double(seen.list.size())), {});
    add(QStringLiteral("not acknowledged"), QStringLiteral("count"), Value(double(seen.with(PagerIncident::Status::Triggered).size())), {});
    out.readings.last().normal = NormalRange{.most = 0};
    add(QStringLiteral("oldest open"), QStringLiteral("s"), oldest, none);
    add(QStringLiteral("oldest incident"), {}, title, none);
    add(QStringLiteral("assigned to"), {}, assigned, seen.list.isEmpty() ? none : QStringLiteral("nobody is assigned"));
    return out;
}

PagerProbe::PagerProbe(const Plan &plan, const SecretResolver &secrets, const Clock &clock, QObject *parent)
    : Probe(parent)
    , m_paging(plan.paging)
    , m_secrets(secrets)
    , m_clock(clock)
    , m_source(QStringLiteral("pagerduty %1").arg(QUrl(m_paging.api.isEmpty() ? PagerService::publicAddress() : m_paging.api).authority()))
    , m_worker(this)
    , m_timer(this)
    , m_soon(this)
{
    m_worker.setObjectName(QStringLiteral("pager"));
    m_worker.setMaxThreadCount(1);
    m_timer.setInterval(every);
    m_soon.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &PagerProbe::look);
    connect(&m_soon, &QTimer::timeout, this, &PagerProbe::look);
}

PagerProbe::~PagerProbe()
{
    stop();
    m_worker.waitForDone();
}

void PagerProbe::start()
{
    m_timer.start();
    look();
}

void PagerProbe::stop()
{
    m_stopped = true;
    m_timer.stop();
    m_soon.stop();
    m_cancel.cancel();
}

void PagerProbe::lookNow()
{
    const Milliseconds since(m_sinceLook.isValid() ? m_sinceLook.elapsed() : leastPause.count());
    if (!m_soon.isActive())
        m_soon.start(std::max<Milliseconds>(0ms, leastPause - since));
}

void PagerProbe::look()
{
    if (m_looking || m_stopped)
        return;
    m_looking = true;
    m_sinceLook.start();
    m_worker.start([this] {
        const PagerLook look = lookAt(m_paging, m_secrets, m_clock, m_cancel);
        // Dropped with this probe, which outlives the worker's last look.
        QMetaObject::invokeMethod(this, [this, look] { tell(look); }, Qt::QueuedConnection);
    });
}

QList<Event> PagerProbe::eventsOf(const PagerLook &look) const
{
    QList<Event> events;
    const auto happened = [&](const QString &name, const QString &text, Event::Weight weight) {
        events.append({.at = look.at, .system = QStringLiteral("pager"), .source = m_source, .name = name, .text = text, .weight = weight});
    };
    if (!m_previous)
        return events;
    if (look.failure && !m_previous->failure)
        happened(QStringLiteral("silent"), look.failure->message, Event::Weight::Warning);
    if (look.incidents && m_previous->failure)
        happened(QStringLiteral("answers again"), reasonOf(look), Event::Weight::Plain);
    if (!look.incidents || !m_previous->incidents)
        return events;
    for (const PagerIncident &one : look.incidents->list) {
        const auto same = [&one](const PagerIncident &other) { return other.id == one.id; };
        const QList<PagerIncident> &before = m_previous->incidents->list;
        if (std::none_of(before.begin(), before.end(), same))
            happened(QStringLiteral("incident opened"), one.name(), Event::Weight::Warning);
    }
    return events;
}

void PagerProbe::tell(const PagerLook &look)
{
    m_looking = false;
    if (m_stopped)
        return;
    const QList<Event> events = eventsOf(look);
    m_previous = look;
    if (!events.isEmpty())
        emit eventsHappened(events);
    emit observed(observePager(look, m_source, every));
}

} // namespace understudy
