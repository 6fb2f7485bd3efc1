// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/integritycatalog.h"

namespace understudy::integrity {
namespace {

QString cell(const PgTable &table, qsizetype row, const char *column)
{
    return table.at(row, QLatin1String(column)).value_or(QString());
}

QList<IntegrityFinding> oneFinding(FindingSeverity severity, const QString &subject,
                                   const QString &words, const QString &hint = {})
{
    return {{severity, subject, words, hint}};
}

/// No statement needs to be sent for what the catalog has told already; it stays one check of its
/// own.
Job toldJob(const QString &words, const IntegrityFinding &finding)
{
    return {
        .words = words,
        .sql = QStringLiteral("select 1"),
        .judge = [finding](const Result<PgTable> &) { return QList<IntegrityFinding>{finding}; }};
}

Job indexJob(const PgTable &table, qsizetype row, const AmcheckRights &amcheck)
{
    const QString name = cell(table, row, "name");
    const QString subject = QStringLiteral("index %1").arg(name);
    const QString words = QStringLiteral("check the index %1").arg(name);
    const QString again = QStringLiteral("reindex index %1;").arg(name);
    if (cell(table, row, "valid") != QLatin1String("t"))
        return toldJob(
            words,
            {FindingSeverity::Fail, subject,
             QStringLiteral("is not valid: queries pass it by, and a unique one holds nothing off"),
             again});
    if (cell(table, row, "ready") != QLatin1String("t"))
        return toldJob(words, {FindingSeverity::Fail, subject,
                               QStringLiteral("is not ready: new rows do not enter it"), again});
    return {.words = words,
            .sql = QStringLiteral("select %1.bt_index_check(%2::regclass)")
                       .arg(amcheck.schema, cell(table, row, "oid")),
            .judge = [subject, again](const Result<PgTable> &answer) -> QList<IntegrityFinding> {
                if (answer)
                    return {};
                IntegrityFinding finding =
                    findingFor(answer.error(), subject, QStringLiteral("structure checked"));
                if (finding.severity == FindingSeverity::Fail)
                    finding.hint = again;
                return {finding};
            },
            .weight = cell(table, row, "pages").toLongLong()};
}

Job constraintJob(const PgTable &table, qsizetype row)
{
    const QString name = cell(table, row, "name");
    const QString owner = cell(table, row, "owner");
    const QString subject = QStringLiteral("constraint %1 of %2").arg(name, owner);
    return {.words = QStringLiteral("count the rows that break %1").arg(name),
            .sql = cell(table, row, "sql"),
            .judge = [=](const Result<PgTable> &answer) -> QList<IntegrityFinding> {
                if (!answer)
                    return {findingFor(answer.error(), subject,
                                       QStringLiteral("checked against the rows"))};
                const qint64 rows = qint64(answer->number(QStringLiteral("count")).value_or(0));
                if (rows > 0)
                    return oneFinding(
                        FindingSeverity::Fail, subject,
                        QStringLiteral("is not validated, and %1 break%2 it")
                            .arg(rowsText(rows), rows == 1 ? QStringLiteral("s") : QString()),
                        QStringLiteral("See whether the same rows break it in the old database; if "
                                       "so they were there before."));
                return oneFinding(
                    FindingSeverity::Warn, subject,
                    QStringLiteral("is not validated, but no row breaks it"),
                    QStringLiteral("alter table %1 validate constraint %2;").arg(owner, name));
            },
            .weight = cell(table, row, "pages").toLongLong()};
}

QList<IntegrityFinding> judgeTriggers(const Result<PgTable> &answer)
{
    if (!answer)
        return {
            findingFor(answer.error(), QStringLiteral("triggers"), QStringLiteral("looked at"))};
    QList<IntegrityFinding> out;
    for (qsizetype row = 0; row < answer->rows.size(); ++row) {
        const bool ofKey = cell(*answer, row, "internal") == QLatin1String("t");
        out += IntegrityFinding{
            FindingSeverity::Warn, QStringLiteral("table %1").arg(cell(*answer, row, "owner")),
            ofKey ? QStringLiteral(
                        "triggers of its foreign keys are switched off: they hold nothing off")
                  : QStringLiteral("trigger %1 is switched off").arg(cell(*answer, row, "name")),
            QStringLiteral("alter table %1 enable trigger all;").arg(cell(*answer, row, "owner"))};
    }
    return out;
}

QList<IntegrityFinding> judgeSequence(const QString &name, const QString &column,
                                      const Result<PgTable> &answer)
{
    const QString subject = QStringLiteral("sequence %1").arg(name);
    if (!answer)
        return {
            findingFor(answer.error(), subject, QStringLiteral("compared with %1").arg(column))};
    const QString next = answer->text(QStringLiteral("next")).value_or(QString());
    const std::optional<QString> edge = answer->text(QStringLiteral("edge"));
    if (!answer->isTrue(QStringLiteral("behind")))
        return oneFinding(
            FindingSeverity::Pass, subject,
            edge ? QStringLiteral("next is %1, %2 goes up to %3").arg(next, column, *edge)
                 : QStringLiteral("next is %1, %2 is empty").arg(next, column));
    return oneFinding(
        FindingSeverity::Fail, subject,
        QStringLiteral("next is %1, but %2 goes up to %3 already: inserts will fail")
            .arg(next, column, *edge),
        QStringLiteral("select setval('%1', %2);")
            .arg(QString(name).replace(QLatin1Char('\''), QStringLiteral("''")), *edge));
}

QList<IntegrityFinding> judgeCollations(const Result<PgTable> &answer)
{
    const QString subject = QStringLiteral("the collations");
    if (!answer)
        return {
            findingFor(answer.error(), subject, QStringLiteral("compared with their libraries"))};
    QList<IntegrityFinding> out;
    for (qsizetype row = 0; row < answer->rows.size(); ++row)
        out += IntegrityFinding{
            FindingSeverity::Warn, QStringLiteral("collation %1").arg(cell(*answer, row, "name")),
            QStringLiteral("indexes were built under version %1, the library here is %2: texts may "
                           "be sorted wrongly in them")
                .arg(cell(*answer, row, "stored"), cell(*answer, row, "actual")),
            QStringLiteral("Reindex what is ordered by it, then refresh its version.")};
    return out.isEmpty() ? oneFinding(FindingSeverity::Pass, subject,
                                      QStringLiteral("as when their indexes were built"))
                         : out;
}

QList<IntegrityFinding> judgeChecksums(const Result<PgTable> &answer)
{
    const QString subject = QStringLiteral("page checksums");
    if (!answer)
        return {findingFor(answer.error(), subject, QStringLiteral("looked at"))};
    if (answer->text(QStringLiteral("checksums")) != QStringLiteral("on"))
        return oneFinding(
            FindingSeverity::Info, subject,
            QStringLiteral("are off: a changed byte inside a value cannot be noticed by anybody"));
    const qint64 failures = qint64(answer->number(QStringLiteral("failures")).value_or(0));
    if (failures > 0)
        return oneFinding(
            FindingSeverity::Warn, subject,
            QStringLiteral(
                "%1 bad pages have been read in this database since its statistics began")
                .arg(failures),
            QStringLiteral("See the server's log for the files."));
    return oneFinding(FindingSeverity::Pass, subject, QStringLiteral("are on; none was wrong"));
}

} // namespace

IntegrityFinding findingFor(const Error &error, const QString &subject, const QString &what)
{
    const QString state = sqlStateOf(error);
    const QString words = serverWordsOf(error);
    IntegrityFinding finding{.subject = subject};
    if (error.code == ErrorCode::PermissionDenied) {
        finding.words =
            QStringLiteral("not %1: this user has no right to it (%2)").arg(what, words);
        finding.hint = QStringLiteral("Check as the owner, or grant pg_read_all_data.");
    } else if (error.code == ErrorCode::TimedOut || error.code == ErrorCode::Cancelled) {
        finding.words = QStringLiteral("not %1 to the end: the time was up").arg(what);
        finding.hint = QStringLiteral("Check again with more time.");
    } else if (error.code == ErrorCode::ConnectionLost) {
        finding.severity = FindingSeverity::Fail;
        finding.words =
            QStringLiteral("not %1: the server ended the session over it, twice").arg(what);
        finding.hint = QStringLiteral("See the server's log: a damaged page can bring it down.");
    } else if (state.startsWith(QLatin1String("XX")) || state.startsWith(QLatin1String("58")) ||
               state.startsWith(QLatin1String("22"))) {
        finding.severity = FindingSeverity::Fail;
        finding.words = QStringLiteral("damaged: %1").arg(words);
        finding.hint =
            QStringLiteral("Do not switch to this copy; restore again, or to another moment.");
    } else {
        finding.words = QStringLiteral("not %1: %2").arg(what, words);
    }
    return finding;
}

Result<QList<Job>> indexJobs(ReadSession &session, const AmcheckRights &amcheck,
                             Milliseconds deadline)
{
    const Result<PgTable> found = session.ask(QStringLiteral(R"sql(
select i.indexrelid as oid, format('%I.%I', n.nspname, c.relname) as name, i.indisvalid as valid, i.indisready as ready,
       a.amname = 'btree' and c.relkind = 'i' as btree, pg_relation_size(c.oid) / current_setting('block_size')::int as pages
from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace join pg_am a on a.oid = c.relam
where t.oid >= 16384 and i.indislive and c.relpersistence <> 't' and c.relkind in ('i', 'I') order by 2)sql"),
                                              deadline);
    if (!found)
        return fail(found.error());
    QList<Job> jobs;
    qint64 good = 0;
    for (qsizetype row = 0; row < found->rows.size(); ++row) {
        const bool usable = cell(*found, row, "valid") == QLatin1String("t") &&
                            cell(*found, row, "ready") == QLatin1String("t");
        good += usable ? 1 : 0;
        if (!usable || (amcheck.indexes && cell(*found, row, "btree") == QLatin1String("t")))
            jobs += indexJob(*found, row, amcheck);
    }
    jobs += toldJob(QStringLiteral("look at the indexes"),
                    {FindingSeverity::Pass, QStringLiteral("the indexes"),
                     QStringLiteral("%1 of %2 valid and ready")
                         .arg(countText(good), countText(found->rows.size()))});
    return jobs;
}

Result<QList<Job>> constraintJobs(ReadSession &session, Milliseconds deadline)
{
    const Result<PgTable> found = session.ask(QStringLiteral(R"sql(
select quote_ident(k.conname) as name, format('%I.%I', n.nspname, c.relname) as owner,
       pg_relation_size(c.oid) / current_setting('block_size')::int as pages,
       case k.contype
         when 'c' then format('select count(*) from only %I.%I where not (%s)', n.nspname, c.relname, pg_get_expr(k.conbin, k.conrelid))
         when 'f' then format('select count(*) from only %I.%I c where %s and not exists (select from %s p where %s)', n.nspname, c.relname,
              (select string_agg(format('c.%I is not null', a.attname), ' and ') from unnest(k.conkey) u(n)
               join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.n),
              k.confrelid::regclass,
              (select string_agg(format('p.%I = c.%I', fa.attname, a.attname), ' and ') from unnest(k.conkey, k.confkey) u(n, f)
               join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.n
               join pg_attribute fa on fa.attrelid = k.confrelid and fa.attnum = u.f)) end as sql
from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
where not k.convalidated and k.contype in ('c', 'f') and c.relkind <> 'f' order by 2, 1)sql"),
                                              deadline);
    if (!found)
        return fail(found.error());
    QList<Job> jobs;
    for (qsizetype row = 0; row < found->rows.size(); ++row)
        jobs += constraintJob(*found, row);
    jobs += Job{.words = QStringLiteral("look at the triggers"),
                .sql = QStringLiteral(
                    "select distinct c.oid::regclass::text as owner, t.tgisinternal as internal,"
                    " case when t.tgisinternal then '' else quote_ident(t.tgname) end as name"
                    " from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgenabled = "
                    "'D' order by 1, 3 limit 200"),
                .judge = judgeTriggers};
    const qsizetype open = found->rows.size();
    jobs += toldJob(QStringLiteral("look at the constraints"),
                    {FindingSeverity::Pass, QStringLiteral("the constraints"),
                     open == 0 ? QStringLiteral("all are validated")
                               : QStringLiteral("all but %1 are validated").arg(open)});
    return jobs;
}

Result<QList<Job>> sequenceJobs(ReadSession &session, Milliseconds deadline)
{
    const Result<PgTable> found = session.ask(QStringLiteral(R"sql(
select distinct format('%I.%I', sn.nspname, sc.relname) as name, format('%I.%I', n.nspname, c.relname) as owner,
       quote_ident(a.attname) as attribute, q.seqincrement as step
from pg_depend d
join pg_class sc on sc.relkind = 'S' and sc.relpersistence <> 't'
     and ((d.classid = 'pg_class'::regclass and d.objid = sc.oid and d.deptype in ('a', 'i'))
          or (d.refclassid = 'pg_class'::regclass and d.refobjid = sc.oid and d.classid = 'pg_attrdef'::regclass))
join pg_namespace sn on sn.oid = sc.relnamespace
join pg_sequence q on q.seqrelid = sc.oid and not q.seqcycle
left join pg_attrdef f on d.classid = 'pg_attrdef'::regclass and f.oid = d.objid
join pg_attribute a on a.attrelid = coalesce(f.adrelid, d.refobjid) and a.attnum = coalesce(f.adnum, d.refobjsubid)
     and a.attnum > 0 and not a.attisdropped and a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
join pg_namespace n on n.oid = c.relnamespace order by 1)sql"),
                                              deadline);
    if (!found)
        return fail(found.error());
    QList<Job> jobs;
    for (qsizetype row = 0; row < found->rows.size(); ++row) {
        const QString name = cell(*found, row, "name");
        const QString column =
            QStringLiteral("%1.%2").arg(cell(*found, row, "owner"), cell(*found, row, "attribute"));
        const QString step = cell(*found, row, "step");
        const bool up = !step.startsWith(QLatin1Char('-'));
        const QString next =
            QStringLiteral("last_value::numeric + case when is_called then %1 else 0 end")
                .arg(step);
        jobs += Job{
            .words = QStringLiteral("compare the sequence %1 with its column").arg(name),
            .sql = QStringLiteral("select next, edge, coalesce(next %1 edge, false) as behind from "
                                  "(select %2 as next, (select %3(%4) from %5) as edge from %6) s")
                       .arg(up ? QStringLiteral("<=") : QStringLiteral(">="), next,
                            up ? QStringLiteral("max") : QStringLiteral("min"),
                            cell(*found, row, "attribute"), cell(*found, row, "owner"), name),
            .judge = [name, column](const Result<PgTable> &answer) {
                return judgeSequence(name, column, answer);
            }};
    }
    return jobs;
}

QList<Job> serverJobs(int serverVersion)
{
    QString collations = QStringLiteral(
        "select c.oid::regcollation::text as name, c.collversion as stored, "
        "pg_collation_actual_version(c.oid) as actual from pg_collation c"
        " where c.collversion is distinct from pg_collation_actual_version(c.oid) and "
        "c.collversion is not null"
        " and c.oid in (select attcollation from pg_attribute where attrelid >= 16384)");
    if (serverVersion >= 150000)
        collations += QStringLiteral(" union all select 'of the database', datcollversion, "
                                     "pg_database_collation_actual_version(oid) from pg_database"
                                     " where datname = current_database() and datcollversion is "
                                     "distinct from pg_database_collation_actual_version(oid)"
                                     " and datcollversion is not null");
    return {
        {.words = QStringLiteral("look at the collations"),
         .sql = collations,
         .judge = judgeCollations},
        {.words = QStringLiteral("look at the checksums"),
         .sql = QStringLiteral(
             "select current_setting('data_checksums') as checksums, checksum_failures as failures"
             " from pg_stat_database where datname = current_database()"),
         .judge = judgeChecksums}};
}

} // namespace understudy::integrity
