// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <QObject>
#include <QTimer>

namespace understudy::ui {

/// The one timer behind everything on screen that grows old by itself. Listeners change a text only
/// when it differs, so a tick that changes nothing paints nothing.
class Ticker : public QObject
{
    Q_OBJECT
public:
    explicit Ticker(const Clock &clock, QObject *parent = nullptr);
    QDateTime now() const { return m_clock.now(); }
    const Clock &clock() const { return m_clock; }
    void stop() { m_timer.stop(); }

signals:
    void ticked(const QDateTime &now);

private:
    const Clock &m_clock;
    QTimer m_timer;
};

} // namespace understudy::ui
