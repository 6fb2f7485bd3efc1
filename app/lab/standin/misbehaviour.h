// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QObject>
#include <QTimer>

namespace understudy::lab {

/// What an instance does wrong on demand. Kept in a JSON file beside it, so that it outlives restarts
/// as a bad build would; an absent file means: nothing.
struct Misbehaviour
{
    int slowMs = 0;
    double errorRate = 0; ///< of the requests to /api
    bool metricsFrozen = false;
    double geminiUsdPerMinute = 0;
    QDateTime queuesDieAt; ///< only a process that was started before is hit
    bool operator==(const Misbehaviour &) const = default;

    static Misbehaviour read(const QString &path);
    QByteArray toJson() const;
};

/// Follows the file: who asks gets what it says now; a change that nobody asks for is told within 100 ms.
class MisbehaviourWatch : public QObject
{
    Q_OBJECT
public:
    explicit MisbehaviourWatch(const QString &path, QObject *parent = nullptr);
    const Misbehaviour &now();

signals:
    void changed();

private:
    void look();

    QString m_path;
    Misbehaviour m_now;
    QTimer m_timer;
};

} // namespace understudy::lab
