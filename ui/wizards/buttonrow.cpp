// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/buttonrow.h"

#include "ui/parts/text.h"

#include <QBoxLayout>
#include <QEvent>

namespace understudy::ui {

ButtonRow::ButtonRow(QWidget *parent)
    : QWidget(parent)
    , m_outer(new QBoxLayout(QBoxLayout::LeftToRight, this))
    , m_asides(new QBoxLayout(QBoxLayout::LeftToRight))
{
    m_outer->setContentsMargins(0, 0, 0, 0);
    m_outer->setSpacing(grid(1));
    m_asides->setSpacing(grid(1));
    m_asides->addStretch(1);
    m_outer->addLayout(m_asides, 1);
}

void ButtonRow::addAside(QWidget *button)
{
    m_asides->insertWidget(m_asides->count() - 1, button, 0, Qt::AlignVCenter);
}

void ButtonRow::setAct(QWidget *button)
{
    if (m_act)
        m_outer->removeWidget(m_act);
    m_act = button;
    if (m_act)
        m_outer->addWidget(m_act, 0, Qt::AlignRight | Qt::AlignVCenter);
    arrange();
}

int ButtonRow::asidesWidth() const
{
    int width = 0;
    for (int i = 0; i < m_asides->count(); ++i) {
        const QWidget *button = m_asides->itemAt(i)->widget();
        if (button && !button->isHidden())
            width += button->sizeHint().width() + m_asides->spacing();
    }
    return width;
}

QSize ButtonRow::minimumSizeHint() const
{
    return {qMax(asidesWidth(), m_act ? m_act->sizeHint().width() : 0),
            QWidget::minimumSizeHint().height()};
}

void ButtonRow::arrange()
{
    const bool fits = !m_act || asidesWidth() + m_act->sizeHint().width() <= width();
    const QBoxLayout::Direction wanted = fits ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom;
    if (m_outer->direction() != wanted) {
        m_outer->setDirection(wanted);
        updateGeometry();
    }
}

void ButtonRow::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

bool ButtonRow::event(QEvent *event)
{
    const bool known = QWidget::event(event);
    if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::FontChange)
        arrange();
    return known;
}

} // namespace understudy::ui
