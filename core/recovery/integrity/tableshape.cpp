// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/tableshape.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace understudy::integrity {
namespace {

const QString &shapesSql()
{
    static const QString text = QStringLiteral(R"sql(
select format('%I.%I', n.nspname, c.relname) as name,
       c.relrowsecurity and row_security_active(c.oid) as hides,
       has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') as readable,
       exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal and t.tgtype & 4 = 4 and t.tgenabled <> 'D') as triggers,
       (select json_agg(json_build_array(quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.attgenerated <> '', a.attname,
                                         coalesce(pg_get_expr(f.adbin, f.adrelid), '')) order by a.attnum)
        from pg_attribute a left join pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
       k.indisprimary as keyisprimary,
       (select json_agg(json_build_array(quote_ident(a.attname), format_type(a.atttypid, a.atttypmod)) order by u.place)
        from unnest(k.indkey::int2[]) with ordinality u(n, place) join pg_attribute a on a.attrelid = c.oid and a.attnum = u.n
        where u.place <= k.indnkeyatts) as key,
       (select json_agg(distinct format('%I.%I', pn.nspname, p.relname)) from pg_constraint o
        join pg_class p on p.oid = o.confrelid join pg_namespace pn on pn.oid = p.relnamespace
        where o.conrelid = c.oid and o.contype = 'f') as refers,
       (select json_agg(distinct format('select pg_catalog.setval(%L, greatest((select max(%I) from %I.%I), (select last_value from %I.%I)), true) where exists (select from %I.%I);',
                               format('%I.%I', sn.nspname, sc.relname), a.attname, n.nspname, c.relname, sn.nspname, sc.relname, n.nspname, c.relname))
        from pg_depend d join pg_class sc on sc.relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = sc.oid and d.deptype in ('a', 'i')
        join pg_sequence q on q.seqrelid = sc.oid and q.seqincrement > 0
        join pg_namespace sn on sn.oid = sc.relnamespace
        join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
        where d.refobjid = c.oid and d.refobjsubid > 0 and a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)) as sequences,
       (select reset_val from pg_settings where name = 'TimeZone') as zone
from pg_class c join pg_namespace n on n.oid = c.relnamespace
left join lateral (select i.indkey, i.indnkeyatts, i.indisprimary from pg_index i
                   where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
                   and not exists (select from unnest(i.indkey::int2[]) with ordinality u(n, place) join pg_attribute a on a.attrelid = c.oid and a.attnum = u.n
                                   where u.place <= i.indnkeyatts and not a.attnotnull)
                   order by i.indisprimary desc, i.indnkeyatts, i.indexrelid limit 1) k on true
where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_toast'
order by 1)sql");
    return text;
}

QJsonArray listIn(const PgTable &table, qsizetype row, const char *column)
{
    return QJsonDocument::fromJson(
               table.at(row, QLatin1String(column)).value_or(QString()).toUtf8())
        .array();
}

bool flagIn(const PgTable &table, qsizetype row, const char *column)
{
    return table.at(row, QLatin1String(column)) == QLatin1String("t");
}

QStringList namesIn(const QJsonArray &list)
{
    QStringList out;
    for (const QJsonValue &one : list)
        out += one.toString();
    return out;
}

/// The names that frameworks give, without case and underscores.
bool saysUpdated(const QString &name)
{
    static const QStringList names{QStringLiteral("updatedat"),      QStringLiteral("modifiedat"),
                                   QStringLiteral("changedat"),      QStringLiteral("lastmodified"),
                                   QStringLiteral("lastmodifiedat"), QStringLiteral("lastupdated"),
                                   QStringLiteral("updated"),        QStringLiteral("modified"),
                                   QStringLiteral("updatedon"),      QStringLiteral("modifiedon")};
    return names.contains(name);
}

bool saysCreated(const QString &name)
{
    static const QStringList names{QStringLiteral("createdat"), QStringLiteral("insertedat"),
                                   QStringLiteral("created"),   QStringLiteral("inserted"),
                                   QStringLiteral("createdon"), QStringLiteral("insertedon"),
                                   QStringLiteral("addedat"),   QStringLiteral("dateadded")};
    return names.contains(name);
}

bool isNowDefault(const QString &text)
{
    return text.startsWith(QLatin1String("now()")) ||
           text.startsWith(QLatin1String("CURRENT_TIMESTAMP")) ||
           text.startsWith(QLatin1String("clock_timestamp()")) ||
           text.startsWith(QLatin1String("LOCALTIMESTAMP")) ||
           text.startsWith(QLatin1String("statement_timestamp()")) ||
           text.startsWith(QLatin1String("transaction_timestamp()"));
}

void noteTime(const QJsonArray &column, const QString &serverZone, TableShape &shape)
{
    const QString type = column.at(1).toString();
    if (!type.startsWith(QLatin1String("timestamp")))
        return;
    const QString plain = column.at(3).toString().toLower().remove(QLatin1Char('_'));
    const bool defaults = isNowDefault(column.at(4).toString());
    const bool zoned = type.endsWith(QLatin1String("with time zone"));
    // What the server fills in itself is in its own zone; what an application writes is UTC by
    // custom.
    const TimeColumn time{column.at(0).toString(), zoned,
                          zoned      ? QString()
                          : defaults ? serverZone
                                     : QStringLiteral("UTC")};
    if (saysUpdated(plain) && !shape.updated)
        shape.updated = time;
    else if (saysCreated(plain))
        shape.created = time;
    else if (defaults && !shape.created && !saysUpdated(plain))
        shape.created = time;
}

TableShape shapeIn(const PgTable &table, qsizetype row)
{
    TableShape shape{.name = table.at(row, QStringLiteral("name")).value_or(QString()),
                     .keyIsPrimary = flagIn(table, row, "keyisprimary"),
                     .hidesRows = flagIn(table, row, "hides"),
                     .readable = flagIn(table, row, "readable"),
                     .triggers = flagIn(table, row, "triggers"),
                     .refersTo = namesIn(listIn(table, row, "refers")),
                     .sequences = namesIn(listIn(table, row, "sequences"))};
    const QString zone = table.at(row, QStringLiteral("zone"))
                             .value_or(QStringLiteral("UTC"))
                             .remove(QLatin1Char('\''));
    for (const QJsonValue &one : listIn(table, row, "columns")) {
        const QJsonArray column = one.toArray();
        shape.columns +=
            ShapeColumn{column.at(0).toString(), column.at(1).toString(), column.at(2).toBool()};
        noteTime(column, zone, shape);
    }
    for (const QJsonValue &one : listIn(table, row, "key"))
        shape.key +=
            ShapeColumn{one.toArray().at(0).toString(), one.toArray().at(1).toString(), false};
    return shape;
}

} // namespace

Result<TableShapes> takeShapes(ReadSession &session, Milliseconds deadline)
{
    const Result<PgTable> found = session.ask(shapesSql(), deadline);
    if (!found)
        return fail(found.error());
    TableShapes out;
    for (qsizetype row = 0; row < found->rows.size(); ++row) {
        const TableShape shape = shapeIn(*found, row);
        out.insert(shape.name, shape);
    }
    return out;
}

QStringList commonColumns(const TableShape &one, const TableShape &other)
{
    QStringList out;
    for (const ShapeColumn &column : one.columns) {
        const auto same =
            std::find_if(other.columns.begin(), other.columns.end(),
                         [&column](const ShapeColumn &their) { return their.name == column.name; });
        if (same != other.columns.end() && !column.generated && !same->generated)
            out += column.name;
    }
    return out;
}

} // namespace understudy::integrity
