// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/holdbutton.h"

#include "ui/parts/colours.h"
#include "ui/parts/text.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace understudy::ui {

namespace {
constexpr qint64 holdMilliseconds = 1000;
}

HoldButton::HoldButton(const QString &text, QWidget *parent)
    : ActButton(text, parent)
{
    setToolTip(
        tr("Hold for one second. With the keyboard: Space, then Esc within a second to stop."));
    setAccessibleDescription(tr(
        "Hold for one second; Space or a press starts a countdown of one second that Esc stops."));
    m_timer.setInterval(40);
    connect(&m_timer, &QTimer::timeout, this, &HoldButton::advance);
}

QSize HoldButton::sizeHint() const
{
    const QSize size = ActButton::sizeHint();
    return {size.width() + grid(2), size.height()};
}

void HoldButton::begin(bool byMouse)
{
    m_byMouse = byMouse;
    m_elapsed.start();
    m_timer.start();
    if (!byMouse) {
        setFocus(Qt::OtherFocusReason);
        setAccessibleDescription(tr("%1 in 1 second; Esc stops it").arg(text()));
        QAccessibleEvent alert(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&alert);
    }
    update();
    emit countdownStarted();
}

void HoldButton::stop()
{
    if (!isRunning())
        return;
    m_elapsed.invalidate();
    m_timer.stop();
    setAccessibleDescription(tr("Stopped. Hold for one second; Space or a press starts a countdown "
                                "of one second that Esc stops."));
    setDown(false);
    update();
    emit countdownStopped();
}

void HoldButton::advance()
{
    if (!isEnabled()) {
        stop();
    } else if (m_elapsed.elapsed() >= holdMilliseconds) {
        m_elapsed.invalidate();
        m_timer.stop();
        setDown(false);
        update();
        emit acted();
    } else {
        update();
    }
}

void HoldButton::activate()
{
    if (!isRunning())
        begin(false);
}

void HoldButton::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || isGuarded() || isRunning())
        return;
    setDown(true);
    begin(true);
}

void HoldButton::mouseMoveEvent(QMouseEvent *event)
{
    if (m_byMouse && !rect().contains(event->position().toPoint()))
        stop();
}

void HoldButton::mouseReleaseEvent(QMouseEvent *)
{
    if (m_byMouse)
        stop();
}

void HoldButton::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && isRunning()) {
        stop();
        event->accept();
        return;
    }
    ActButton::keyPressEvent(event);
}

void HoldButton::focusOutEvent(QFocusEvent *event)
{
    if (!m_byMouse)
        stop();
    ActButton::focusOutEvent(event);
}

void HoldButton::hideEvent(QHideEvent *event)
{
    stop();
    ActButton::hideEvent(event);
}

void HoldButton::paintEvent(QPaintEvent *event)
{
    ActButton::paintEvent(event);
    if (!isRunning())
        return;
    const Colours &colours = coloursOf(this);
    const double part = qMin(1.0, double(m_elapsed.elapsed()) / holdMilliseconds);
    QPainter painter(this);
    painter.fillRect(QRectF(4, height() - 8, (width() - 8) * part, 4), colours.focus);
}

} // namespace understudy::ui
