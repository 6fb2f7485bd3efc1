// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/journalloader.h"

#include <QDir>
#include <QFileInfo>

#include <memory>

namespace understudy::ui {

JournalLoader::JournalLoader(const QString &folder, QObject *parent)
    : QObject(parent)
    , m_folder(folder)
{
    m_pool.setMaxThreadCount(1);
}

JournalLoader::~JournalLoader()
{
    m_pool.clear();
    m_pool.waitForDone();
}

void JournalLoader::list()
{
    m_pool.start([this, folder = m_folder] {
        QList<JournalFile> files;
        const QFileInfoList found =
            QDir(folder).entryInfoList({QStringLiteral("*.jsonl")}, QDir::Files, QDir::Time);
        for (const QFileInfo &file : found)
            files.append({file.completeBaseName(), file.absoluteFilePath(), file.size(),
                          file.lastModified().toUTC()});
        QMetaObject::invokeMethod(
            this, [this, files] { emit listed(files); }, Qt::QueuedConnection);
    });
}

void JournalLoader::load(const QString &path)
{
    const int number = ++m_wanted;
    m_pool.start([this, path, number] {
        const std::shared_ptr<LoadedJournal> journal = std::make_shared<LoadedJournal>(
            LoadedJournal{.path = path, .reading = readJournal(path), .head = verifyJournal(path)});
        QMetaObject::invokeMethod(
            this,
            [this, journal, number] {
                if (number == m_wanted)
                    emit loaded(*journal);
            },
            Qt::QueuedConnection);
    });
}

} // namespace understudy::ui
