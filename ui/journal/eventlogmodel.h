// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"

#include <QAbstractTableModel>

namespace understudy::ui {

class ConsoleState;

/// The events, newest first: time, weight, system, source, what.
class EventLogModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Time, Weight, System, Source, What, ColumnCount };
    explicit EventLogModel(const ConsoleState &state, QObject *parent = nullptr);
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const Event &at(int row) const;
    void grow(const QList<Event> &added);

    const ConsoleState &m_state;
    int m_rows = 0;
};

} // namespace understudy::ui
