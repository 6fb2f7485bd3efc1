// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/recipe.h"
#include "core/systems/secrets/secretresolver.h"

namespace understudy {

/// Recovers from the loss of a Redis master, or moves a healthy one when asked to. Every act goes through
/// one Sentinel that answers; with `options.promote`, and no Sentinel answering, a replica is promoted by
/// hand. Resolves the passwords; looks at nothing. `secrets` must outlive the recipe.
[[nodiscard]] Result<Recipe> failOverRedis(const Plan &plan, const RunOptions &options, const SecretResolver &secrets);

} // namespace understudy
