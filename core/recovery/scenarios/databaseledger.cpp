// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"
#include "core/recovery/integrity/lossledger.h"
#include "core/recovery/scenarios/databaserecovery.h"
#include "core/recovery/stepfacts.h"

#include <QJsonArray>

#include <algorithm>

// What going back to the moment costs: estimated before there is a copy, counted row by row once there is
// one, and what was written between that count and the switch added at the end.
namespace understudy::databasesteps {
namespace {

constexpr int mostTablesNoted = 60;

QJsonValue figure(const std::optional<qint64> &value) { return value ? QJsonValue(*value) : QJsonValue(); }

QJsonObject ledgerFacts(const LossLedger &ledger, const QDateTime &at)
{
    QJsonArray tables;
    for (const LedgerEntry &entry : ledger.tables) {
        const bool plain = entry.vanish.value_or(-1) == 0 && entry.changed.value_or(-1) == 0 && entry.comeBack.value_or(-1) == 0;
        if (plain || tables.size() >= mostTablesNoted)
            continue;
        tables.append(QJsonObject{{QStringLiteral("table"), entry.table}, {QStringLiteral("basis"), ledgerBasisName(entry.basis)},
                                  {QStringLiteral("vanish"), figure(entry.vanish)}, {QStringLiteral("changed"), figure(entry.changed)},
                                  {QStringLiteral("come_back"), figure(entry.comeBack)}, {QStringLiteral("at_least"), entry.atLeast}});
    }
    return {{QStringLiteral("at"), toRfc3339(at)},          {QStringLiteral("vanish"), ledger.vanish()},
            {QStringLiteral("changed"), ledger.changed()},  {QStringLiteral("come_back"), ledger.comeBack()},
            {QStringLiteral("rows"), ledger.lost()},        {QStringLiteral("exact"), ledger.isExact()},
            {QStringLiteral("kind"), ledger.kind()},        {QStringLiteral("unknown_tables"), ledger.unknownTables()},
            {QStringLiteral("tables"), tables}};
}

void sayTables(StepContext &context, const LossLedger &ledger)
{
    int said = 0;
    for (const LedgerEntry &entry : ledger.tables) {
        const bool plain = entry.vanish.value_or(-1) == 0 && entry.changed.value_or(-1) == 0 && entry.comeBack.value_or(-1) == 0;
        if (plain || ++said > 20)
            continue;
        context.say(QStringLiteral("%1: %2").arg(entry.table, entry.words));
        for (const LedgerRow &row : entry.newest)
            context.say(QStringLiteral("    would vanish: %1%2").arg(row.key.isEmpty() ? QStringLiteral("a row") : QStringLiteral("key ") + row.key,
                                                                     row.time.isEmpty() ? QString() : QStringLiteral(", ") + row.time));
    }
}

Result<LossLedger> count(StepContext &context, const DatabaseRecovery &database, const QDateTime &since, bool withCopy)
{
    const Result<Secret> old = database.oldUrl(context);
    if (!old)
        return fail(old.error());
    LedgerSetup setup{.oldUrl = *old, .moment = since, .cancel = context.cancel};
    if (withCopy) {
        const Result<RestoredCopy> copy = database.copy(context);
        if (!copy)
            return fail(copy.error());
        setup.copyUrl = copy->url;
    } else {
        setup.tableDeadline = std::chrono::seconds(10);
        setup.deadline = std::chrono::seconds(30);
    }
    setup.progress = [&context](int done, int total, const QString &table) {
        context.say(QStringLiteral("counting %1 (%2 of %3)").arg(table).arg(done + 1).arg(total));
    };
    return ledger(setup);
}

Error cannotCount(const Error &error)
{
    return {ErrorCode::CannotTell, QStringLiteral("what would be lost cannot be counted: %1").arg(error.message),
            QStringLiteral("The old database may be gone: then everything since the moment is lost."), error.cause};
}

} // namespace

Step estimateLoss(const DatabaseRecoveryPtr &database)
{
    return {.id = QStringLiteral("estimate-loss"),
            .name = QStringLiteral("Estimate what would be lost"),
            .deadline = std::chrono::seconds(40),
            .preview = [database](StepContext &context) -> Result<StepPreview> {
                const Result<LossLedger> ledger = count(context, *database, database->moment(), false);
                StepPreview shown{.why = QStringLiteral("Going back to %1 takes back everything written since.").arg(momentText(database->moment(), context.clock.now())),
                                  .predicted = ledger ? ledger->summary() : QStringLiteral("unknown: %1").arg(ledger.error().message)};
                return shown;
            },
            .verify = [database](StepContext &context) -> Result<QString> {
                const Result<LossLedger> ledger = count(context, *database, database->moment(), false);
                if (!ledger)
                    return fail(cannotCount(ledger.error()));
                sayTables(context, *ledger);
                const Result<Unit> noted = context.note(ledgerFacts(*ledger, context.clock.now()));
                return noted ? Result<QString>(QStringLiteral("%1 (an estimate, until there is a copy to compare with)").arg(ledger->summary())) : fail(noted.error());
            }};
}

Step countLoss(const DatabaseRecoveryPtr &database)
{
    return {.id = QStringLiteral("ledger"),
            .name = QStringLiteral("Count what would be lost"),
            .deadline = std::chrono::minutes(11),
            .preview = [](StepContext &) -> Result<StepPreview> {
                return StepPreview{.why = QStringLiteral("Old database and copy are compared row by row, by their primary keys."),
                                   .predicted = QStringLiteral("exact where tables have a primary key")};
            },
            .verify = [database](StepContext &context) -> Result<QString> {
                const QDateTime at = context.clock.now();
                const Result<LossLedger> ledger = count(context, *database, database->moment(), true);
                if (!ledger)
                    return fail(ledger.error().code == ErrorCode::Cancelled ? ledger.error() : cannotCount(ledger.error()));
                sayTables(context, *ledger);
                const Result<Unit> noted = context.note(ledgerFacts(*ledger, at));
                return noted ? Result<QString>(ledger->summary()) : fail(noted.error());
            }};
}

Step measureLoss(const DatabaseRecoveryPtr &database)
{
    return {.id = QStringLiteral("measure-loss"),
            .name = QStringLiteral("Measure what was lost"),
            .deadline = std::chrono::seconds(60),
            .preview = [](StepContext &) -> Result<StepPreview> {
                return StepPreview{.why = QStringLiteral("What was written to the old database after it was compared is lost as well, unless it was frozen."),
                                   .predicted = QStringLiteral("the ledger, and what came after it")};
            },
            .verify = [database](StepContext &context) -> Result<QString> {
                const QJsonObject counted = stepFacts(context, "ledger");
                if (counted.isEmpty())
                    return fail(ErrorCode::CannotTell, QStringLiteral("unknown: the old database could not be compared with the copy"));
                const bool frozen = stepFacts(context, "freeze").contains(QStringLiteral("proved_at"));
                qint64 after = 0;
                QString words = QStringLiteral("nothing was written after it was frozen");
                bool known = frozen, guessed = false;
                if (!frozen) {
                    const QDateTime since = QDateTime::fromString(counted[QStringLiteral("at")].toString(), Qt::ISODateWithMs);
                    const Result<LossLedger> rest = count(context, *database, since, false);
                    // Counters of the server and columns without a zone are neither an upper nor a lower limit.
                    known = rest && std::all_of(rest->tables.begin(), rest->tables.end(), [](const LedgerEntry &one) { return one.basis == LedgerBasis::TimeColumn; });
                    guessed = rest && !known;
                    after = rest ? rest->lost() : 0;
                    words = rest ? QStringLiteral("written after the count, by the tables' times: %1").arg(rest->summary())
                                 : QStringLiteral("what was written after the count is unknown: %1").arg(rest.error().message);
                }
                const qint64 rows = counted[QStringLiteral("rows")].toInteger() + after;
                const Result<Unit> noted = context.note({{QStringLiteral("rows"), rows}, {QStringLiteral("after"), after},
                                                         {QStringLiteral("known"), known}, {QStringLiteral("guessed"), guessed}, {QStringLiteral("measured_at"), toRfc3339(context.clock.now())}});
                if (!noted)
                    return fail(noted.error());
                return QStringLiteral("%1 rows are in the old database only, or differ there; %2").arg(rows).arg(words);
            }};
}

} // namespace understudy::databasesteps
