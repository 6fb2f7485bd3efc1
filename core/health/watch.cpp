// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/watch.h"

#include "core/base/quantity.h"
#include "core/health/watchengine.h"

#include <QSemaphore>

#include <utility>

namespace understudy {
namespace {

void startThread(QThread &thread, WatchEngine *engine)
{
    thread.setObjectName(QStringLiteral("engine"));
    engine->moveToThread(&thread);
    QObject::connect(&thread, &QThread::started, engine, &WatchEngine::start);
    QObject::connect(&thread, &QThread::finished, engine, &QObject::deleteLater);
}

/// What the engine thread hands to the thread that waits for one look.
struct OneLook
{
    QSemaphore ended;
    HealthSnapshot snapshot;
};

void explainSilence(HealthSnapshot &snapshot, Milliseconds deadline)
{
    for (SystemHealth &system : snapshot.systems) {
        if (!system.lookedAt.isValid())
            system.reason = QStringLiteral("no answer within %1").arg(durationText(deadline));
    }
}

} // namespace

Watch::Watch(const Plan &plan, const SecretResolver &secrets, const Clock &clock, QObject *parent)
    : QObject(parent)
{
    WatchEngine *engine = new WatchEngine(plan, secrets, clock); // deleted when m_thread finishes
    m_engine = engine;
    // On the engine thread, which has ended before this object has.
    connect(engine, &WatchEngine::snapshotReady, this, &Watch::keep, Qt::DirectConnection);
    connect(engine, &WatchEngine::eventsHappened, this, &Watch::keepEvents, Qt::DirectConnection);
    connect(engine, &WatchEngine::everySystemLookedAt, this, &Watch::everySystemLookedAt);
    startThread(m_thread, engine);
}

Watch::~Watch()
{
    if (!m_thread.isRunning()) {
        delete m_engine; // never started, so nothing else will
        return;
    }
    m_thread.quit();
    m_thread.wait();
}

void Watch::keep(const HealthSnapshot &snapshot)
{
    const QMutexLocker lock(&m_guard);
    m_newest = snapshot;
    deliverSoon();
}

void Watch::keepEvents(const QList<Event> &events)
{
    const QMutexLocker lock(&m_guard);
    m_events += events;
    deliverSoon();
}

void Watch::deliverSoon()
{
    if (std::exchange(m_isComing, true))
        return;
    QMetaObject::invokeMethod(this, &Watch::deliver, Qt::QueuedConnection);
}

void Watch::deliver()
{
    QMutexLocker lock(&m_guard);
    m_isComing = false;
    const QList<Event> events = std::exchange(m_events, {});
    const std::optional<HealthSnapshot> newest = std::exchange(m_newest, {});
    lock.unlock();
    if (!events.isEmpty())
        emit eventsHappened(events);
    if (newest)
        emit snapshotReady(*newest);
}

void Watch::start()
{
    m_thread.start();
}

void Watch::lookNow()
{
    QMetaObject::invokeMethod(m_engine, [engine = static_cast<WatchEngine *>(m_engine)] { engine->lookNow(); });
}

HealthSnapshot lookOnce(const Plan &plan, const SecretResolver &secrets, const Clock &clock,
                        Milliseconds deadline)
{
    const std::shared_ptr<OneLook> look = std::make_shared<OneLook>();
    QThread thread;
    WatchEngine *engine = new WatchEngine(plan, secrets, clock); // deleted when the thread finishes
    const auto hand = [look, engine] {
        look->snapshot = engine->snapshot();
        look->ended.release();
    };
    QObject::connect(engine, &WatchEngine::everySystemLookedAt, engine, hand, Qt::SingleShotConnection);
    startThread(thread, engine);
    thread.start();
    if (!look->ended.tryAcquire(1, int(deadline.count()))) {
        QMetaObject::invokeMethod(engine, hand);
        look->ended.acquire();
    }
    thread.quit();
    thread.wait();
    explainSilence(look->snapshot, deadline);
    return look->snapshot;
}

} // namespace understudy
