// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/panel.h"

#include "ui/parts/statebadge.h"
#include "ui/parts/text.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace understudy::ui {

Panel::Panel(const QString &title, QWidget *parent)
    : QFrame(parent)
    , m_title(label(title, TextRole::Title, this))
    , m_badge(new StateBadge(this))
    , m_note(label({}, TextRole::Small, this))
    , m_header(new QHBoxLayout)
    , m_body(new QVBoxLayout)
{
    setStyleProperty(this, "panel", QStringLiteral("plain"));
    setAccessibleName(title);
    m_badge->hide();
    m_note->hide();
    m_header->setSpacing(grid(1));
    m_header->addWidget(m_title);
    m_header->addWidget(m_badge);
    m_header->addStretch(1);
    m_header->addWidget(m_note);
    m_body->setSpacing(0);
    QVBoxLayout *whole = new QVBoxLayout(this);
    whole->setContentsMargins(grid(2), 12, grid(2), 12);
    whole->setSpacing(grid(1));
    whole->addLayout(m_header);
    whole->addLayout(m_body, 1);
}

void Panel::setTitle(const QString &title)
{
    setTextIfChanged(m_title, title);
    setAccessibleName(title);
}

void Panel::setState(Tone tone, const QString &words)
{
    m_badge->setState(tone, words);
    m_badge->setVisible(!words.isEmpty());
    setStyleProperty(this, "panel",
                     tone == Tone::Critical ? QStringLiteral("critical") : QStringLiteral("plain"));
}

void Panel::addToHeader(QWidget *widget)
{
    m_header->addWidget(widget);
}

void Panel::setHeaderNote(const QString &note)
{
    setTextIfChanged(m_note, note);
    m_note->setVisible(!note.isEmpty());
}

QWidget *rule(QWidget *parent)
{
    QFrame *line = new QFrame(parent);
    line->setFixedHeight(1);
    setStyleProperty(line, "rule", QStringLiteral("true"));
    return line;
}

} // namespace understudy::ui
