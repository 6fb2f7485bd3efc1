// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/databaserecovery.h"

namespace understudy {

Result<std::shared_ptr<const RestoreProvider>> makeRestoreProvider(const Plan &plan, const SecretResolver &)
{
    return fail(ErrorCode::InvalidInput, QStringLiteral("no provider for the database of %1").arg(plan.name));
}

} // namespace understudy
