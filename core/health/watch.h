// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"

#include <QMutex>
#include <QObject>
#include <QThread>

namespace understudy {

class SecretResolver;

/// Watches a platform: runs the probes of a plan and the health board on a thread of its own, the
/// engine thread. Made, used and destroyed on one thread (the GUI's); its signals arrive there.
/// Nothing piles up before a thread that is busy: at most one delivery waits for it, which brings every
/// event that has happened by then, and the newest snapshot.
class Watch : public QObject
{
    Q_OBJECT
public:
    /// `secrets` and `clock` outlive the watch.
    Watch(const Plan &plan, const SecretResolver &secrets, const Clock &clock,
          QObject *parent = nullptr);
    /// Stops the probes and waits for the engine thread: at most one look's deadline (5 s).
    ~Watch() override;

    /// The first look begins at once. Once only.
    void start();
    /// An extra look of every probe, as soon as each can.
    void lookNow();

signals:
    /// As HealthBoard says: at most ten a second, and at once when a health changes; the newest wins.
    /// Events that came before it have been sent before it.
    void snapshotReady(const understudy::HealthSnapshot &snapshot);
    void eventsHappened(const QList<understudy::Event> &events);
    /// Once: every system has been looked at.
    void everySystemLookedAt();

private:
    void keep(const HealthSnapshot &snapshot);  ///< engine thread
    void keepEvents(const QList<Event> &events); ///< engine thread
    void deliverSoon();                          ///< with m_guard held
    void deliver();

    QThread m_thread;
    QObject *m_engine = nullptr; ///< lives on m_thread and is deleted there
    QMutex m_guard;              ///< of what follows
    QList<Event> m_events;
    std::optional<HealthSnapshot> m_newest;
    bool m_isComing = false; ///< a delivery is posted
};

/// One look at everything, for scripts: ends when every system has been looked at, or at the deadline;
/// what has not answered by then is unknown and says so. The default leaves half a second of the
/// command line's ten to end in. Blocks the calling thread, runs no event loop
/// in it.
HealthSnapshot lookOnce(const Plan &plan, const SecretResolver &secrets, const Clock &clock,
                        Milliseconds deadline = std::chrono::milliseconds(9500));

} // namespace understudy
