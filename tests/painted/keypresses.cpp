// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/painted/keypresses.h"

#include "ui/shell/commandpalette.h"
#include "ui/shell/mainwindow.h"

#include <QKeySequence>
#include <QLineEdit>
#include <QRandomGenerator>
#include <QTest>
#include <QWindow>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

namespace understudy::test {

using namespace std::chrono_literals;

namespace {

/// Longer than this and the key was not answered at all.
constexpr int givenUpMs = 3000;

} // namespace

QString KeyPress::text() const
{
    return QKeySequence(int(with) | int(key)).toString();
}

KeyPresses::KeyPresses(PaintClock &application, ui::MainWindow &window)
    : m_application(application)
    , m_window(window)
{
    m_application.painted = [this](const QSet<QObject *> &widgets, Steady::time_point at) {
        look(widgets, at);
    };
}

KeyPresses::~KeyPresses()
{
    m_application.painted = {};
}

bool KeyPresses::run(const QList<KeyPress> &keys)
{
    std::atomic<bool> done{false};
    std::thread hand([&] {
        QRandomGenerator pauses(20261123);
        for (const KeyPress &key : keys) {
            std::this_thread::sleep_for(std::chrono::milliseconds(3 + pauses.bounded(38)));
            const Posting posting{Steady::now(), waitedForProcessor(Thread::Window)};
            QMetaObject::invokeMethod(
                &m_window, [this, key, posting] { press(key, posting); }, Qt::QueuedConnection);
            if (m_answered.tryAcquire(1, givenUpMs))
                continue;
            QMetaObject::invokeMethod(
                &m_window,
                [this, key] {
                    if (!std::exchange(m_waits, false))
                        return; // answered this moment
                    m_missing << key.text() + QStringLiteral(" on ") + m_window.currentPage();
                    m_answered.release();
                },
                Qt::QueuedConnection);
            m_answered.acquire();
        }
        done = true;
    });
    const bool ended = runUntil([&done] { return done.load(); }, 180s);
    if (!ended)
        m_answered.release(int(keys.size()) * 2); // let the hand go
    hand.join();
    return ended;
}

void KeyPresses::press(const KeyPress &key, const Posting &posting)
{
    const ui::CommandPalette *palette = m_window.findChild<ui::CommandPalette *>();
    QWindow *window =
        palette && palette->isVisible() ? palette->windowHandle() : m_window.windowHandle();
    const QLineEdit *field = palette ? palette->findChild<QLineEdit *>() : nullptr;
    m_key = key;
    m_posting = posting;
    m_focusBefore = m_window.focusWidget();
    m_textBefore = field ? field->text() : QString();
    m_waits = key.shows != KeyPress::Shows::Nothing;
    QTest::keyClick(window, key.key, key.with);
    if (key.shows != KeyPress::Shows::Nothing)
        return;
    m_window.activateWindow(); // as a window manager does when a dialog has gone
    m_answered.release();
}

bool KeyPresses::isAnswered(const QSet<QObject *> &widgets) const
{
    switch (m_key.shows) {
    case KeyPress::Shows::Page: {
        const QWidget *page = m_window.findChild<QWidget *>(m_window.currentPage());
        const int number = m_key.key - Qt::Key_0;
        return m_window.pageKeys().value(number - 1) == m_window.currentPage() &&
               widgets.contains(const_cast<QWidget *>(page));
    }
    case KeyPress::Shows::Focus: {
        QWidget *focus = m_window.focusWidget();
        return focus && focus != m_focusBefore &&
               std::any_of(widgets.cbegin(), widgets.cend(), [focus](QObject *painted) {
                   return painted == focus || painted->parent() == focus;
               });
    }
    case KeyPress::Shows::Palette:
    case KeyPress::Shows::Typed: {
        const ui::CommandPalette *palette = m_window.findChild<ui::CommandPalette *>();
        QLineEdit *field = palette ? palette->findChild<QLineEdit *>() : nullptr;
        return field && widgets.contains(field) &&
               (m_key.shows == KeyPress::Shows::Palette ||
                field->text().size() == m_textBefore.size() + 1);
    }
    case KeyPress::Shows::Nothing:
        return false;
    }
    return false;
}

void KeyPresses::look(const QSet<QObject *> &widgets, Steady::time_point at)
{
    if (!m_waits || !isAnswered(widgets))
        return;
    m_waits = false;
    const double whole = milliseconds(at - m_posting.at);
    const double waited = std::min(whole, waitedForProcessor(Thread::Window) - m_posting.waited);
    const double time = whole - waited;
    m_waited += waited;
    m_times.push_back(time);
    if (time > m_slowest) {
        m_slowest = time;
        m_slowestKey = m_key;
        m_slowestPage = m_window.currentPage();
    }
    m_answered.release();
}

QString KeyPresses::slowest() const
{
    return QStringLiteral("%1, on %2").arg(m_slowestKey.text(), m_slowestPage);
}

} // namespace understudy::test
