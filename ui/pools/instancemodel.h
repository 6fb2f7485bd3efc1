// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/poolsview.h"

#include <QAbstractTableModel>

namespace understudy::ui {

/// One row an instance, in the plan's order; InstanceOrder sorts and filters. An update keeps the
/// rows in place while the same instances are told of, and tells only of rows that changed, in
/// stretches.
class InstanceModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column {
        Pool,
        Instance,
        Live,
        Startup,
        Ready,
        Queues,
        Started,
        Build,
        Errors,
        P95,
        Rate,
        Why,
        ColumnCount
    };
    enum Role { SortRole = Qt::UserRole + 1, BadnessRole, LineRole, ToneRole, SentenceRole };

    using QAbstractTableModel::QAbstractTableModel;
    void setPools(const PoolsView &view);
    int abnormal() const; ///< instances that are not well
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row
    {
        QString pool; ///< "B blue"
        InstanceView instance;
        bool operator==(const Row &) const = default;
    };
    QString cell(const Row &row, int column) const;
    QVariant sortValue(const Row &row, int column) const;

    QList<Row> m_rows;
};

} // namespace understudy::ui
