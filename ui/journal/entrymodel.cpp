// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/entrymodel.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace understudy::ui {

namespace {

QString valueText(const QJsonValue &value)
{
    if (value.isString())
        return value.toString();
    if (value.isObject())
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    if (value.isArray())
        return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    return value.toVariant().toString();
}

QString detailText(const QJsonObject &detail)
{
    QStringList parts;
    for (auto it = detail.constBegin(); it != detail.constEnd(); ++it) {
        const QString text = valueText(it.value());
        if (!text.isEmpty())
            parts << it.key() + QStringLiteral(": ") + text;
    }
    return parts.join(QStringLiteral(" · "));
}

} // namespace

void EntryModel::setEntries(const QList<JournalEntry> &entries)
{
    if (entries == m_entries)
        return;
    // A journal only grows: what was there keeps its place, and the operator's selection with it.
    const qsizetype before = m_entries.size();
    if (entries.size() > before && entries.mid(0, before) == m_entries) {
        beginInsertRows({}, int(before), int(entries.size()) - 1);
        m_entries = entries;
        endInsertRows();
        return;
    }
    beginResetModel();
    m_entries = entries;
    endResetModel();
}

int EntryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

int EntryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EntryModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_entries.size() ||
        (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const JournalEntry &entry = m_entries[index.row()];
    switch (index.column()) {
    case Number:
        return QString::number(entry.number);
    case Time:
        return entry.at.toUTC().toString(QStringLiteral("HH:mm:ss.zzz 'UTC'"));
    case Step:
        return entry.step;
    case What:
        return entry.event;
    case Detail:
        return detailText(entry.detail);
    default:
        return {};
    }
}

QVariant EntryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Number:
        return tr("No.");
    case Time:
        return tr("Time");
    case Step:
        return tr("Step");
    case What:
        return tr("Event");
    case Detail:
        return tr("Facts");
    default:
        return {};
    }
}

QString EntryModel::copyText() const
{
    QStringList lines;
    for (const JournalEntry &entry : m_entries)
        lines << QStringLiteral("%1 %2 %3 %4 %5")
                     .arg(entry.number)
                     .arg(toRfc3339(entry.at), entry.step, entry.event, detailText(entry.detail))
                     .simplified();
    return lines.join(QLatin1Char('\n'));
}

} // namespace understudy::ui
