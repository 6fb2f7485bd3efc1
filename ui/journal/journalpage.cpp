// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/journalpage.h"

#include "ui/journal/contradictionsview.h"
#include "ui/journal/eventlogmodel.h"
#include "ui/journal/runsview.h"
#include "ui/parts/table.h"
#include "ui/parts/text.h"
#include "ui/shell/consolestate.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace understudy::ui {

namespace {
/// The folder is looked at this often while the page is on screen.
constexpr qint64 lookMilliseconds = 2000;
} // namespace

JournalPage::JournalPage(const ConsoleState &state, const QString &folder, QWidget *parent)
    : Page(QStringLiteral("journal"), tr("Journal"), {}, state, parent)
    , m_tabs(new QTabWidget(this))
    , m_runs(new RunsView(folder, this))
    , m_contradictions(new ContradictionsView(this))
{
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(eventsTab(), tr("Events"));
    m_tabs->addTab(m_runs, tr("Runs"));
    m_tabs->addTab(m_contradictions, tr("Contradictions"));
    m_tabs->setAccessibleName(tr("Records"));
    QVBoxLayout *whole = new QVBoxLayout(this);
    whole->setContentsMargins(grid(2), grid(1), grid(2), grid(2));
    whole->addWidget(m_tabs);
    connect(&state, &ConsoleState::runsChanged, this, [this] {
        if (isVisible())
            m_runs->look();
    });
}

QWidget *JournalPage::eventsTab()
{
    QWidget *tab = new QWidget(this);
    QSortFilterProxyModel *filtered = new QSortFilterProxyModel(tab);
    filtered->setSourceModel(new EventLogModel(state(), tab));
    filtered->setFilterCaseSensitivity(Qt::CaseInsensitive);
    filtered->setFilterKeyColumn(-1);
    QLineEdit *filter = new QLineEdit(tab);
    filter->setPlaceholderText(tr("Filter events"));
    filter->setAccessibleName(tr("Filter events"));
    filter->setMaximumWidth(grid(45));
    QTableView *table = new QTableView(tab);
    table->setModel(filtered);
    prepareTable(table, tr("Events"));
    QHeaderView *head = table->horizontalHeader();
    const QList<int> widths{grid(28), grid(13), grid(12), grid(28)};
    for (int column = 0; column < widths.size(); ++column)
        head->resizeSection(column, widths[column]);
    QVBoxLayout *column = new QVBoxLayout(tab);
    column->setContentsMargins(0, grid(2), 0, 0);
    column->setSpacing(grid(1));
    column->addWidget(filter);
    column->addWidget(table, 1);
    connect(filter, &QLineEdit::textChanged, filtered,
            &QSortFilterProxyModel::setFilterFixedString);
    return tab;
}

void JournalPage::refresh()
{
    const QList<Contradiction> &contradictions = state().snapshot().contradictions;
    m_contradictions->setContradictions(contradictions);
    const QString title = contradictions.isEmpty()
                              ? tr("Contradictions")
                              : tr("▲ Contradictions %1").arg(contradictions.size());
    if (m_tabs->tabText(2) != title)
        m_tabs->setTabText(2, title);
    if (m_looked.isValid() && m_looked.elapsed() < lookMilliseconds)
        return;
    m_looked.start();
    m_runs->look();
}

} // namespace understudy::ui
