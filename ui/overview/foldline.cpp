// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/foldline.h"

#include "ui/parts/elidedlabel.h"
#include "ui/parts/text.h"

#include <QHBoxLayout>

namespace understudy::ui {

FoldLine::FoldLine(const QString &title, QWidget *parent)
    : QFrame(parent)
    , m_summary(new ElidedLabel({}, this))
{
    setAccessibleName(title);
    setStyleProperty(this, "panel", QStringLiteral("plain"));
    QHBoxLayout *row = new QHBoxLayout(this);
    row->setContentsMargins(grid(2), 6, grid(2), 6);
    row->setSpacing(12);
    row->addWidget(label(title, TextRole::Title, this));
    row->addWidget(m_summary, 1);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void FoldLine::setSummary(const QString &summary)
{
    setTextIfChanged(m_summary, summary);
}

} // namespace understudy::ui
