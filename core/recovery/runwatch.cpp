// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/runwatch.h"

#include "core/recovery/runstore.h"

#include <QDir>

namespace understudy {

RunWatch::RunWatch(const QString &folder, QObject *parent) : QObject(parent), m_folder(folder), m_timer(this)
{
    qRegisterMetaType<RunView>();
    m_pool.setMaxThreadCount(1);
    m_timer.setInterval(std::chrono::seconds(2));
    connect(&m_timer, &QTimer::timeout, this, &RunWatch::lookNow);
}

RunWatch::~RunWatch()
{
    m_pool.clear();
    m_pool.waitForDone();
}

void RunWatch::start()
{
    m_timer.start();
    lookNow();
}

void RunWatch::lookNow()
{
    // One waits at most: a slow disk is not asked ever more often.
    if (m_pool.activeThreadCount() == 0)
        m_pool.start([this] { look(); });
}

void RunWatch::look()
{
    const QFileInfoList files = QDir(m_folder).entryInfoList({QStringLiteral("R-*.jsonl")}, QDir::Files, QDir::Name);
    for (const QFileInfo &file : files) {
        Seen &seen = m_seen[file.fileName()];
        const qint64 modified = file.lastModified().toMSecsSinceEpoch();
        if (seen.size == file.size() && seen.modified == modified)
            continue;
        const Result<RunRecord> record = runstore::one(m_folder, file.completeBaseName());
        if (!record)
            continue; // half an entry, perhaps: the next look reads it whole
        const bool wasOpen = seen.open;
        seen = {file.size(), modified, !record->closed};
        if (wasOpen || seen.open)
            QMetaObject::invokeMethod(this, [this, view = record->view] { emit changed(view); }, Qt::QueuedConnection);
    }
}

} // namespace understudy
