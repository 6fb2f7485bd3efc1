// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"
#include "core/recovery/scenarios/databaserecovery.h"
#include "core/recovery/stepfacts.h"

// A provider says which moment its copy stands at; only the rows can tell whether that is so. A copy that
// holds rows from after the moment stands too late. One that lacks rows which the old database still has
// from before the moment stands too early.
namespace understudy::databasesteps {
namespace {

constexpr Milliseconds glance{4000};
constexpr int mostColumns = 12;
/// A row's time is taken at its statement, its commit comes later: what was under way is no contradiction.
constexpr Milliseconds underWay{1500};

struct ClockColumn
{
    QString relation; ///< quoted by the server
    QString column;
};

Result<QList<ClockColumn>> clockColumns(PgConnection &copy)
{
    const Result<PgTable> table = copy.query(QStringLiteral(R"(
select format('%I.%I', n.nspname, c.relname) as relation, quote_ident(a.attname) as name
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.atttypid = 'timestamptz'::regtype
  and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_t'
  and a.attname ~* '^(created|inserted|updated|modified|changed|applied|occurred|logged)(_at|_on|_time|at)?$'
order by (a.attname ~* '^(created|inserted)') desc, c.reltuples desc limit %1)").arg(mostColumns), glance);
    if (!table)
        return fail(table.error());
    QList<ClockColumn> columns;
    for (qsizetype i = 0; i < table->rows.size(); ++i)
        columns.append({table->at(i, QStringLiteral("relation")).value_or(QString()), table->at(i, QStringLiteral("name")).value_or(QString())});
    return columns;
}

struct MomentProof
{
    QStringList agreeing, tooLate, tooEarly, unseen;
    QDateTime newest; ///< row in the copy
};

std::optional<QDateTime> newestRow(PgConnection &session, const ClockColumn &column)
{
    const Result<PgTable> table = session.query(
        QStringLiteral("select (extract(epoch from max(%1)) * 1000)::bigint as at from %2").arg(column.column, column.relation), glance);
    if (!table || !table->number(QStringLiteral("at")))
        return {};
    return QDateTime::fromMSecsSinceEpoch(qint64(*table->number(QStringLiteral("at"))), Qt::UTC);
}

/// Rows of the old database between the copy's newest and the moment.
std::optional<qint64> missingRows(PgConnection &old, const ClockColumn &column, const QDateTime &after, const QDateTime &until)
{
    const Result<PgTable> table = old.query(QStringLiteral("select count(*) as n from %2 where %1 > $1::timestamptz and %1 <= $2::timestamptz").arg(column.column, column.relation),
                                            glance, {toRfc3339(after.addMSecs(1)), toRfc3339(until)});
    if (!table || !table->number(QStringLiteral("n")))
        return {};
    return qint64(*table->number(QStringLiteral("n")));
}

void judgeColumn(const ClockColumn &column, const QDateTime &moment, PgConnection &copy, PgConnection *old, MomentProof &proof)
{
    const QString name = column.relation + QLatin1Char('.') + column.column;
    const std::optional<QDateTime> newest = newestRow(copy, column);
    if (!newest) {
        proof.unseen.append(name);
        return;
    }
    if (!proof.newest.isValid() || *newest > proof.newest)
        proof.newest = *newest;
    if (*newest > moment) {
        proof.tooLate.append(QStringLiteral("%1 has a row of %2").arg(name, toRfc3339(*newest)));
        return;
    }
    if (!old) {
        proof.unseen.append(name);
        return;
    }
    const std::optional<qint64> missing = missingRows(*old, column, *newest, moment.addMSecs(-underWay.count()));
    if (!missing)
        proof.unseen.append(name);
    else if (*missing > 0)
        proof.tooEarly.append(QStringLiteral("%1 ends at %2, and the old database has %3 rows from then to the moment").arg(name, toRfc3339(*newest)).arg(*missing));
    else
        proof.agreeing.append(name);
}

Error cannotTellMoment(const QDateTime &moment, const MomentProof &proof, const QString &oldSilent)
{
    const QString newest = proof.newest.isValid()
        ? QStringLiteral("no row in the copy is newer than the moment; the newest is of %1, %2 before it").arg(toRfc3339(proof.newest), durationText(Milliseconds(proof.newest.msecsTo(moment))))
        : QStringLiteral("no row tells which moment the copy stands at");
    return {ErrorCode::CannotTell, oldSilent.isEmpty() ? newest : newest + QStringLiteral("; whether older ones are missing cannot be seen"),
            QStringLiteral("Look at rows that you know before you switch."),
            oldSilent.isEmpty() ? QStringLiteral("no table has a column such as created_at") : oldSilent};
}

Result<QString> proveItsMoment(StepContext &context, const DatabaseRecovery &database)
{
    const Result<RestoredCopy> copy = database.copy(context);
    if (!copy)
        return fail(copy.error());
    Result<std::unique_ptr<PgConnection>> there = DatabaseRecovery::connect(copy->url, context);
    if (!there)
        return fail(there.error());
    const Result<QList<ClockColumn>> columns = clockColumns(**there);
    if (!columns)
        return fail(columns.error());
    Result<Secret> oldUrl = database.oldUrl(context);
    Result<std::unique_ptr<PgConnection>> old = oldUrl ? DatabaseRecovery::connect(*oldUrl, context, std::chrono::seconds(3)) : fail(oldUrl.error());
    MomentProof proof;
    for (const ClockColumn &column : *columns) {
        if (context.cancel.isCancelled())
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
        judgeColumn(column, database.moment(), **there, old && (*old)->isOpen() ? old->get() : nullptr, proof);
    }
    const QString hint = QStringLiteral("Do not switch to it. Go back, which deletes this copy, and restore again; tell the provider.");
    if (!proof.tooLate.isEmpty())
        return fail(ErrorCode::NotProved, QStringLiteral("the copy stands later than %1").arg(toRfc3339(database.moment())), hint, proof.tooLate.join(QStringLiteral("; ")));
    if (!proof.tooEarly.isEmpty())
        return fail(ErrorCode::NotProved, QStringLiteral("the copy stands earlier than %1").arg(toRfc3339(database.moment())), hint, proof.tooEarly.join(QStringLiteral("; ")));
    if (proof.newest.isValid()) {
        if (const Result<Unit> noted = context.note({{QStringLiteral("newest_row"), toRfc3339(proof.newest)}}); !noted)
            return fail(noted.error());
    }
    if (proof.agreeing.isEmpty())
        return fail(cannotTellMoment(database.moment(), proof, old ? QString() : old.error().message));
    return QStringLiteral("no row is newer than the moment, and none of before it is missing: %1").arg(proof.agreeing.join(QStringLiteral(", ")));
}

} // namespace

Step proveMoment(const DatabaseRecoveryPtr &database)
{
    return {.id = QStringLiteral("prove-moment"),
            .name = QStringLiteral("Prove the copy's moment"),
            .skipReason = database->options().fromDump.isEmpty() ? QString()
                                                                 : QStringLiteral("a logical backup stands where its dump began; the count of the loss tells the rest"),
            .deadline = std::chrono::seconds(60),
            .preview = [database](StepContext &context) -> Result<StepPreview> {
                return StepPreview{.why = QStringLiteral("A provider has been seen to restore to another moment than it was asked for."),
                                   .expect = {QStringLiteral("no row in the copy is newer than %1, and no older one is missing").arg(momentText(database->moment(), context.clock.now()))},
                                   .predicted = QStringLiteral("proved where tables have a time column")};
            },
            .verify = [database](StepContext &context) { return proveItsMoment(context, *database); }};
}

} // namespace understudy::databasesteps
