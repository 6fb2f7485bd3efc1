// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSortFilterProxyModel>

namespace understudy::ui {

/// The abnormal first, whatever column is sorted by; then the column, then the plan's order.
/// The filter looks in every column, and in the address.
class InstanceOrder : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    explicit InstanceOrder(QObject *parent = nullptr);
    void setWords(const QString &words); ///< all of them must occur, in any case

protected:
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    QStringList m_words;
};

} // namespace understudy::ui
