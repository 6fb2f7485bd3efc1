// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/databaserecovery.h"
#include "core/systems/dump/dumpprovider.h"
#include "core/systems/envfile/databaseaddress.h"
#include "core/systems/neon/neonfollow.h"
#include "core/systems/neon/neonprovider.h"
#include "core/systems/pgbackrest/backrestprovider.h"
#include "core/systems/shell/hostprogram.h"

namespace understudy {

Result<std::shared_ptr<const RestoreProvider>> makeRestoreProvider(const Plan &plan, const SecretResolver &secrets)
{
    if (plan.database && plan.database->neon) {
        const Result<Secret> key = secrets.resolve(plan.database->neon->apiKey);
        if (!key)
            return fail(key.error());
        return std::make_shared<const NeonProvider>(*plan.database->neon, *key);
    }
    if (plan.database && plan.database->pgBackRest) {
        const Result<Secret> url = secrets.resolve(plan.database->url);
        if (!url)
            return fail(url.error());
        return std::make_shared<const BackrestProvider>(*plan.database->pgBackRest, hostOf(plan, plan.database->pgBackRest->host), *url);
    }
    return fail(ErrorCode::InvalidInput, QStringLiteral("the plan does not say who can restore the database"),
                QStringLiteral("Add `provider` to the plan's `database`: neon or pgbackrest."));
}

Plan withBranchFollowed(Plan plan, const SecretResolver &secrets, const CancelToken &cancel)
{
    if (!plan.database || !plan.database->neon)
        return plan;
    const Result<Secret> key = secrets.resolve(plan.database->neon->apiKey);
    const Result<Secret> url = secrets.resolve(plan.database->url);
    if (key && url)
        plan.database->neon = followed(*plan.database->neon, *key, databaseServer(directAddress(*url)), std::chrono::seconds(15), cancel);
    return plan;
}

RestoreProviderMaker restoreProviderFor(const RunOptions &options, const RestoreProviderMaker &otherwise)
{
    if (options.fromDump.isEmpty() && options.branch.isEmpty())
        return otherwise;
    if (options.fromDump.isEmpty())
        return [branch = options.branch, otherwise](Plan plan, const SecretResolver &secrets) {
            if (plan.database && plan.database->neon)
                plan.database->neon->branch = branch;
            return otherwise(plan, secrets);
        };
    return [key = options.fromDump](const Plan &plan, const SecretResolver &secrets) -> Result<std::shared_ptr<const RestoreProvider>> {
        return DumpProvider::forPlan(plan, secrets, key);
    };
}

} // namespace understudy
