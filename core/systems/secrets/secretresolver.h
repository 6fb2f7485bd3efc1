// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/plan/plan.h"

#include <memory>

namespace understudy {

/// Finds the secrets that a plan refers to. Blocks (files, ssh, the keychain's service), so it is for
/// worker threads; thread safe. A missing one is SecretMissing and names the reference, never a value.
class SecretResolver
{
public:
    virtual ~SecretResolver() = default;
    /// An unset reference resolves to an empty Secret.
    [[nodiscard]] virtual Result<Secret> resolve(const SecretReference &reference) const = 0;
    /// Typed by the operator; kept in memory for this session only.
    virtual void provide(const SecretReference &reference, const Secret &secret) = 0;

    static std::unique_ptr<SecretResolver> forPlan(const Plan &plan);
};

} // namespace understudy
