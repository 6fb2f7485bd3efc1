// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QSet>

#include <chrono>
#include <functional>
#include <vector>

class QWidget;

namespace understudy::test {

using Steady = std::chrono::steady_clock;

inline double milliseconds(Steady::duration span)
{
    return std::chrono::duration<double, std::milli>(span).count();
}

/// The application of a test that asks when something stood on the screen: tells of every painting
/// once it is over, which is when the outermost event returns and the window's backing store holds
/// it.
class PaintClock : public QApplication
{
public:
    using QApplication::QApplication;
    bool notify(QObject *receiver, QEvent *event) override;

    using Painted = std::function<void(const QSet<QObject *> &widgets, Steady::time_point at)>;
    Painted painted; ///< on the window's thread; the widgets may be compared, not used

private:
    int m_depth = 0;
    QSet<QObject *> m_widgets;
};

/// The colour that stands in the backing store of the widget's window at a point of the widget:
/// what was painted, not what would be. Not valid when the window has no raster store.
QColor colourOnScreen(const QWidget &widget, const QPoint &point);

enum class Thread { Window, Engine };
/// ms that a thread of this process was ready to run and had to wait for a processor, since it
/// began: what the machine, busy with others, took from it. Zero where the kernel does not tell.
double waitedForProcessor(Thread thread);

/// Runs the event loop until it is so, without the pauses of QTRY_…, which a paint would have to
/// wait for.
bool runUntil(const std::function<bool()> &isSo, std::chrono::milliseconds within);

/// The value below which `part` of all lie. The list is sorted by it; empty: -1.
double percentile(std::vector<double> &values, double part);

} // namespace understudy::test
