// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/integrityreading.h"

#include <algorithm>

namespace understudy::integrity {
namespace {

constexpr qint64 slicePages = 4096;            ///< 32 MB: some tens of milliseconds
constexpr int firstVersionWithSlices = 140000; ///< before, a range of ctid reads the whole table

struct Slice
{
    qint64 from = 0;
    qint64 to = 0; ///< first page after it; 0: to the end
    qint64 pages = 0;
};

QList<Slice> slicesOf(const Relation &relation, bool allowed)
{
    if (!allowed || relation.pages < 2 * slicePages)
        return {{0, 0, relation.pages}};
    QList<Slice> out;
    for (qint64 from = 0; from < relation.pages; from += slicePages)
        out += Slice{from, from + slicePages, slicePages};
    out.last().to = 0; // what has been added since is read too
    return out;
}

QString tableSubject(const Relation &relation)
{
    return QStringLiteral("table %1").arg(relation.name);
}

/// What all slices of one table say together; told when the last has been judged.
struct TableReading
{
    Relation relation;
    qsizetype open = 0;
    qint64 rows = 0;
    std::optional<IntegrityFinding> problem;
};

IntegrityFinding readWhole(const TableReading &reading)
{
    IntegrityFinding finding{.severity = FindingSeverity::Pass,
                             .subject = tableSubject(reading.relation),
                             .words = QStringLiteral("read whole: %1").arg(rowsText(reading.rows))};
    if (reading.relation.hidesRows) {
        finding.severity = FindingSeverity::Unknown;
        finding.words = QStringLiteral("row-level security hides rows from this user: only %1 read")
                            .arg(rowsText(reading.rows));
        finding.hint = QStringLiteral("Check as the table's owner, or as a user with BYPASSRLS.");
    } else if (reading.relation.unlogged) {
        finding.severity = FindingSeverity::Info;
        finding.words += QStringLiteral("; it is unlogged, which a restore empties");
    }
    return finding;
}

QList<IntegrityFinding> judgeSlice(TableReading &reading, RowCounts &counts,
                                   const Result<PgTable> &answer)
{
    --reading.open;
    if (answer)
        reading.rows += qint64(answer->number(QStringLiteral("count")).value_or(0));
    else if (!reading.problem ||
             findingFor(answer.error(), {}, {}).severity > reading.problem->severity)
        reading.problem = findingFor(answer.error(), tableSubject(reading.relation),
                                     QStringLiteral("read whole"));
    if (reading.open > 0)
        return {};
    if (reading.problem)
        return {*reading.problem};
    if (!reading.relation.hidesRows)
        counts.insert(reading.relation.name, reading.rows);
    return {readWhole(reading)};
}

QString sliceSql(const Relation &relation, const Slice &slice)
{
    const QString what =
        relation.reading.isEmpty()
            ? QStringLiteral("count(*)")
            : QStringLiteral("count(*), count(nullif(num_nulls(%1), -1))").arg(relation.reading);
    QString where;
    if (slice.from > 0 || slice.to > 0)
        where = QStringLiteral(" where ctid >= '(%1,0)'").arg(slice.from);
    if (slice.to > 0)
        where += QStringLiteral(" and ctid < '(%1,0)'").arg(slice.to);
    return QStringLiteral("select %1 from only %2%3").arg(what, relation.name, where);
}

QList<Job> jobsOf(const Relation &relation, bool slicesAllowed,
                  const std::shared_ptr<RowCounts> &counts)
{
    const QList<Slice> slices = slicesOf(relation, slicesAllowed && relation.heap);
    const std::shared_ptr<TableReading> reading =
        std::make_shared<TableReading>(TableReading{relation, slices.size(), 0, {}});
    QList<Job> jobs;
    for (const Slice &slice : slices) {
        jobs += Job{.words = QStringLiteral("read %1").arg(relation.name),
                    .sql = sliceSql(relation, slice),
                    .judge =
                        [reading, counts](const Result<PgTable> &answer) {
                            return judgeSlice(*reading, *counts, answer);
                        },
                    .weight = 2 * slice.pages};
    }
    return jobs;
}

std::optional<IntegrityFinding> notRead(const Relation &relation)
{
    if (relation.kind == QLatin1Char('f'))
        return IntegrityFinding{
            FindingSeverity::Info, tableSubject(relation),
            QStringLiteral("not read: it lives on a foreign server, which no restore brings back")};
    if (relation.kind == QLatin1Char('m') && !relation.populated)
        return IntegrityFinding{
            FindingSeverity::Warn, tableSubject(relation),
            QStringLiteral("not read: the materialized view has not been filled"),
            QStringLiteral("refresh materialized view %1;").arg(relation.name)};
    return std::nullopt;
}

QList<IntegrityFinding> judgeHeap(const Relation &relation, const Result<PgTable> &answer)
{
    const QString subject = tableSubject(relation);
    if (!answer)
        return {findingFor(answer.error(), subject, QStringLiteral("structure checked"))};
    if (answer->number(QStringLiteral("count")).value_or(0) == 0)
        return {};
    const QString where =
        relation.kind == QLatin1Char('t') ? QStringLiteral("in what is stored apart, ") : QString();
    return {{FindingSeverity::Fail, subject,
             QStringLiteral("amcheck finds damage: %1%2")
                 .arg(where, answer->text(QStringLiteral("first")).value_or(QString()).left(200)),
             QStringLiteral("Do not switch to this copy; restore again, or to another moment.")}};
}

QList<Job> heapJobs(const Relation &relation, const QString &schema)
{
    QList<Job> jobs;
    for (const Slice &slice : slicesOf(relation, true)) {
        const QString range = slice.from == 0 && slice.to == 0
                                  ? QString()
                                  : QStringLiteral(", startblock := %1, endblock := %2")
                                        .arg(slice.from)
                                        .arg((slice.to > 0 ? slice.to : relation.pages) - 1);
        jobs += Job{
            .words = QStringLiteral("check the structure of %1").arg(relation.name),
            .sql = QStringLiteral("select count(*), min(format('block %s, row %s: %s', blkno, "
                                  "offnum, msg)) as first"
                                  " from %1.verify_heapam(%2::regclass, on_error_stop := true%3)")
                       .arg(schema, relation.oid, range),
            .judge =
                [relation](const Result<PgTable> &answer) { return judgeHeap(relation, answer); },
            .weight = slice.pages};
    }
    return jobs;
}

/// All in one statement: they are many and small.
Job catalogJob(const AmcheckRights &amcheck)
{
    QString sql =
        QStringLiteral("select count(%1.bt_index_check(i.indexrelid::regclass)) from pg_index i "
                       "join pg_class c on c.oid = i.indexrelid"
                       " join pg_class t on t.oid = i.indrelid join pg_am a on a.oid = c.relam"
                       " where t.oid < 16384 and c.relkind = 'i' and a.amname = 'btree' and "
                       "c.relpersistence <> 't'"
                       " and i.indisvalid and i.indisready")
            .arg(amcheck.schema);
    if (amcheck.heaps)
        sql = QStringLiteral(
                  "select h.count + (%2) as count, first from (select count(msg), min(format('%s, "
                  "block %s: %s', c.oid::regclass, blkno, msg)) as first"
                  " from pg_class c left join lateral %1.verify_heapam(c.oid::regclass, "
                  "on_error_stop := true) on true"
                  " where c.oid < 16384 and c.relkind in ('r', 't') and c.relpersistence <> 't') h")
                  .arg(amcheck.schema, QStringLiteral("select 0 * count(*) from (%1) b").arg(sql));
    else
        sql = QStringLiteral("select 0 * count as count, '' as first from (%1) b").arg(sql);
    return {
        .words = QStringLiteral("check the structure of the catalog"),
        .sql = sql,
        .judge = [](const Result<PgTable> &answer) {
            const Relation catalog{.name = QStringLiteral("pg_catalog (the server's own)")};
            const QList<IntegrityFinding> found = judgeHeap(catalog, answer);
            return found.isEmpty()
                       ? QList<IntegrityFinding>{{FindingSeverity::Pass,
                                                  QStringLiteral("the catalog"),
                                                  QStringLiteral("amcheck finds nothing wrong")}}
                       : found;
        }};
}

} // namespace

QList<Job> readingJobs(const Inventory &inventory, int serverVersion,
                       const std::shared_ptr<RowCounts> &counts, QList<IntegrityFinding> &findings)
{
    QList<Job> jobs;
    for (const Relation &relation : inventory.relations) {
        if (const std::optional<IntegrityFinding> finding = notRead(relation))
            findings += *finding;
        else if (relation.storesRows() && relation.kind != QLatin1Char('t'))
            jobs += jobsOf(relation, serverVersion >= firstVersionWithSlices, counts);
    }
    if (inventory.relations.isEmpty())
        findings +=
            IntegrityFinding{FindingSeverity::Fail, QStringLiteral("the tables"),
                             QStringLiteral("the database has no table at all"),
                             QStringLiteral("See whether this is the right database, and whether "
                                            "the moment lies after its beginning.")};
    return jobs;
}

QList<Job> structureJobs(const Inventory &inventory, QList<IntegrityFinding> &findings)
{
    const AmcheckRights &amcheck = inventory.amcheck;
    const QString subject = QStringLiteral("the structure of tables and indexes");
    if (!amcheck.indexes && !amcheck.heaps) {
        findings += IntegrityFinding{
            FindingSeverity::Info, subject,
            amcheck.schema.isEmpty()
                ? QStringLiteral(
                      "not checked: the extension amcheck is not installed in this database")
                : QStringLiteral("not checked: this user may not call amcheck's functions"),
            amcheck.schema.isEmpty()
                ? QStringLiteral("Where a superuser is at hand: create extension amcheck;")
                : QStringLiteral("Grant execute on bt_index_check and verify_heapam.")};
        return {};
    }
    QList<Job> jobs{catalogJob(amcheck)};
    if (!amcheck.indexes)
        jobs.clear();
    for (const Relation &relation : inventory.relations) {
        if (amcheck.heaps && relation.heap && relation.storesRows() && relation.pages > 0)
            jobs += heapJobs(relation, amcheck.schema);
    }
    if (!amcheck.heaps)
        findings += IntegrityFinding{
            FindingSeverity::Info, subject,
            QStringLiteral(
                "tables not checked by amcheck: verify_heapam is missing or may not be called"),
            QStringLiteral("Tables are read whole all the same.")};
    if (inventory.otherIndexes > 0)
        findings += IntegrityFinding{
            FindingSeverity::Info, subject,
            QStringLiteral("%1 of the indexes are no B-trees; amcheck does not know those")
                .arg(inventory.otherIndexes)};
    return jobs;
}

} // namespace understudy::integrity
