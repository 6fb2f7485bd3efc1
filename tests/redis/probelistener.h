// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/probe.h"

#include <QElapsedTimer>

namespace understudy {

/// Keeps what a probe says, with the time at which it said it.
class ProbeListener : public QObject
{
    Q_OBJECT
public:
    struct Heard
    {
        qint64 at = 0; ///< ms since this listener was made
        SystemObservation observation;
    };
    explicit ProbeListener(Probe &probe)
    {
        m_watch.start();
        connect(&probe, &Probe::observed, this, [this](const SystemObservation &observation) {
            heard.append({m_watch.elapsed(), observation});
        });
        connect(&probe, &Probe::eventsHappened, this, [this](const QList<Event> &more) { events += more; });
    }
    qint64 elapsed() const { return m_watch.elapsed(); }
    const SystemObservation &last() const { return heard.last().observation; }
    bool isComplete() const { return !heard.isEmpty() && last().complete; }
    Health health() const { return isComplete() ? last().health : Health::Unknown; }
    QString reason() const { return heard.isEmpty() ? QString() : last().reason; }
    Reading reading(const QString &name) const
    {
        for (const Reading &one : heard.isEmpty() ? QList<Reading>() : last().readings) {
            if (one.name == name)
                return one;
        }
        return {};
    }
    /// When it first said this health or worse, from `since` on; -1: never.
    qint64 firstAtLeast(Health health, qint64 since) const
    {
        for (const Heard &one : heard) {
            if (one.at >= since && one.observation.health >= health)
                return one.at;
        }
        return -1;
    }
    QList<Heard> heard;
    QList<Event> events;

private:
    QElapsedTimer m_watch;
};

} // namespace understudy
