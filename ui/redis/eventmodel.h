// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"

#include <QAbstractTableModel>

#include <deque>

namespace understudy::ui {

/// What happened, newest first, bounded: the oldest leave when `limit` is reached.
class EventModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Time, Name, Text, Source, ColumnCount };
    enum Role {
        WeightRole = Qt::UserRole + 1,
        LineRole /* the whole row as one line, for the clipboard */
    };

    explicit EventModel(int limit = 10'000, QObject *parent = nullptr);
    /// In the order they happened.
    void append(const QList<Event> &events);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString cell(const Event &event, int column) const;

    int m_limit;
    std::deque<Event> m_newestFirst;
};

} // namespace understudy::ui
