// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "ui/shell/theme.h"

#include <QStringList>

namespace understudy {

/// What was asked for on the command line.
struct ConsoleOptions
{
    QString plan; ///< file; empty with `lab`
    bool lab = false;
    bool keepLab = false;
    QString page;
    ui::ThemeChoice theme = ui::ThemeChoice::System;
    bool observe = false;
    bool version = false;
    bool help = false;
    QString helpText;
};

/// Wrong usage is an Error; features of the contract that this version does not have say so.
[[nodiscard]] Result<ConsoleOptions> readConsoleOptions(const QStringList &arguments);

} // namespace understudy
