// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/probe.h"

#include <memory>
#include <vector>

namespace understudy {

class SecretResolver;

/// One probe for each system that the plan names and this version can look at. Called on the engine
/// thread; `plan`, `secrets` and `clock` outlive the probes. Nothing is looked at before start().
std::vector<std::unique_ptr<Probe>> makeProbes(const Plan &plan, const SecretResolver &secrets,
                                               const Clock &clock);

} // namespace understudy
