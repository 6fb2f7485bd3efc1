// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/inventory.h"

namespace understudy::integrity {
namespace {

/// Values of fixed width are unpacked by nobody: damage to them shows in the page's structure or
/// not at all. A comparison with an empty value fetches and decompresses the whole other one and
/// compares nothing.
const QString &relationsSql()
{
    static const QString text = QStringLiteral(R"sql(
select c.oid, format('%I.%I', n.nspname, c.relname) as name, c.relkind as kind,
       c.relpersistence = 'u' as unlogged, c.relispopulated as populated,
       c.relrowsecurity and row_security_active(c.oid) as hides,
       coalesce(am.amname = 'heap', false) as heap,
       case when c.relkind in ('r', 'm') then pg_relation_size(c.oid) / current_setting('block_size')::int end as pages,
       t.oid as toast, pg_relation_size(t.oid) / current_setting('block_size')::int as toastpages,
       (select string_agg('num_nulls(' || expressions || ')', ', ')
        from (select string_agg(case
                  when y.typtype <> 'b' then format('textlen(%I::text)', a.attname)
                  when y.typname in ('text', 'varchar', 'bpchar') and y.typnamespace = 'pg_catalog'::regnamespace
                      then format('(%I::text collate "C" < '''')', a.attname)
                  when y.oid = 'bytea'::regtype then format('(%I < ''''::bytea)', a.attname)
                  when y.oid = 'numeric'::regtype then format('(%I < 0)', a.attname)
                  when y.oid = 'jsonb'::regtype then format('jsonb_hash_extended(%I, 0)', a.attname)
                  when y.typcategory = 'A' then format('array_ndims(%I)', a.attname)
                  else format('textlen(%I::text)', a.attname) end, ', ') as expressions
              from (select attname, atttypid, (row_number() over (order by attnum) - 1) / 90 as part
                    from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped and attlen < 0) a
              join pg_type y on y.oid = a.atttypid
              group by a.part) parts) as reading
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join pg_am am on am.oid = c.relam
left join pg_class t on t.oid = c.reltoastrelid
where c.relkind in ('r', 'm', 'p', 'f') and c.relpersistence <> 't'
  and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_toast'
order by 2)sql");
    return text;
}

const QString &amcheckSql()
{
    static const QString text = QStringLiteral(R"sql(
select quote_ident(n.nspname) as schema,
       coalesce(bool_or(has_function_privilege(p.oid, 'execute') and has_schema_privilege(n.oid, 'usage'))
                filter (where p.proname = 'bt_index_check'), false) as indexes,
       coalesce(bool_or(has_function_privilege(p.oid, 'execute') and has_schema_privilege(n.oid, 'usage'))
                filter (where p.proname = 'verify_heapam'), false) as heaps,
       (select count(*) from pg_class i join pg_am a on a.oid = i.relam join pg_namespace s on s.oid = i.relnamespace
        where i.relkind = 'i' and a.amname <> 'btree' and s.nspname <> 'pg_catalog') as others
from pg_extension e join pg_namespace n on n.oid = e.extnamespace
left join pg_proc p on p.pronamespace = n.oid and p.proname in ('bt_index_check', 'verify_heapam')
where e.extname = 'amcheck' group by n.nspname, n.oid)sql");
    return text;
}

bool isTrueAt(const PgTable &table, qsizetype row, const char *column)
{
    return table.at(row, QLatin1String(column)) == QLatin1String("t");
}

QString textAt(const PgTable &table, qsizetype row, const char *column)
{
    return table.at(row, QLatin1String(column)).value_or(QString());
}

void addRelation(const PgTable &table, qsizetype row, QList<Relation> &relations)
{
    const Relation relation{.oid = textAt(table, row, "oid"),
                            .name = textAt(table, row, "name"),
                            .kind = textAt(table, row, "kind").at(0),
                            .unlogged = isTrueAt(table, row, "unlogged"),
                            .populated = isTrueAt(table, row, "populated"),
                            .hidesRows = isTrueAt(table, row, "hides"),
                            .heap = isTrueAt(table, row, "heap"),
                            .pages = textAt(table, row, "pages").toLongLong(),
                            .reading = textAt(table, row, "reading")};
    relations += relation;
    if (const QString toast = textAt(table, row, "toast"); !toast.isEmpty())
        relations += Relation{.oid = toast,
                              .name = relation.name,
                              .kind = QLatin1Char('t'),
                              .unlogged = relation.unlogged,
                              .pages = textAt(table, row, "toastpages").toLongLong()};
}

} // namespace

Result<Inventory> takeInventory(ReadSession &session, Milliseconds deadline)
{
    const Result<PgTable> relations = session.ask(relationsSql(), deadline);
    if (!relations)
        return fail(relations.error());
    Inventory out;
    for (qsizetype row = 0; row < relations->rows.size(); ++row)
        addRelation(*relations, row, out.relations);
    const Result<PgTable> amcheck = session.ask(amcheckSql(), deadline);
    if (!amcheck)
        return fail(amcheck.error());
    if (!amcheck->rows.isEmpty()) {
        out.amcheck = {.schema = textAt(*amcheck, 0, "schema"),
                       .indexes = amcheck->isTrue(QStringLiteral("indexes")),
                       .heaps = amcheck->isTrue(QStringLiteral("heaps"))};
        out.otherIndexes = textAt(*amcheck, 0, "others").toLongLong();
    }
    return out;
}

Result<QMap<QString, bool>> countableTables(ReadSession &session, Milliseconds deadline)
{
    const Result<PgTable> found = session.ask(
        QStringLiteral(
            "select format('%I.%I', n.nspname, c.relname) as name, c.relrowsecurity and "
            "row_security_active(c.oid) as hides"
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'm') and c.relpersistence <> 't' and c.relispopulated"
            " and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ "
            "'^pg_toast'"),
        deadline);
    if (!found)
        return fail(found.error());
    QMap<QString, bool> out;
    for (qsizetype row = 0; row < found->rows.size(); ++row)
        out.insert(textAt(*found, row, "name"), isTrueAt(*found, row, "hides"));
    return out;
}

} // namespace understudy::integrity
