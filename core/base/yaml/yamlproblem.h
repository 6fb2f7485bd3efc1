// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace understudy {

/// One mistake in a YAML text: where (1-based), what is wrong, and a sentence on what to write instead.
struct YamlProblem
{
    int line = 1;
    int column = 1;
    QString message;
    QString hint;
    bool operator==(const YamlProblem &) const = default;
};

} // namespace understudy
