// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pools/instancecells.h"

#include "ui/parts/colours.h"
#include "ui/parts/text.h"
#include "ui/parts/tone.h"
#include "ui/pools/instancemodel.h"
#include "ui/pools/instanceorder.h"

#include <QItemSelectionModel>
#include <QPainter>
#include <QStyledItemDelegate>

namespace understudy::ui {

namespace {

constexpr int mostLines = 4;

/// A cell is told by its shape first: a filled square with its sign shouts, a small dot is well.
class CellPainter : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return static_cast<const QListView *>(option.widget)->gridSize();
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override
    {
        // The list itself has no ground by which a theme could be told.
        const Colours &colours = coloursOf(option.widget->parentWidget());
        const Tone tone = Tone(index.data(InstanceModel::ToneRole).toInt());
        const QRectF cell = QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(tone == Tone::Unknown ? QPen(colours.controlBorder, 1, Qt::DashLine)
                                              : QPen(Qt::NoPen));
        painter->setBrush(tone == Tone::Critical  ? QBrush(colours.criticalFill)
                          : tone == Tone::Warning ? QBrush(colours.warningFill)
                                                  : QBrush(Qt::NoBrush));
        painter->drawRoundedRect(cell, 3, 3);
        if (tone == Tone::Healthy) {
            painter->setBrush(colours.healthy);
            painter->drawEllipse(cell.center(), cell.width() / 6, cell.width() / 6);
        } else {
            painter->setPen(tone == Tone::Critical  ? colours.criticalFillText
                            : tone == Tone::Warning ? colours.warningFillText
                                                    : colours.muted);
            painter->drawText(cell, int(Qt::AlignCenter), toneSign(tone));
        }
        const bool focused = option.state & QStyle::State_HasFocus;
        if (focused || option.state & QStyle::State_Selected) {
            painter->setBrush(Qt::NoBrush);
            painter->setPen(QPen(focused ? colours.focus : colours.text, 2));
            painter->drawRoundedRect(cell, 3, 3);
        }
        painter->restore();
    }
};

} // namespace

InstancesOfPool::InstancesOfPool(InstanceOrder *order, QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setSourceModel(order);
}

void InstancesOfPool::setPool(const QString &pool)
{
    if (m_pool == pool)
        return;
    m_pool = pool;
    invalidateFilter();
}

bool InstancesOfPool::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    return sourceModel()->index(row, InstanceModel::Pool, parent).data().toString() == m_pool;
}

bool InstancesOfPool::filterAcceptsColumn(int column, const QModelIndex &) const
{
    return column == InstanceModel::Instance;
}

QVariant InstancesOfPool::data(const QModelIndex &index, int role) const
{
    if (role == Qt::AccessibleTextRole)
        return QSortFilterProxyModel::data(index, InstanceModel::SentenceRole);
    return QSortFilterProxyModel::data(index, role);
}

InstanceCells::InstanceCells(InstanceOrder *order, QItemSelectionModel *selection, QWidget *parent)
    : QListView(parent)
    , m_instances(new InstancesOfPool(order, this))
    , m_order(order)
    , m_selection(selection)
{
    setStyleProperty(this, "cells", QStringLiteral("true"));
    setModel(m_instances);
    setItemDelegate(new CellPainter(this));
    setFlow(QListView::LeftToRight);
    setWrapping(true);
    setResizeMode(QListView::Adjust);
    setUniformItemSizes(true);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setTabKeyNavigation(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::NoFrame);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setGridSize({cellSide(), cellSide()});
    connect(m_instances, &QAbstractItemModel::rowsInserted, this, &InstanceCells::fitHeight);
    connect(m_instances, &QAbstractItemModel::rowsRemoved, this, &InstanceCells::fitHeight);
    connect(m_instances, &QAbstractItemModel::modelReset, this, &InstanceCells::fitHeight);
    connect(selection, &QItemSelectionModel::currentChanged, this, &InstanceCells::mark);
}

void InstanceCells::setPool(const QString &pool)
{
    m_instances->setPool(pool);
    fitHeight();
}

int InstanceCells::cellSide() const
{
    return fontMetrics().height() + 2;
}

QSize InstanceCells::sizeHint() const
{
    const int inLine = qMax(1, width() / cellSide());
    const int lines = (m_instances->rowCount() + inLine - 1) / inLine;
    return {cellSide() * 12, qBound(1, lines, mostLines) * cellSide()};
}

void InstanceCells::fitHeight()
{
    const int wanted = sizeHint().height();
    if (minimumHeight() != wanted || maximumHeight() != wanted)
        setFixedHeight(wanted);
}

void InstanceCells::resizeEvent(QResizeEvent *event)
{
    QListView::resizeEvent(event);
    fitHeight();
}

void InstanceCells::changeEvent(QEvent *event)
{
    QListView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        setGridSize({cellSide(), cellSide()});
        fitHeight();
    }
}

void InstanceCells::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QListView::currentChanged(current, previous);
    if (m_marking || !current.isValid())
        return;
    const QModelIndex row = m_instances->mapToSource(current);
    m_selection->setCurrentIndex(row,
                                 QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
}

void InstanceCells::mark(const QModelIndex &chosen)
{
    const QModelIndex here = m_instances->mapFromSource(
        chosen.isValid() ? m_order->index(chosen.row(), InstanceModel::Instance) : QModelIndex());
    // Who comes here by Tab makes a cell the current one without choosing it.
    if (here == currentIndex() && (!here.isValid() || selectionModel()->isSelected(here)))
        return;
    m_marking = true;
    if (here.isValid())
        selectionModel()->setCurrentIndex(here, QItemSelectionModel::ClearAndSelect);
    else
        selectionModel()->clear();
    m_marking = false;
}

} // namespace understudy::ui
