// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/recipe.h"
#include "core/systems/secrets/secretresolver.h"

namespace understudy {

/// Sends users to `options.colour`, by the plan's traffic section, and proves by counted requests that it
/// alone serves. Looks at nothing. `secrets` must outlive the recipe.
[[nodiscard]] Result<Recipe> recoverDeployment(const Plan &plan, const RunOptions &options, const SecretResolver &secrets);

/// Where a rollback leads when nobody has said: the one colour of two that does not serve, by counted
/// requests. Looks. InvalidInput when that is no answer (three colours, both serve, none does).
[[nodiscard]] Result<QString> rollbackColour(const Plan &plan, const CancelToken &cancel = {});

} // namespace understudy
