// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/journal.h"

#include <QObject>
#include <QThreadPool>

namespace understudy::ui {

struct JournalFile
{
    QString id, path;
    qint64 bytes = 0;
    QDateTime changed;
    bool operator==(const JournalFile &) const = default;
};

struct LoadedJournal
{
    QString path;
    Result<JournalReading> reading;
    Result<JournalHead> head; ///< the recomputed chain
};

/// Reads journals on a thread of its own; a slow or full disk never holds the window. Answers come
/// as signals on the thread that made it; an answer to an older question is dropped.
class JournalLoader : public QObject
{
    Q_OBJECT
public:
    explicit JournalLoader(const QString &folder, QObject *parent = nullptr);
    ~JournalLoader() override; ///< waits for the read that is under way
    const QString &folder() const { return m_folder; }
    void list();
    void load(const QString &path);

signals:
    void listed(const QList<understudy::ui::JournalFile> &files); ///< newest first
    void loaded(const understudy::ui::LoadedJournal &journal);

private:
    QString m_folder;
    QThreadPool m_pool;
    int m_wanted = 0; ///< number of the newest `load`
};

} // namespace understudy::ui
