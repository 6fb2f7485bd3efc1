// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/ledgerexact.h"

#include "core/recovery/integrity/integrityreport.h"
#include "core/recovery/integrity/rowdifference.h"

#include <algorithm>
#include <future>

namespace understudy::integrity {
namespace {

struct Digest
{
    qint64 rows = 0;
    QString sum;
};

Result<Digest> digestOf(ReadSession &session, const QString &table, const QStringList &columns,
                        Milliseconds deadline)
{
    const QString hash = columns.isEmpty() ? QStringLiteral("0")
                                           : QStringLiteral("hashtextextended(row(%1)::text, 0)")
                                                 .arg(columns.join(QStringLiteral(", ")));
    const Result<PgTable> answer = session.askHeldApart(
        QStringLiteral("select count(*), sum(%1) from only %2").arg(hash, table), deadline);
    if (!answer)
        return fail(answer.error());
    return Digest{qint64(answer->number(QStringLiteral("count")).value_or(0)),
                  answer->text(QStringLiteral("sum")).value_or(QString())};
}

QList<LedgerRow> shownRows(const QList<StreamedRow> &rows, bool showKey)
{
    QList<LedgerRow> out;
    for (const StreamedRow &row : rows) {
        QStringList key;
        for (const PgTable::Cell &cell : row.key)
            key += cell.value_or(QString());
        out += LedgerRow{showKey ? key.join(QStringLiteral(", ")) : QString(), row.time};
    }
    return out;
}

LedgerEntry notKnown(const QString &table, const Error &error)
{
    return {.table = table, .words = QStringLiteral("not compared: %1").arg(serverWordsOf(error))};
}

/// Compares two tables that both exist.
class TableComparison
{
public:
    TableComparison(const LedgerSetup &setup, ReadSession &oldSession, ReadSession &copySession,
                    const TableShape &old, const TableShape &copy, Milliseconds deadline)
        : m_setup(setup)
        , m_oldSession(oldSession)
        , m_copySession(copySession)
        , m_old(old)
        , m_copy(copy)
        , m_columns(commonColumns(old, copy))
        , m_until(deadline)
    {
        m_entry.table = old.name;
    }

    LedgerEntry run()
    {
        if (m_old.hidesRows || m_copy.hidesRows) {
            m_entry.words =
                QStringLiteral("not compared: row-level security hides rows from this user");
            return m_entry;
        }
        std::future<Result<Digest>> coming = std::async(std::launch::async, [this] {
            return digestOf(m_copySession, m_copy.name, m_columns, left());
        });
        const Result<Digest> mine = digestOf(m_oldSession, m_old.name, m_columns, left());
        const Result<Digest> theirs = coming.get();
        if (!mine || !theirs)
            return notKnown(m_old.name, !mine ? mine.error() : theirs.error());
        m_entry.basis = LedgerBasis::Copy;
        if (mine->rows == theirs->rows && mine->sum == theirs->sum) {
            m_entry.vanish = m_entry.changed = m_entry.comeBack = 0;
            m_entry.words =
                QStringLiteral("%1, the same as in the copy").arg(rowsText(mine->rows)) +
                columnNote();
            return m_entry;
        }
        return compareRows(*mine, *theirs);
    }

private:
    Milliseconds left() const { return Milliseconds(std::max<qint64>(1, m_until.remainingTime())); }

    QString columnNote() const
    {
        const auto stored = [](const TableShape &shape) {
            return std::count_if(shape.columns.begin(), shape.columns.end(),
                                 [](const ShapeColumn &column) { return !column.generated; });
        };
        return m_columns.size() == stored(m_old) && m_columns.size() == stored(m_copy)
                   ? QString()
                   : QStringLiteral("; its columns differ from the copy's, only those that both "
                                    "have were compared");
    }

    LedgerEntry compareRows(const Digest &mine, const Digest &theirs)
    {
        const bool keyed =
            !m_old.key.isEmpty() &&
            std::all_of(m_old.key.begin(), m_old.key.end(), [this](const ShapeColumn &column) {
                return std::any_of(m_copy.columns.begin(), m_copy.columns.end(),
                                   [&column](const ShapeColumn &their) { return their == column; });
            });
        StreamSetup stream{.table = m_old.name,
                           .columns = m_columns,
                           .key = keyed ? m_old.key : QList<ShapeColumn>()};
        if (m_old.created && m_columns.contains(m_old.created->name))
            stream.time = m_old.created;
        else if (m_old.updated && m_columns.contains(m_old.updated->name))
            stream.time = m_old.updated;
        RowStream oldRows(m_oldSession, stream, m_until);
        RowStream copyRows(m_copySession, stream, m_until);
        const Result<RowDifference> difference =
            differenceOf(oldRows, copyRows, {.rows = m_setup.rowLimit, .cancel = m_setup.cancel});
        if (!difference)
            return notKnown(m_old.name, difference.error());
        fill(*difference, mine.rows - theirs.rows, keyed);
        return m_entry;
    }

    void fill(const RowDifference &difference, qint64 moreInOld, bool keyed)
    {
        m_entry.atLeast = !difference.complete;
        // The counts of both sides are known whole, so their difference is a lower limit too.
        m_entry.vanish = std::max(difference.onlyOld, difference.complete ? 0 : moreInOld);
        m_entry.comeBack = std::max(difference.onlyNew, difference.complete ? 0 : -moreInOld);
        if (keyed)
            m_entry.changed = difference.changed;
        m_entry.newest = shownRows(difference.newest, keyed && m_old.keyIsPrimary);
        m_entry.words =
            keyed
                ? QStringLiteral("compared row by row with the copy")
                : QStringLiteral("compared with the copy by whole rows, as it has no key: a "
                                 "changed row counts as one that vanishes and one that comes back");
        if (!difference.complete)
            m_entry.words += QStringLiteral("; at least so many, because %1").arg(difference.bound);
        m_entry.words += columnNote();
    }

    const LedgerSetup &m_setup;
    ReadSession &m_oldSession;
    ReadSession &m_copySession;
    const TableShape &m_old;
    const TableShape &m_copy;
    const QStringList m_columns;
    const QDeadlineTimer m_until;
    LedgerEntry m_entry;
};

LedgerEntry onlyInCopy(ReadSession &session, const TableShape &copy, Milliseconds deadline)
{
    const Result<Digest> rows = digestOf(session, copy.name, {}, deadline);
    if (!rows)
        return notKnown(copy.name, rows.error());
    return {.table = copy.name,
            .basis = LedgerBasis::Copy,
            .vanish = 0,
            .changed = 0,
            .comeBack = rows->rows,
            .words =
                QStringLiteral("the table is gone now and in the copy: all its rows come back")};
}

LedgerEntry onlyNow(const LedgerSetup &setup, ReadSession &session, const TableShape &old,
                    Milliseconds deadline)
{
    const Result<Digest> rows = digestOf(session, old.name, {}, deadline);
    if (!rows)
        return notKnown(old.name, rows.error());
    LedgerEntry entry{
        .table = old.name,
        .basis = LedgerBasis::Copy,
        .vanish = rows->rows,
        .changed = 0,
        .comeBack = 0,
        .words = QStringLiteral("the table is not in the copy: it and all its rows would vanish")};
    if (old.key.isEmpty())
        return entry;
    const QDeadlineTimer until(deadline);
    RowStream stream(
        session,
        {.table = old.name, .key = old.key, .time = old.created ? old.created : old.updated},
        until);
    stream.start();
    QList<StreamedRow> newest;
    for (Result<bool> more = stream.next();
         newest.size() < 5 && more && *more && !setup.cancel.isCancelled(); more = stream.next())
        newest += stream.row();
    entry.newest = shownRows(newest, old.keyIsPrimary);
    return entry;
}

} // namespace

LedgerEntry compareTable(const LedgerSetup &setup, ReadSession &oldSession,
                         ReadSession &copySession, const TableShape *old, const TableShape *copy,
                         Milliseconds deadline)
{
    if (old && copy)
        return TableComparison(setup, oldSession, copySession, *old, *copy, deadline).run();
    return old ? onlyNow(setup, oldSession, *old, deadline)
               : onlyInCopy(copySession, *copy, deadline);
}

} // namespace understudy::integrity
