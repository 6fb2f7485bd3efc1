// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/parts/actbutton.h"

#include <QTimer>

namespace understudy::ui {

/// Acts only after it was held for a second with the mouse. The keyboard and assistive technology
/// cannot hold: their first press starts a countdown of one second, told in words, that Esc (or
/// leaving the button) stops.
class HoldButton : public ActButton
{
    Q_OBJECT
public:
    explicit HoldButton(const QString &text, QWidget *parent = nullptr);
    bool isRunning() const { return m_elapsed.isValid(); }
    QSize sizeHint() const override;

signals:
    void countdownStarted(); ///< held or counting down
    void countdownStopped(); ///< let go, or Esc: nothing was done

protected:
    void activate() override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void begin(bool byMouse);
    void stop();
    void advance();

    QTimer m_timer;
    QElapsedTimer m_elapsed;
    bool m_byMouse = false;
};

} // namespace understudy::ui
