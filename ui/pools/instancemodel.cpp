// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pools/instancemodel.h"

#include "ui/pools/poolwords.h"

namespace understudy::ui {

namespace {

/// "11-23 01:07:45.608" of a time as the application tells it; its own words when it is no such
/// time.
QString startedText(const QString &told)
{
    const QDateTime time = QDateTime::fromString(told, Qt::ISODateWithMs);
    return time.isValid() ? time.toUTC().toString(QStringLiteral("MM-dd HH:mm:ss.zzz")) : told;
}

int alignmentOf(int column)
{
    const bool isFigure = column >= InstanceModel::Errors && column <= InstanceModel::Rate;
    return int((isFigure ? Qt::AlignTrailing : Qt::AlignLeading) | Qt::AlignVCenter);
}

} // namespace

void InstanceModel::setPools(const PoolsView &view)
{
    QList<Row> rows;
    for (int i = 0; i < view.pools.size(); ++i) {
        const QString pool = poolLetter(view, i) + QLatin1Char(' ') + view.pools[i].colour;
        for (const InstanceView &instance : view.pools[i].instances)
            rows << Row{pool, instance};
    }
    bool same = rows.size() == m_rows.size();
    for (qsizetype i = 0; same && i < rows.size(); ++i)
        same = rows[i].instance.url == m_rows[i].instance.url && rows[i].pool == m_rows[i].pool;
    if (!same) {
        beginResetModel();
        m_rows = rows;
        endResetModel();
        return;
    }
    qsizetype firstChanged = -1;
    for (qsizetype i = 0; i < rows.size(); ++i) {
        // The time of a look is no cell: two looks with the same answers repaint nothing.
        Row quiet = rows[i];
        quiet.instance.lookedAt = m_rows[i].instance.lookedAt;
        quiet.instance.queues.at = m_rows[i].instance.queues.at;
        quiet.instance.latencyMs = m_rows[i].instance.latencyMs;
        const bool changed = !(quiet == m_rows[i]);
        m_rows[i] = rows[i];
        if (changed && firstChanged < 0)
            firstChanged = i;
        // A stretch is told at once: each telling has whoever sorts the rows sort them again.
        if (firstChanged >= 0 && (!changed || i + 1 == rows.size())) {
            emit dataChanged(index(int(firstChanged), 0),
                             index(int(changed ? i : i - 1), ColumnCount - 1));
            firstChanged = -1;
        }
    }
}

int InstanceModel::abnormal() const
{
    int count = 0;
    for (const Row &row : m_rows)
        count += badness(row.instance) > 0 ? 1 : 0;
    return count;
}

int InstanceModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int InstanceModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString InstanceModel::cell(const Row &row, int column) const
{
    const InstanceView &instance = row.instance;
    switch (column) {
    case Pool:
        return row.pool;
    case Instance:
        return instanceName(instance);
    case Live:
        return answerWord(instance.live);
    case Startup:
        return answerWord(instance.startup);
    case Ready:
        return answerWord(instance.ready);
    case Queues:
        return queuesWord(instance.queues);
    case Started:
        return startedText(instance.startTime);
    case Build:
        return instance.build.isEmpty() ? tr("unknown") : instance.build;
    case Errors:
        return ratioText(instance.errorRate);
    case P95:
        return millisText(instance.p95);
    case Rate:
        return rateText(instance.requestsPerSecond);
    case Why:
        return instanceWhy(instance);
    }
    return {};
}

QVariant InstanceModel::sortValue(const Row &row, int column) const
{
    switch (column) {
    case Live:
        return int(row.instance.live);
    case Startup:
        return int(row.instance.startup);
    case Ready:
        return int(row.instance.ready);
    case Queues:
        return int(row.instance.queues.state);
    case Errors:
        return row.instance.errorRate.value_or(-1);
    case P95:
        return row.instance.p95.value_or(-1);
    case Rate:
        return row.instance.requestsPerSecond.value_or(-1);
    default:
        return cell(row, column);
    }
}

QVariant InstanceModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Row &row = m_rows[index.row()];
    switch (role) {
    case Qt::DisplayRole: {
        if (index.column() != Instance)
            return cell(row, index.column());
        return QString(toneSign(toneOf(row.instance)) + QLatin1Char(' ') + cell(row, Instance));
    }
    case Qt::TextAlignmentRole:
        return alignmentOf(index.column());
    case Qt::ToolTipRole:
        return row.instance.why.isEmpty()
                   ? row.instance.url
                   : QString(row.instance.url + QStringLiteral(": ") + row.instance.why);
    case SortRole:
        return sortValue(row, index.column());
    case BadnessRole:
        return badness(row.instance);
    case ToneRole:
        return int(toneOf(row.instance));
    case SentenceRole:
        return instanceSentence(row.instance);
    case LineRole: {
        QStringList cells{row.instance.url};
        for (int column = 0; column < ColumnCount; ++column)
            cells << cell(row, column);
        return cells.join(QLatin1Char('\t'));
    }
    default:
        return {};
    }
}

QVariant InstanceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return alignmentOf(section);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Pool:
        return tr("Pool");
    case Instance:
        return tr("Instance");
    case Live:
        return tr("Live");
    case Startup:
        return tr("Start-up");
    case Ready:
        return tr("Ready");
    case Queues:
        return tr("Job queues");
    case Started:
        return tr("Started, UTC");
    case Build:
        return tr("Build");
    case Errors:
        return tr("Errors");
    case P95:
        return tr("p95");
    case Rate:
        return tr("Requests");
    case Why:
        return tr("Why");
    }
    return {};
}

} // namespace understudy::ui
