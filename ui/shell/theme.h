// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "ui/parts/colours.h"

#include <QFont>
#include <QPalette>

class QApplication;

namespace understudy::ui {

enum class ThemeChoice { System, Light, Dark };
[[nodiscard]] Result<ThemeChoice> parseThemeChoice(const QString &text);

/// The look: Qt's Fusion style, one palette and one style sheet, made from the named colours.
/// Applying it again with another choice or scale changes every open window.
struct Theme
{
    ThemeChoice choice = ThemeChoice::System;
    double scale = 1; ///< of all text, 0.8 to 2
    bool operator==(const Theme &) const = default;
};

void applyTheme(QApplication &application, const Theme &theme);

QPalette paletteFor(const Colours &colours);
QString styleSheetFor(const Colours &colours, double scale);
/// The desktop's own font when its figures are all of one width, else an installed one whose
/// figures are: numbers that change must not jump.
QFont interfaceFont();

} // namespace understudy::ui
