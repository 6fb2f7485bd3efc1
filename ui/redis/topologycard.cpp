// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/redis/topologycard.h"

#include "ui/parts/colours.h"
#include "ui/parts/text.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace understudy::ui {

TopologyCard::TopologyCard(QWidget *parent)
    : QFrame(parent)
    , m_role(label({}, TextRole::Title, this))
    , m_address(label({}, TextRole::Body, this))
    , m_lines(label({}, TextRole::Small, this))
{
    setFocusPolicy(Qt::StrongFocus);
    m_lines->setWordWrap(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 12, 8);
    column->setSpacing(2);
    column->addWidget(m_role);
    column->addWidget(m_address);
    column->addWidget(m_lines);
    column->addStretch(1);
}

void TopologyCard::setCard(const CardText &text)
{
    setVisible(true);
    if (text == m_text && !accessibleName().isEmpty())
        return;
    m_text = text;
    setTextIfChanged(m_role, toneSign(text.tone) + QLatin1Char(' ') + text.role);
    setTextIfChanged(m_address, text.address);
    setTextIfChanged(m_lines, text.lines.join(QStringLiteral(" · ")));
    m_lines->setVisible(!text.lines.isEmpty());
    setAccessibleName(text.accessible());
    setToolTip(text.more.isEmpty() ? text.accessible() : text.more);
    update();
}

void TopologyCard::paintEvent(QPaintEvent *)
{
    const Colours &colours = coloursOf(this);
    const bool loud = m_text.tone == Tone::Warning || m_text.tone == Tone::Critical;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPen border(loud ? toneColour(m_text.tone, colours) : colours.controlBorder, loud ? 2 : 1);
    if (m_text.tone == Tone::Unknown)
        border.setStyle(Qt::DashLine);
    painter.setPen(border);
    painter.setBrush(m_text.tone == Tone::Critical ? colours.criticalGround : colours.raised);
    const QRectF box = QRectF(rect()).adjusted(2, 2, -2, -2);
    painter.drawRoundedRect(box, 4, 4);
    if (!hasFocus())
        return;
    painter.setPen(QPen(colours.focus, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 5, 5);
}

void TopologyCard::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        QGuiApplication::clipboard()->setText(m_text.accessible());
    else
        QFrame::keyPressEvent(event);
}

void TopologyCard::focusInEvent(QFocusEvent *event)
{
    QFrame::focusInEvent(event);
    update();
}

void TopologyCard::focusOutEvent(QFocusEvent *event)
{
    QFrame::focusOutEvent(event);
    update();
}

} // namespace understudy::ui
