// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/integrityschema.h"

#include <algorithm>

namespace understudy::integrity {
namespace {

constexpr int mostDifferences = 200;

const QString &pictureSql()
{
    static const QString text = QStringLiteral(R"sql(
with mine as (
  select c.*, n.nspname, format('%I.%I', n.nspname, c.relname) as full_name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)' and c.relpersistence <> 't')
select case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table' else 'table' end as kind,
       full_name as name, '' as owner,
       case when relkind in ('v', 'm') then md5(pg_get_viewdef(oid)) when relpersistence = 'u' then 'unlogged' else '' end
         || case when relkind = 'p' then 'partitioned ' || pg_get_partkeydef(oid) else '' end
         || case when relispartition then 'partition ' || pg_get_expr(relpartbound, oid) else '' end
         || case when relrowsecurity then ' with row-level security' else '' end as definition
from mine where relkind in ('r', 'p', 'v', 'm', 'S', 'f')
union all
select 'column', m.full_name || '.' || quote_ident(a.attname), m.full_name,
       format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
         || coalesce(' ' || case when a.attgenerated <> '' then 'generated ' else 'default ' end || pg_get_expr(f.adbin, f.adrelid), '')
         || case when a.attidentity <> '' then ' identity' else '' end
from mine m join pg_attribute a on a.attrelid = m.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
where m.relkind in ('r', 'p', 'f')
union all
select 'index', m.full_name, t.full_name, pg_get_indexdef(m.oid)
from mine m join pg_index i on i.indexrelid = m.oid join mine t on t.oid = i.indrelid where m.relkind in ('i', 'I')
union all
select 'constraint', m.full_name || '.' || quote_ident(k.conname), m.full_name, pg_get_constraintdef(k.oid)
from pg_constraint k join mine m on m.oid = k.conrelid
union all
select 'trigger', m.full_name || '.' || quote_ident(t.tgname), m.full_name, pg_get_triggerdef(t.oid)
from pg_trigger t join mine m on m.oid = t.tgrelid where not t.tgisinternal
union all
select 'policy', m.full_name || '.' || quote_ident(p.polname), m.full_name,
       md5(concat_ws('|', p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)))
from pg_policy p join mine m on m.oid = p.polrelid
union all
select 'functions of', quote_ident(n.nspname), '', count(*) || ' functions, ' || left(md5(string_agg(md5(p.oid::regprocedure::text || coalesce(p.prosrc, '')), '' order by p.oid::regprocedure::text)), 8)
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname not in ('pg_catalog', 'information_schema') and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
group by n.nspname
union all
select 'type', format('%I.%I', n.nspname, y.typname), '', (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = y.oid)
from pg_type y join pg_namespace n on n.oid = y.typnamespace where y.typtype = 'e'
union all
select 'extension', quote_ident(extname), '', extversion from pg_extension
union all
select 'setting', 'encoding of the database', '', pg_encoding_to_char(encoding) from pg_database where datname = current_database()
union all
select 'setting', 'collation of the database', '', datcollate || ', ' || datctype from pg_database where datname = current_database())sql");
    return text;
}

QString shortened(const QString &text)
{
    return text.size() <= 120 ? text : QString(text.left(119) + QChar(0x2026));
}

QString subjectOf(const SchemaThing &thing)
{
    return thing.kind == QLatin1String("setting")
               ? thing.name
               : QStringLiteral("%1 %2").arg(thing.kind, thing.name);
}

IntegrityFinding missing(const SchemaThing &thing)
{
    const bool grave =
        thing.kind.endsWith(QLatin1String("table")) || thing.kind == QLatin1String("column");
    return {grave ? FindingSeverity::Fail : FindingSeverity::Warn, subjectOf(thing),
            QStringLiteral("is in the old database and not in the new one"),
            QStringLiteral(
                "If it was made after the moment of the restore, make it again after the switch.")};
}

IntegrityFinding different(const SchemaThing &copy, const SchemaThing &old)
{
    const bool setting = copy.kind == QLatin1String("setting");
    const bool type = copy.kind == QLatin1String("column") &&
                      copy.definition.section(QLatin1String(" default "), 0, 0) !=
                          old.definition.section(QLatin1String(" default "), 0, 0);
    return {type || setting ? FindingSeverity::Fail : FindingSeverity::Warn, subjectOf(copy),
            copy.kind.contains(QLatin1String("view")) || copy.kind == QLatin1String("policy")
                ? QStringLiteral("is defined otherwise than in the old database")
                : QStringLiteral("is \"%1\" in the new database and \"%2\" in the old one")
                      .arg(shortened(copy.definition), shortened(old.definition)),
            QStringLiteral("If a migration ran after the moment of the restore, it must run again "
                           "after the switch.")};
}

/// Whether `thing` goes with a table that `other` has too: else the table's own line says it all.
bool standsAlone(const SchemaThing &thing, const SchemaPicture &other)
{
    if (thing.owner.isEmpty())
        return true;
    for (const QLatin1String kind : {QLatin1String("table"), QLatin1String("materialized view"),
                                     QLatin1String("foreign table")}) {
        if (other.contains(kind + QLatin1Char(' ') + thing.owner))
            return true;
    }
    return false;
}

} // namespace

Result<SchemaPicture> takeSchema(ReadSession &session, Milliseconds deadline)
{
    const Result<PgTable> found = session.ask(pictureSql(), deadline);
    if (!found)
        return fail(found.error());
    SchemaPicture out;
    for (const QList<PgTable::Cell> &row : found->rows) {
        const SchemaThing thing{row.value(0).value_or(QString()), row.value(1).value_or(QString()),
                                row.value(2).value_or(QString()), row.value(3).value_or(QString())};
        out.insert(thing.kind + QLatin1Char(' ') + thing.name, thing);
    }
    return out;
}

QList<IntegrityFinding> compareSchemas(const SchemaPicture &copy, const SchemaPicture &old)
{
    QList<IntegrityFinding> out;
    for (auto thing = old.cbegin(); thing != old.cend(); ++thing) {
        const auto other = copy.constFind(thing.key());
        if (other == copy.cend()) {
            if (standsAlone(*thing, copy))
                out += missing(*thing);
        } else if (other->definition != thing->definition) {
            out += different(*other, *thing);
        }
    }
    for (auto thing = copy.cbegin(); thing != copy.cend(); ++thing) {
        if (!old.contains(thing.key()) && standsAlone(*thing, old))
            out +=
                IntegrityFinding{FindingSeverity::Info, subjectOf(*thing),
                                 QStringLiteral("is in the new database and not in the old one")};
    }
    if (out.isEmpty())
        return {{FindingSeverity::Pass, QStringLiteral("the schema"),
                 QStringLiteral("the same as the old database's: %1 tables, columns, indexes, "
                                "constraints and more compared")
                     .arg(countText(copy.size()))}};
    std::stable_sort(out.begin(), out.end(),
                     [](const IntegrityFinding &one, const IntegrityFinding &next) {
                         return one.severity > next.severity;
                     });
    if (out.size() > mostDifferences) {
        const qsizetype more = out.size() - mostDifferences;
        out.resize(mostDifferences);
        out +=
            IntegrityFinding{FindingSeverity::Warn, QStringLiteral("the schema"),
                             QStringLiteral("%1 more differences from the old database").arg(more)};
    }
    return out;
}

} // namespace understudy::integrity
