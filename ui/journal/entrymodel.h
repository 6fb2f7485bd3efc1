// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/journal.h"

#include <QAbstractTableModel>

namespace understudy::ui {

/// The entries of one journal, in its order.
class EntryModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Number, Time, Step, What, Detail, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;
    void setEntries(const QList<JournalEntry> &entries);
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QString copyText() const; ///< all entries, a line each

private:
    QList<JournalEntry> m_entries;
};

} // namespace understudy::ui
