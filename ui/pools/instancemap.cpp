// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pools/instancemap.h"

#include "ui/parts/text.h"
#include "ui/pools/instancecells.h"
#include "ui/pools/instanceorder.h"
#include "ui/pools/poolwords.h"

#include <QGridLayout>

namespace understudy::ui {

InstanceMap::InstanceMap(InstanceOrder *order, QItemSelectionModel *selection, QWidget *before,
                         QWidget *parent)
    : QWidget(parent)
    , m_order(order)
    , m_selection(selection)
    , m_before(before)
    , m_grid(new QGridLayout(this))
{
    setAccessibleName(tr("All instances"));
    m_grid->setContentsMargins(0, 0, 0, grid(1));
    m_grid->setHorizontalSpacing(grid(2));
    m_grid->setVerticalSpacing(grid(1));
    m_grid->setColumnStretch(1, 1);
}

void InstanceMap::setPools(const PoolsView &view)
{
    while (m_blocks.size() < size_t(view.pools.size())) {
        const int line = int(m_blocks.size());
        const Block block{label({}, TextRole::Body, this),
                          new InstanceCells(m_order, m_selection, this)};
        m_grid->addWidget(block.heading, line, 0, Qt::AlignTop);
        m_grid->addWidget(block.cells, line, 1, Qt::AlignTop);
        setTabOrder(m_blocks.empty() ? m_before : m_blocks.back().cells, block.cells);
        m_blocks.push_back(block);
    }
    for (size_t i = 0; i < m_blocks.size(); ++i) {
        const bool shown = i < size_t(view.pools.size());
        m_blocks[i].heading->setVisible(shown);
        m_blocks[i].cells->setVisible(shown);
        if (!shown)
            continue;
        const PoolView &pool = view.pools[qsizetype(i)];
        const QString name = poolLetter(view, int(i)) + QLatin1Char(' ') + pool.colour;
        m_blocks[i].cells->setPool(name);
        setTextIfChanged(m_blocks[i].heading, name);
        const QString spoken = tr("Instances of %1, abnormal first: %2 of %3 up")
                                   .arg(pool.colour)
                                   .arg(pool.up)
                                   .arg(pool.instances.size());
        if (m_blocks[i].cells->accessibleName() != spoken)
            m_blocks[i].cells->setAccessibleName(spoken);
    }
}

} // namespace understudy::ui
