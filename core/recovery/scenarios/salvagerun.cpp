// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/salvagerun.h"

#include "core/recovery/scenarios/databaserecovery.h"
#include "core/recovery/stepfacts.h"
#include "core/systems/envfile/databaseaddress.h"

namespace understudy {

Result<Salvage> salvageRun(const Plan &plan, const SecretResolver &secrets, const RunRecord &run, const QString &file,
                           const Clock &clock, const CancelToken &cancel, const std::function<void(const QString &)> &say)
{
    const StepContext context{.facts = run.facts, .clock = clock, .cancel = cancel, .say = say,
                              .note = [](const QJsonObject &) -> Result<Unit> { return Unit{}; }};
    if (!plan.database || run.options.scenario != QLatin1String("database") || stepFacts(context, "switch-environment").isEmpty())
        return fail(ErrorCode::InvalidInput, QStringLiteral("run %1 has moved nobody to another database").arg(run.view.id),
                    QStringLiteral("Name a run that has restored the database; see `understudyctl run list`."));
    const DatabaseRecovery database(plan, run.options, secrets, restoreProviderFor(run.options));
    const Result<Secret> old = database.oldUrl(context);
    if (!old)
        return fail(old.error());
    // The provider may be away by now; an env file that was switched leads to the copy as well, a fixed address does not.
    const Result<RestoredCopy> copy = database.copy(context);
    const bool isFile = plan.database->url.kind == SecretReference::Kind::EnvironmentFile;
    const Result<Secret> now = copy ? Result<Secret>(copy->url) : isFile ? secrets.resolve(plan.database->url) : fail(copy.error());
    if (!now)
        return fail(now.error());
    // Rows of a database that are not in itself: none, whatever was lost.
    if (databasePlace(*old) == databasePlace(*now))
        return fail(ErrorCode::CannotTell, QStringLiteral("the old database and the restored one cannot be told apart: both addresses lead to %1").arg(databasePlace(*now)),
                    QStringLiteral("Try again when the provider answers; do not delete the old database before."));
    // Gone back: what users wrote meanwhile is on the copy, and the old database is the one in use.
    const int moved = run.indexOf(QStringLiteral("switch-environment"));
    const bool isBack = moved >= 0 && run.steps.at(moved).phase == StepRecord::Phase::Undone && !run.steps.at(moved).isLeft;
    if (isBack && !copy)
        return fail(copy.error());
    return salvage({.oldUrl = isBack ? *now : *old, .newUrl = isBack ? *old : *now, .file = file, .now = clock.now(), .cancel = cancel,
                    .progress = [&say](int done, int total, const QString &table) {
                        say(QStringLiteral("%1 (%2 of %3)").arg(table).arg(done + 1).arg(total));
                    }});
}

} // namespace understudy
