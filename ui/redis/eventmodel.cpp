// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/redis/eventmodel.h"

namespace understudy::ui {

EventModel::EventModel(int limit, QObject *parent)
    : QAbstractTableModel(parent)
    , m_limit(limit)
{}

void EventModel::append(const QList<Event> &events)
{
    const qsizetype from = qMax(qsizetype(0), events.size() - m_limit);
    const int added = int(events.size() - from);
    if (added == 0)
        return;
    beginInsertRows({}, 0, added - 1);
    for (qsizetype i = from; i < events.size(); ++i)
        m_newestFirst.push_front(events[i]);
    endInsertRows();
    const int tooMany = int(m_newestFirst.size()) - m_limit;
    if (tooMany <= 0)
        return;
    beginRemoveRows({}, m_limit, m_limit + tooMany - 1);
    m_newestFirst.resize(size_t(m_limit));
    endRemoveRows();
}

int EventModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_newestFirst.size());
}

int EventModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString EventModel::cell(const Event &event, int column) const
{
    switch (column) {
    case Time:
        return event.at.toUTC().toString(QStringLiteral("HH:mm:ss.zzz"));
    case Source:
        return event.source;
    case Name:
        return event.name;
    case Text:
        return event.text;
    }
    return {};
}

QVariant EventModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Event &event = m_newestFirst[size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole: {
        // The weight is a shape before the name, never a colour alone.
        if (index.column() == Name && event.weight == Event::Weight::Critical)
            return QString(QStringLiteral("✖ ") + event.name);
        if (index.column() == Name && event.weight == Event::Weight::Warning)
            return QString(QStringLiteral("▲ ") + event.name);
        return cell(event, index.column());
    }
    case Qt::ToolTipRole:
    case LineRole:
        return QStringLiteral("%1 %2 %3 %4")
            .arg(cell(event, Time), event.source, event.name, event.text);
    case WeightRole:
        return int(event.weight);
    default:
        return {};
    }
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time:
        return tr("Time, UTC");
    case Source:
        return tr("Who says it");
    case Name:
        return tr("Event");
    case Text:
        return tr("What");
    }
    return {};
}

} // namespace understudy::ui
