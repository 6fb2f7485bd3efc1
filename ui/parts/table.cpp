// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/table.h"

#include <QAbstractButton>
#include <QCoreApplication>
#include <QHeaderView>
#include <QTableView>

namespace understudy::ui {

void prepareTable(QTableView *table, const QString &name)
{
    table->setAccessibleName(name);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->verticalHeader()->hide();
    table->verticalHeader()->setAccessibleName(
        QCoreApplication::translate("Table", "Rows of %1").arg(name));
    QHeaderView *head = table->horizontalHeader();
    head->setAccessibleName(QCoreApplication::translate("Table", "Columns of %1").arg(name));
    head->setStretchLastSection(true);
    head->setHighlightSections(false);
    head->setDefaultAlignment(Qt::AlignLeading | Qt::AlignVCenter);
    const QList<QAbstractButton *> corners = table->findChildren<QAbstractButton *>();
    for (QAbstractButton *corner : corners)
        corner->setAccessibleName(QCoreApplication::translate("Table", "Select all"));
}

} // namespace understudy::ui
