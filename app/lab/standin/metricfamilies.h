// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <span>

namespace understudy::lab {

/// One family of the platform's metrics page, as the page declares it.
struct MetricFamily
{
    enum class Filling { Live, Zero, None }; ///< None: declared, without a sample
    const char *name; ///< without "the_copy_"
    const char *type;
    Filling filling;
    const char *help;
};

std::span<const MetricFamily> metricFamilies();

} // namespace understudy::lab
