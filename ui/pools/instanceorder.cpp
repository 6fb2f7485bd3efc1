// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pools/instanceorder.h"

#include "ui/pools/instancemodel.h"

namespace understudy::ui {

InstanceOrder::InstanceOrder(QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(InstanceModel::SortRole);
    sort(InstanceModel::Pool);
}

void InstanceOrder::setWords(const QString &words)
{
    m_words = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

bool InstanceOrder::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const int leftBadness = left.data(InstanceModel::BadnessRole).toInt();
    const int rightBadness = right.data(InstanceModel::BadnessRole).toInt();
    // Descending order turns the comparison round, and must not turn the abnormal to the end.
    if (leftBadness != rightBadness)
        return sortOrder() == Qt::AscendingOrder ? leftBadness > rightBadness
                                                 : leftBadness < rightBadness;
    const QVariant leftValue = left.data(InstanceModel::SortRole);
    const QVariant rightValue = right.data(InstanceModel::SortRole);
    if (leftValue != rightValue)
        return QVariant::compare(leftValue, rightValue) == QPartialOrdering::Less;
    return left.row() < right.row();
}

bool InstanceOrder::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    if (m_words.isEmpty())
        return true;
    const QString line =
        sourceModel()->index(row, 0, parent).data(InstanceModel::LineRole).toString();
    for (const QString &word : m_words) {
        if (!line.contains(word, Qt::CaseInsensitive))
            return false;
    }
    return true;
}

} // namespace understudy::ui
