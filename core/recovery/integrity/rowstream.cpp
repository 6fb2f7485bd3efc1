// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/rowstream.h"

#include <algorithm>

namespace understudy::integrity {
namespace {

constexpr int portionRows = 5000;

bool isWholeNumber(const QString &type)
{
    return type == QLatin1String("smallint") || type == QLatin1String("integer") ||
           type == QLatin1String("bigint");
}

/// Ordered the same by every server: numbers and uuids by themselves (and so by their index), all
/// else by the bytes of its text in UTF-8.
QString orderOf(const ShapeColumn &column)
{
    return isWholeNumber(column.type) || column.type == QLatin1String("uuid")
               ? QStringLiteral("r.%1 desc").arg(column.name)
               : QStringLiteral("convert_to(r.%1::text, 'UTF8') desc").arg(column.name);
}

} // namespace

RowStream::RowStream(ReadSession &session, StreamSetup setup, const QDeadlineTimer &until)
    : m_session(session)
    , m_setup(std::move(setup))
    , m_until(until)
{}

RowStream::~RowStream()
{
    if (m_coming.valid())
        m_coming.wait();
    // Ends the cursor, and mends the snapshot if a statement has failed in it.
    if (m_session.isOpen() && m_started)
        (void)m_session.askHeld(
            QStringLiteral("rollback to savepoint streaming; release savepoint streaming"),
            Milliseconds(2000));
}

Milliseconds RowStream::left() const
{
    return Milliseconds(std::max<qint64>(1, m_until.remainingTime()));
}

QString RowStream::sql() const
{
    QStringList shown;
    QStringList order;
    for (const ShapeColumn &column : m_setup.key) {
        shown += QStringLiteral("r.%1::text").arg(column.name);
        order += orderOf(column);
    }
    const QString hash = m_setup.columns.isEmpty()
                             ? QStringLiteral("0")
                             : QStringLiteral("hashtextextended(row(%1)::text, 0)")
                                   .arg(m_setup.columns.join(QStringLiteral(", ")));
    shown += hash + QStringLiteral(" as hash");
    if (m_setup.key.isEmpty())
        order += QStringLiteral("hash desc");
    if (m_setup.time) {
        const QString moment = m_setup.time->zoned
                                   ? m_setup.time->name
                                   : QStringLiteral("%1 at time zone '%2'")
                                         .arg(m_setup.time->name, m_setup.time->zone);
        shown +=
            QStringLiteral("extract(epoch from %1) as seconds, (%1)::text as time").arg(moment);
    }
    return QStringLiteral("declare rows no scroll cursor for select %1 from only %2 r order by %3")
        .arg(shown.join(QStringLiteral(", ")), m_setup.table, order.join(QStringLiteral(", ")));
}

Result<PgTable> RowStream::fetch(bool first)
{
    // The planner is told that all rows will be wanted.
    const QString begin =
        first ? QStringLiteral("savepoint streaming; set local cursor_tuple_fraction to 1; %1; ")
                    .arg(sql())
              : QString();
    const Milliseconds limit = left();
    return m_session.askHeld(begin + ReadSession::timeLimit(limit) +
                                 QStringLiteral("fetch forward %1 from rows").arg(portionRows),
                             limit);
}

void RowStream::start()
{
    m_started = true;
    m_coming = std::async(std::launch::async, [this] { return fetch(true); });
}

Result<bool> RowStream::next()
{
    if (m_next >= m_portion.rows.size()) {
        if (m_last)
            return false;
        Result<PgTable> portion = m_coming.get();
        if (!portion)
            return fail(portion.error());
        m_portion = std::move(*portion);
        m_next = 0;
        m_last = m_portion.rows.size() < portionRows;
        if (!m_last)
            m_coming = std::async(std::launch::async, [this] { return fetch(false); });
        if (m_portion.rows.isEmpty())
            return false;
    }
    const StreamedRow before = std::move(m_row);
    m_row = rowAt(m_next++);
    if (m_seen++ > 0) {
        const int order = compare(before, m_row);
        if (order > 0 || (order == 0 && !m_setup.key.isEmpty()))
            return fail(ErrorCode::ProtocolViolation,
                        QStringLiteral("the rows of %1 do not come in the order of their key")
                            .arg(m_setup.table),
                        QStringLiteral("Reindex its key: the index and the table disagree."));
    }
    return true;
}

StreamedRow RowStream::rowAt(qsizetype index) const
{
    const QList<PgTable::Cell> &cells = m_portion.rows.at(index);
    const qsizetype keys = m_setup.key.size();
    StreamedRow row{.key = cells.first(keys),
                    .hash = cells.value(keys).value_or(QString()).toLongLong()};
    if (m_setup.time) {
        row.seconds = cells.value(keys + 1).value_or(QString()).toDouble();
        row.time = cells.value(keys + 2).value_or(QString());
    }
    return row;
}

int RowStream::compare(const StreamedRow &one, const StreamedRow &other) const
{
    if (m_setup.key.isEmpty())
        return one.hash == other.hash ? 0 : one.hash > other.hash ? -1 : 1;
    for (qsizetype i = 0; i < m_setup.key.size(); ++i) {
        const QString &mine = *one.key.at(i);
        const QString &theirs = *other.key.at(i);
        if (mine == theirs)
            continue;
        if (isWholeNumber(m_setup.key.at(i).type))
            return mine.toLongLong() > theirs.toLongLong() ? -1 : 1;
        return mine.toUtf8() > theirs.toUtf8() ? -1 : 1;
    }
    return 0;
}

} // namespace understudy::integrity
