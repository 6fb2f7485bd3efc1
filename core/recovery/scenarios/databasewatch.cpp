// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/databaserecovery.h"
#include "core/recovery/stepfacts.h"

#include <cmath>

// While keep or go back is being decided, users write to the copy: that is what going back costs.
namespace understudy::databasesteps {
namespace {

constexpr Milliseconds countedEvery{5'000};
constexpr double worthNoting = 1.1; ///< the journal need not hold every row

/// Counters of the server, as it has them: it adds them up a second or two later.
Result<double> rowsWritten(const Secret &url, const StepContext &context)
{
    const Result<std::unique_ptr<PgConnection>> session = DatabaseRecovery::connect(url, context);
    if (!session)
        return fail(session.error());
    const Result<PgTable> table = (*session)->query(
        QStringLiteral("select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint as written from pg_stat_user_tables"), std::chrono::seconds(5));
    if (!table)
        return fail(table.error());
    const std::optional<double> written = table->number(QStringLiteral("written"));
    return written ? Result<double>(*written) : fail(ErrorCode::CannotTell, QStringLiteral("nothing was counted"));
}

QString wordsFor(double rows)
{
    return rows < 1 ? QStringLiteral("nothing has been written to the copy since the switch")
                    : QStringLiteral("about %1 rows have been written to the copy since the switch: going back leaves them on it, and they can be saved as SQL then").arg(numberText(std::round(rows)));
}

} // namespace

QJsonObject writtenBefore(StepContext &context, const DatabaseRecovery &database)
{
    const Result<RestoredCopy> copy = database.copy(context);
    const Result<double> written = copy ? rowsWritten(copy->url, context) : fail(copy.error());
    return written ? QJsonObject{{QStringLiteral("written_before"), *written}} : QJsonObject();
}

void CopyWatch::look(StepContext &context, const DatabaseRecovery &database)
{
    if (!restFor(context, m_looked ? countedEvery : Milliseconds(0)))
        return;
    m_looked = true;
    const double before = stepFacts(context, "switch-environment")[QStringLiteral("written_before")].toDouble(-1);
    const Result<RestoredCopy> copy = database.copy(context);
    const Result<double> written = copy ? rowsWritten(copy->url, context) : fail(copy.error());
    if (context.cancel.isCancelled())
        return;
    if (!written || before < 0) {
        context.say(QStringLiteral("what is written to the copy is not counted: %1").arg(written ? QStringLiteral("it was not counted before the switch") : written.error().message));
        return;
    }
    const double rows = std::max(0.0, *written - before);
    context.say(wordsFor(rows));
    if (m_noted >= 0 && rows <= m_noted * worthNoting)
        return;
    m_noted = rows;
    (void)context.note({{QStringLiteral("undo_loss"), wordsFor(rows)}});
}

} // namespace understudy::databasesteps
