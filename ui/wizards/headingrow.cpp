// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/headingrow.h"

#include "ui/parts/text.h"

#include <QBoxLayout>
#include <QEvent>

namespace understudy::ui {

HeadingRow::HeadingRow(QWidget *badge, QWidget *parent)
    : QWidget(parent)
    , m_heading(label({}, TextRole::Heading, this))
    , m_badge(badge)
    , m_layout(new QBoxLayout(QBoxLayout::LeftToRight, this))
{
    m_heading->setWordWrap(true);
    m_heading->setTextFormat(Qt::PlainText);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(grid(1));
    m_layout->addWidget(m_heading, 1);
    m_layout->addWidget(m_badge, 0, Qt::AlignLeft | Qt::AlignVCenter);
    m_layout->addStretch(0);
}

void HeadingRow::setText(const QString &text)
{
    setTextIfChanged(m_heading, text);
    arrange();
}

QString HeadingRow::text() const
{
    return m_heading->text();
}

void HeadingRow::arrange()
{
    m_heading->ensurePolished();
    const int words = m_heading->fontMetrics().horizontalAdvance(m_heading->text()) + grid(1);
    m_heading->setMaximumWidth(words);
    const bool fits =
        m_badge->isHidden() || words + grid(1) + m_badge->sizeHint().width() <= width();
    const QBoxLayout::Direction wanted = fits ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom;
    if (m_layout->direction() != wanted)
        m_layout->setDirection(wanted);
}

void HeadingRow::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

bool HeadingRow::event(QEvent *event)
{
    if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::FontChange)
        arrange();
    return QWidget::event(event);
}

} // namespace understudy::ui
