// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runview.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

namespace understudy {

/// Notices runs that other programs of this user begin, carry on and end: looks at the folder of journals every
/// two seconds, on a thread of its own, and reads only what has changed. Lives on the thread that made it.
class RunWatch : public QObject
{
    Q_OBJECT
public:
    explicit RunWatch(const QString &folder, QObject *parent = nullptr);
    ~RunWatch() override; ///< waits for a look that is under way
    void start();
    void lookNow();

signals:
    /// Of each run that is open, and once more of one that has ended since.
    void changed(const understudy::RunView &run);

private:
    struct Seen
    {
        qint64 size = -1, modified = 0;
        bool open = false;
    };
    void look(); ///< on the pool's thread

    const QString m_folder;
    QHash<QString, Seen> m_seen; ///< by file name; the pool's thread alone touches it
    QTimer m_timer;
    QThreadPool m_pool;
};

} // namespace understudy
