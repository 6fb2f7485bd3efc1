// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/salvagerun.h"

#include "core/recovery/scenarios/databaserecovery.h"
#include "core/recovery/stepfacts.h"

namespace understudy {

Result<Salvage> salvageRun(const Plan &plan, const SecretResolver &secrets, const RunRecord &run, const QString &file,
                           const Clock &clock, const CancelToken &cancel, const std::function<void(const QString &)> &say)
{
    const StepContext context{.facts = run.facts, .clock = clock, .cancel = cancel, .say = say,
                              .note = [](const QJsonObject &) -> Result<Unit> { return Unit{}; }};
    if (!plan.database || run.options.scenario != QLatin1String("database") || stepFacts(context, "switch-environment").isEmpty())
        return fail(ErrorCode::InvalidInput, QStringLiteral("run %1 has moved nobody to another database").arg(run.view.id),
                    QStringLiteral("Name a run that has restored the database; see `understudyctl run list`."));
    const DatabaseRecovery database(plan, run.options, secrets, makeRestoreProvider);
    const Result<Secret> old = database.oldUrl(context);
    if (!old)
        return fail(old.error());
    // The provider may be away by now; the application's own address leads to the copy as well.
    const Result<RestoredCopy> copy = database.copy(context);
    const Result<Secret> now = copy ? Result<Secret>(copy->url) : secrets.resolve(plan.database->url);
    if (!now)
        return fail(now.error());
    return salvage({.oldUrl = *old, .newUrl = *now, .file = file, .now = clock.now(), .cancel = cancel,
                    .progress = [&say](int done, int total, const QString &table) {
                        say(QStringLiteral("%1 (%2 of %3)").arg(table).arg(done + 1).arg(total));
                    }});
}

} // namespace understudy
