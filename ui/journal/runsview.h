// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/journal/journalloader.h"

#include <QWidget>

class QLabel;
class QListWidget;
class QPushButton;
class QTableView;

namespace understudy::ui {

class CopyButton;
class EntryModel;
class StateBadge;

/// The journals at the leading side; the chosen one's entries and the state of its chain beside it.
class RunsView : public QWidget
{
    Q_OBJECT
public:
    explicit RunsView(const QString &folder, QWidget *parent = nullptr);
    void look(); ///< reads what has changed on disk
    bool choose(
        const QString &id); ///< false: no such journal is listed yet; it will be chosen when it is

private:
    void showList(const QList<JournalFile> &files);
    void showJournal(const LoadedJournal &journal);
    void loadCurrent();

    JournalLoader m_loader;
    QList<JournalFile> m_files;
    QString m_wanted;
    QListWidget *m_list;
    QLabel *m_title;
    StateBadge *m_chain;
    QLabel *m_chainWords;
    CopyButton *m_copy;
    EntryModel *m_entries;
    QTableView *m_table;
    QLabel *m_empty;
};

} // namespace understudy::ui
