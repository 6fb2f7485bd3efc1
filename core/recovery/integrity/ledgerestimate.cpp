// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/ledgerexact.h"

#include "core/recovery/integrity/integrityreport.h"

#include <QDeadlineTimer>

#include <algorithm>

namespace understudy::integrity {
namespace {

/// The moment as SQL to compare a column with, so that the column's own index can serve.
QString sinceSql(const TimeColumn &column, const QDateTime &moment)
{
    const QString literal =
        QStringLiteral("'%1+00'::timestamptz")
            .arg(moment.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz")));
    return column.zoned ? QStringLiteral("(%1 >= %2)").arg(column.name, literal)
                        : QStringLiteral("(%1 >= %2 at time zone '%3')")
                              .arg(column.name, literal, column.zone);
}

/// By the table's own columns.
class TimeEstimate
{
public:
    TimeEstimate(const LedgerSetup &setup, ReadSession &session, const TableShape &shape,
                 Milliseconds deadline)
        : m_session(session)
        , m_shape(shape)
        , m_created(shape.created ? sinceSql(*shape.created, setup.moment)
                                  : QStringLiteral("false"))
        , m_updated(shape.updated ? sinceSql(*shape.updated, setup.moment)
                                  : QStringLiteral("false"))
        , m_until(deadline)
    {}

    LedgerEntry run()
    {
        const Result<PgTable> counts =
            ask(QStringLiteral("select count(*) filter (where %1) as came, count(*) filter (where "
                               "%2 and %1 is not true) as changed"
                               " from only %3 where %1 or %2")
                    .arg(m_created, m_updated, m_shape.name));
        LedgerEntry entry{.table = m_shape.name};
        if (!counts) {
            entry.words = QStringLiteral("not counted: %1").arg(serverWordsOf(counts.error()));
            return entry;
        }
        entry.basis = isZoned() ? LedgerBasis::TimeColumn : LedgerBasis::Estimate;
        if (m_shape.created)
            entry.vanish = qint64(counts->number(QStringLiteral("came")).value_or(0));
        if (m_shape.updated)
            entry.changed = qint64(counts->number(QStringLiteral("changed")).value_or(0));
        entry.words = words();
        if (entry.vanish.value_or(0) > 0)
            entry.newest = newest(*m_shape.created, m_created);
        else if (!m_shape.created && entry.changed.value_or(0) > 0)
            entry.newest = newest(*m_shape.updated, m_updated);
        return entry;
    }

private:
    Result<PgTable> ask(const QString &sql)
    {
        return m_session.ask(sql, Milliseconds(std::max<qint64>(1, m_until.remainingTime())));
    }

    bool isZoned() const
    {
        return (!m_shape.created || m_shape.created->zoned) &&
               (!m_shape.updated || m_shape.updated->zoned);
    }

    QString words() const
    {
        QStringList names;
        QString zone;
        for (const std::optional<TimeColumn> &column : {m_shape.created, m_shape.updated}) {
            if (!column)
                continue;
            names += column->name;
            zone = column->zoned ? zone : column->zone;
        }
        QString out = QStringLiteral("counted by %1").arg(names.join(QStringLiteral(" and ")));
        if (!zone.isEmpty())
            out += QStringLiteral(", an estimate: it has no zone, %1 was assumed").arg(zone);
        if (!m_shape.updated)
            out += QStringLiteral("; changes to older rows, and deletions, leave no trace there");
        else if (!m_shape.created)
            out += QStringLiteral(
                "; new rows are among the changed ones, and deletions leave no trace");
        else
            out += QStringLiteral("; changes that did not set it, and deletions, leave no trace");
        if (m_shape.hidesRows)
            out += QStringLiteral("; row-level security hides rows from this user");
        return out;
    }

    QList<LedgerRow> newest(const TimeColumn &column, const QString &since)
    {
        QStringList key;
        for (const ShapeColumn &one : m_shape.keyIsPrimary ? m_shape.key : QList<ShapeColumn>())
            key += one.name + QStringLiteral("::text");
        const QString shown =
            key.isEmpty()
                ? QStringLiteral("''")
                : QStringLiteral("concat_ws(', ', %1)").arg(key.join(QStringLiteral(", ")));
        const QString time =
            column.zoned ? column.name
                         : QStringLiteral("%1 at time zone '%2'").arg(column.name, column.zone);
        const Result<PgTable> rows = ask(QStringLiteral("select %1 as key, (%2)::text as time from "
                                                        "only %3 where %4 order by %5 desc limit 5")
                                             .arg(shown, time, m_shape.name, since, column.name));
        QList<LedgerRow> out;
        for (qsizetype row = 0; rows && row < rows->rows.size(); ++row)
            out += LedgerRow{rows->at(row, QStringLiteral("key")).value_or(QString()),
                             rows->at(row, QStringLiteral("time")).value_or(QString())};
        return out;
    }

    ReadSession &m_session;
    const TableShape &m_shape;
    const QString m_created, m_updated;
    const QDeadlineTimer m_until;
};

LedgerEntry byStatistics(const LedgerSetup &setup, ReadSession &session, const TableShape &shape,
                         Milliseconds deadline)
{
    LedgerEntry entry{
        .table = shape.name,
        .words = QStringLiteral(
            "nothing in it tells when a row came, and the server's statistics are not known")};
    const Result<PgTable> counters = session.ask(
        QStringLiteral("select t.n_tup_ins as came, t.n_tup_upd as changed, t.n_tup_del as gone, "
                       "coalesce(d.stats_reset, pg_postmaster_start_time())::text as since,"
                       " coalesce(d.stats_reset <= '%2+00'::timestamptz, false) as covers"
                       " from pg_stat_all_tables t, pg_stat_database d where t.relid = "
                       "to_regclass('%1') and d.datname = current_database()")
            .arg(QString(shape.name).replace(QLatin1Char('\''), QStringLiteral("''")),
                 setup.moment.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"))),
        deadline);
    if (!counters || counters->rows.isEmpty())
        return entry;
    const auto count = [&counters](const char *column) {
        return qint64(counters->number(QLatin1String(column)).value_or(0));
    };
    entry.basis = LedgerBasis::Statistics;
    entry.vanish = count("came");
    entry.changed = count("changed");
    entry.comeBack = count("gone");
    entry.words = counters->isTrue(QStringLiteral("covers"))
                      ? QStringLiteral("from statistics, kept since %1: at most so many")
                            .arg(counters->text(QStringLiteral("since")).value_or(QString()))
                      : QStringLiteral("from statistics, which do not say since when or began "
                                       "after that moment: neither an upper nor a lower limit");
    return entry;
}

} // namespace

LedgerEntry estimateTable(const LedgerSetup &setup, ReadSession &session, const TableShape &shape,
                          Milliseconds deadline)
{
    if (!shape.readable)
        return {.table = shape.name,
                .words = QStringLiteral("not counted: this user has no right to read it")};
    return shape.created || shape.updated ? TimeEstimate(setup, session, shape, deadline).run()
                                          : byStatistics(setup, session, shape, deadline);
}

} // namespace understudy::integrity
