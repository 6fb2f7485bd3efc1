// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/poolsview.h"

#include <QWidget>

#include <vector>

class QGridLayout;
class QItemSelectionModel;
class QLabel;

namespace understudy::ui {

class InstanceCells;
class InstanceOrder;

/// Every instance as one small cell, the abnormal first, a block for each pool: how many are wrong,
/// and where, however many there are. A cell is a row of the table: choosing it chooses the row
/// there, and the row that is chosen there is marked here.
class InstanceMap : public QWidget
{
    Q_OBJECT
public:
    /// `order` and `selection` are those of the table, and outlive the map. Tab leads here from
    /// `before`.
    InstanceMap(InstanceOrder *order, QItemSelectionModel *selection, QWidget *before,
                QWidget *parent);
    void setPools(const PoolsView &view);

private:
    struct Block
    {
        QLabel *heading = nullptr;
        InstanceCells *cells = nullptr;
    };
    InstanceOrder *m_order;
    QItemSelectionModel *m_selection;
    QWidget *m_before;
    QGridLayout *m_grid;
    std::vector<Block> m_blocks;
};

} // namespace understudy::ui
