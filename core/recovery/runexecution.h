// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/operator.h"
#include "core/recovery/recipe.h"
#include "core/recovery/runresult.h"
#include "core/systems/secrets/secretresolver.h"

#include "core/journal/journal.h"

namespace understudy {

/// One sitting of a run: begun, or gone on with by its id.
struct RunExecution
{
    const Plan &plan;
    const SecretResolver &secrets;
    const Clock &clock;
    QString folder;        ///< of the journals
    RunOptions options;    ///< of a new run; a resumed one keeps those it was begun with
    QDateTime outageBegan; ///< may be invalid: then the time of a recovery counts from its act
    QString resume;        ///< id; empty: a new run
    Operator &person;
    CancelToken cancel;
    bool hold = false;     ///< stay until keep or undo is decided
    std::optional<Decision::Kind> atCommit; ///< `run keep` and `run undo`
    std::function<void(const JournalEntry &)> onEntry = {};
    std::function<void(const RunView &)> onView = {};
    std::function<void(Recipe &)> adapt = {}; ///< for tests: wraps the recipe's functions before they run
};

/// Takes the lock on the resource, opens the journal, and runs. Blocks on the calling thread, which may
/// be any: ctl's only one, or a run's own. A result without a run never began; its `error` says why.
RunResult execute(const RunExecution &execution);

/// The recipe that `options` name for this plan. Resolves secrets; looks at no system. `secrets` must
/// outlive it.
[[nodiscard]] Result<Recipe> makeRecipe(const Plan &plan, const RunOptions &options, const SecretResolver &secrets);

/// Every step's preview, pre-flight verdicts and predicted result, in the shape of the command line's
/// JSON. Looks, and changes nothing.
[[nodiscard]] QJsonObject dryRun(Recipe &recipe, const Clock &clock, const CancelToken &cancel = {});

} // namespace understudy
