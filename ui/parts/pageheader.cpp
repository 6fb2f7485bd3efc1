// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/pageheader.h"

#include "ui/parts/agelabel.h"
#include "ui/parts/elidedlabel.h"
#include "ui/parts/statebadge.h"
#include "ui/parts/text.h"

#include <QHBoxLayout>

namespace understudy::ui {

PageHeader::PageHeader(const QString &title, const Ticker &ticker, QWidget *parent)
    : QWidget(parent)
    , m_row(new QHBoxLayout(this))
    , m_badge(new StateBadge(this))
    , m_reason(new ElidedLabel({}, this))
    , m_age(new AgeLabel(ticker, AgeLabel::Form::Ago, this))
{
    setTextRole(m_reason, TextRole::Muted);
    setTextRole(m_age, TextRole::Small);
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(grid(2));
    m_row->addWidget(label(title, TextRole::Heading, this));
    m_row->addWidget(m_badge);
    m_row->addWidget(m_reason, 1);
    m_row->addWidget(m_age);
    setMinimumHeight(44);
}

void PageHeader::setState(Tone tone, const QString &words, const QString &reason,
                          const QDateTime &lookedAt)
{
    m_badge->setState(tone, words);
    setTextIfChanged(m_reason, reason);
    m_age->setTime(lookedAt);
}

void PageHeader::addAction(QWidget *widget)
{
    m_row->addWidget(widget);
}

} // namespace understudy::ui
