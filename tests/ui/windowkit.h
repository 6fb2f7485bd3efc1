// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

class QWidget;

namespace understudy::ui {
class ConsoleState;
class MainWindow;
}

namespace understudy::test {

/// Every page that the console has, in its order.
void addPages(ui::MainWindow &window, ui::ConsoleState &state, const QString &journals = {});

/// Lays out and delivers what is posted to the window, without spinning the event loop.
void settle(QWidget &window);

/// Interactive widgets in `window` that a screen reader would find without a name.
QStringList unnamedControls(const QWidget &window);

/// Part of the picture whose colour is saturated (HSV saturation above one half, not nearly black).
double saturatedPart(const QWidget &window);

} // namespace understudy::test
