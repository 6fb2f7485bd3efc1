// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/painted/paintclock.h"

#include <QPointer>
#include <QSemaphore>
#include <QStringList>
#include <QWidget>

namespace understudy::ui {
class MainWindow;
}

namespace understudy::test {

struct KeyPress
{
    /// What must be painted for the key to have been answered.
    enum class Shows { Page, Focus, Palette, Typed, Nothing };
    Qt::Key key = Qt::Key_unknown;
    Qt::KeyboardModifiers with;
    Shows shows = Shows::Nothing;
    QString text() const; ///< "Alt+4"
};

/// Presses keys on a window from another thread, as a window system does, so that one waits its
/// turn behind whatever the window is busy with; measures each from its posting to the end of the
/// painting that answers it. The next follows after a pause of 3 to 40 ms.
class KeyPresses
{
public:
    KeyPresses(PaintClock &application, ui::MainWindow &window);
    ~KeyPresses();

    /// False: the window hung.
    bool run(const QList<KeyPress> &keys);
    /// ms, less those that the window's thread waited for a processor, which no console can help;
    /// keys that show nothing are left out.
    std::vector<double> &times() { return m_times; }
    double waited() const { return m_waited; } ///< ms left out of all of them together
    const QStringList &missing() const { return m_missing; } ///< keys that nothing was painted for
    QString slowest() const;

private:
    struct Posting
    {
        Steady::time_point at;
        double waited = 0; ///< by the window's thread until then
    };
    void press(const KeyPress &key, const Posting &posting);
    void look(const QSet<QObject *> &widgets, Steady::time_point at);
    bool isAnswered(const QSet<QObject *> &widgets) const;

    PaintClock &m_application;
    ui::MainWindow &m_window;
    KeyPress m_key;
    Posting m_posting;
    bool m_waits = false;
    QPointer<QWidget> m_focusBefore;
    QString m_textBefore;
    QSemaphore m_answered;
    std::vector<double> m_times;
    QStringList m_missing;
    double m_waited = 0;
    KeyPress m_slowestKey;
    double m_slowest = 0;
    QString m_slowestPage;
};

} // namespace understudy::test
