// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListView>
#include <QSortFilterProxyModel>

class QItemSelectionModel;

namespace understudy::ui {

class InstanceOrder;

/// The instances of one pool, in the table's order; each says in a sentence what it is. One column
/// only: a screen reader counts the cells of a list's model, not those that the list shows.
class InstancesOfPool : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    InstancesOfPool(InstanceOrder *order, QObject *parent);
    void setPool(const QString &pool); ///< as InstanceModel writes it: "B blue"
    QVariant data(const QModelIndex &index, int role) const override;

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    bool filterAcceptsColumn(int column, const QModelIndex &parent) const override;

private:
    QString m_pool;
};

/// One pool's cells, as many in a line as fit. The arrows walk from cell to cell. At most four
/// lines high; further ones, which hold those that are well, are scrolled to.
class InstanceCells : public QListView
{
    Q_OBJECT
public:
    InstanceCells(InstanceOrder *order, QItemSelectionModel *selection, QWidget *parent);
    void setPool(const QString &pool);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    int cellSide() const;
    void fitHeight();
    void mark(const QModelIndex &chosen);

    InstancesOfPool *m_instances;
    InstanceOrder *m_order;
    QItemSelectionModel *m_selection; ///< the table's
    bool m_marking = false;
};

} // namespace understudy::ui
