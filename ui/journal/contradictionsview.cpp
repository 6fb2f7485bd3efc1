// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/contradictionsview.h"

#include "ui/parts/table.h"
#include "ui/parts/text.h"

#include <QHeaderView>
#include <QTableWidget>
#include <QVBoxLayout>

namespace understudy::ui {

ContradictionsView::ContradictionsView(QWidget *parent)
    : QWidget(parent)
    , m_table(new QTableWidget(0, 4, this))
    , m_none(label(tr("No two sources disagree."), TextRole::Muted, this))
{
    m_table->setHorizontalHeaderLabels({tr("About"), tr("Source"), tr("Says"), tr("Seen")});
    prepareTable(m_table, tr("Contradictions"));
    m_table->horizontalHeader()->setDefaultSectionSize(grid(30));
    m_table->hide();
    QVBoxLayout *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, grid(2), 0, 0);
    whole->addWidget(m_none, 0, Qt::AlignTop);
    whole->addWidget(m_table, 1);
}

void ContradictionsView::setContradictions(const QList<Contradiction> &contradictions)
{
    m_none->setVisible(contradictions.isEmpty());
    m_table->setVisible(!contradictions.isEmpty());
    if (contradictions == m_shown)
        return;
    m_shown = contradictions;
    m_table->setRowCount(0);
    for (const Contradiction &one : contradictions) {
        bool first = true;
        for (const Contradiction::Saying &saying : one.says) {
            const int row = m_table->rowCount();
            m_table->insertRow(row);
            const QStringList cells{
                first ? QString(QStringLiteral("▲ ") + one.about) : QString(), saying.source,
                saying.value, saying.observedAt.toUTC().toString(QStringLiteral("HH:mm:ss 'UTC'"))};
            for (int column = 0; column < cells.size(); ++column)
                m_table->setItem(row, column, new QTableWidgetItem(cells[column]));
            first = false;
        }
    }
}

} // namespace understudy::ui
