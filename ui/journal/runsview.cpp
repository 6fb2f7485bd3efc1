// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/runsview.h"

#include "core/base/quantity.h"
#include "ui/journal/entrymodel.h"
#include "ui/parts/copybutton.h"
#include "ui/parts/elidedlabel.h"
#include "ui/parts/statebadge.h"
#include "ui/parts/table.h"
#include "ui/parts/text.h"

#include <QHBoxLayout>
#include <QListWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace understudy::ui {

RunsView::RunsView(const QString &folder, QWidget *parent)
    : QWidget(parent)
    , m_loader(folder)
    , m_list(new QListWidget(this))
    , m_title(label(tr("No journal yet"), TextRole::Title, this))
    , m_chain(new StateBadge(this))
    , m_chainWords(new ElidedLabel({}, this))
    , m_copy(new CopyButton({}, this))
    , m_entries(new EntryModel(this))
    , m_table(new QTableView(this))
    , m_empty(label(tr("A recovery writes its journal here, each line before the act it tells of. "
                       "None was started yet."),
                    TextRole::Muted, this))
{
    m_list->setAccessibleName(tr("Journals"));
    m_list->setFixedWidth(grid(34));
    m_table->setModel(m_entries);
    prepareTable(m_table, tr("Entries"));
    setTextRole(m_chainWords, TextRole::Small);
    m_empty->setWordWrap(true);
    m_chain->hide();
    m_copy->hide();

    QHBoxLayout *head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(m_title);
    head->addWidget(m_chain);
    head->addWidget(m_chainWords, 1);
    head->addWidget(m_copy);
    QVBoxLayout *column = new QVBoxLayout;
    column->setSpacing(grid(1));
    column->addLayout(head);
    column->addWidget(m_empty);
    column->addWidget(m_table, 1);
    QHBoxLayout *whole = new QHBoxLayout(this);
    whole->setContentsMargins(0, grid(2), 0, 0);
    whole->setSpacing(grid(2));
    whole->addWidget(m_list);
    whole->addLayout(column, 1);
    connect(&m_loader, &JournalLoader::listed, this, &RunsView::showList);
    connect(&m_loader, &JournalLoader::loaded, this, &RunsView::showJournal);
    connect(m_list, &QListWidget::currentRowChanged, this, &RunsView::loadCurrent);
}

void RunsView::look()
{
    m_loader.list();
}

bool RunsView::choose(const QString &id)
{
    m_wanted = id;
    for (int row = 0; row < m_files.size(); ++row) {
        if (m_files[row].id != id)
            continue;
        m_list->setCurrentRow(row);
        m_wanted.clear();
        return true;
    }
    return false;
}

void RunsView::showList(const QList<JournalFile> &files)
{
    if (files == m_files)
        return;
    const int row = m_list->currentRow();
    const QString chosen = row >= 0 && row < m_files.size() ? m_files[row].id : QString();
    m_files = files;
    m_list->blockSignals(true);
    m_list->clear();
    for (const JournalFile &file : std::as_const(m_files))
        m_list->addItem(QStringLiteral("%1\n%2 · %3")
                            .arg(file.id,
                                 file.changed.toString(QStringLiteral("yyyy-MM-dd HH:mm 'UTC'")),
                                 bytesText(double(file.bytes))));
    m_list->blockSignals(false);
    m_empty->setVisible(files.isEmpty());
    m_table->setVisible(!files.isEmpty());
    const QString wanted = m_wanted.isEmpty() ? chosen : m_wanted;
    if (!choose(wanted) && !files.isEmpty())
        m_list->setCurrentRow(0);
    loadCurrent();
}

void RunsView::loadCurrent()
{
    const int row = m_list->currentRow();
    if (row >= 0 && row < m_files.size())
        m_loader.load(m_files[row].path);
}

void RunsView::showJournal(const LoadedJournal &journal)
{
    const int row = m_list->currentRow();
    if (row < 0 || row >= m_files.size() || m_files[row].path != journal.path)
        return;
    setTextIfChanged(m_title, m_files[row].id);
    m_chain->show();
    if (journal.head) {
        m_chain->setState(Tone::Healthy, tr("Chain whole"));
        setTextIfChanged(m_chainWords,
                         tr("%1 entries · last hash %2 · %3")
                             .arg(journal.head->entries)
                             .arg(QString::fromLatin1(journal.head->hash.left(16)), journal.path));
    } else {
        m_chain->setState(Tone::Critical, tr("Chain broken"));
        setTextIfChanged(m_chainWords, journal.head.error().text());
    }
    m_entries->setEntries(journal.reading ? journal.reading->entries : QList<JournalEntry>{});
    m_copy->setCopyText(m_entries->copyText());
    m_copy->setToolTip(tr("All entries as text"));
    m_copy->setAccessibleDescription(tr("All entries as text"));
    m_copy->show();
    for (int column = 0; column < EntryModel::Detail; ++column)
        m_table->resizeColumnToContents(column);
}

} // namespace understudy::ui
