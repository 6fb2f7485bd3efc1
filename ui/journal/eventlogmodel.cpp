// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/eventlogmodel.h"

#include "ui/parts/tone.h"
#include "ui/shell/consolestate.h"

namespace understudy::ui {

namespace {

QString weightWord(Event::Weight weight)
{
    switch (weight) {
    case Event::Weight::Plain:
        return {};
    case Event::Weight::Warning:
        return EventLogModel::tr("warning");
    case Event::Weight::Critical:
        return EventLogModel::tr("critical");
    }
    return {};
}

} // namespace

EventLogModel::EventLogModel(const ConsoleState &state, QObject *parent)
    : QAbstractTableModel(parent)
    , m_state(state)
    , m_rows(int(state.events().size()))
{
    connect(&state, &ConsoleState::eventsAdded, this, &EventLogModel::grow);
}

int EventLogModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

int EventLogModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

const Event &EventLogModel::at(int row) const
{
    return m_state.events()[m_state.events().size() - 1 - row];
}

void EventLogModel::grow(const QList<Event> &added)
{
    const int now = int(m_state.events().size());
    if (now == m_rows + added.size()) {
        beginInsertRows({}, 0, int(added.size()) - 1);
        m_rows = now;
        endInsertRows();
        return;
    }
    // The oldest were dropped: every row has moved.
    beginResetModel();
    m_rows = now;
    endResetModel();
}

QVariant EventLogModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_rows ||
        (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const Event &event = at(index.row());
    switch (index.column()) {
    case Time:
        return event.at.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz 'UTC'"));
    case Weight: {
        const QString sign = toneSign(toneOf(event.weight));
        return sign.isEmpty() ? QString()
                              : QString(sign + QLatin1Char(' ') + weightWord(event.weight));
    }
    case System:
        return event.system;
    case Source:
        return event.source;
    case What:
        return QString(event.name +
                       (event.text.isEmpty() ? QString() : QString(QLatin1Char(' ') + event.text)));
    default:
        return {};
    }
}

QVariant EventLogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time:
        return tr("Time");
    case Weight:
        return tr("Weight");
    case System:
        return tr("System");
    case Source:
        return tr("Source");
    case What:
        return tr("What happened");
    default:
        return {};
    }
}

} // namespace understudy::ui
