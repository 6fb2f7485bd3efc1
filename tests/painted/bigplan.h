// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

#include <functional>

namespace understudy::test {

/// An address for the next server that a plan names.
using NextAddress = std::function<Endpoint()>;

/// Half of the instances blue, half green, and the entry before them.
inline ApplicationPlan manyInstances(int count, const NextAddress &next)
{
    const auto url = [&next] { return QStringLiteral("http://") + next().text(); };
    ApplicationPlan application;
    application.health.every = std::chrono::seconds(2);
    for (const QString &colour : {QStringLiteral("blue"), QStringLiteral("green")}) {
        Pool pool{.colour = colour, .instances = {}};
        for (int i = 1; i <= count / 2; ++i)
            pool.instances.append(
                {.url = url(), .process = QStringLiteral("%1-%2").arg(colour).arg(i), .host = {}});
        application.pools.append(pool);
    }
    application.entry = url();
    return application;
}

} // namespace understudy::test
