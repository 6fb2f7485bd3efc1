// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/steprail.h"

#include "ui/parts/text.h"
#include "ui/wizards/runwords.h"
#include "ui/wizards/steplist.h"

#include <QVBoxLayout>

namespace understudy::ui {

StepRail::StepRail(QWidget *parent)
    : QFrame(parent)
    , m_steps(new StepList(this))
    , m_counts(label({}, TextRole::Small, this))
{
    setObjectName(QStringLiteral("stepRail"));
    setStyleProperty(this, "strip", QStringLiteral("navigation"));
    QLabel *closing = label(tr("Closing this window cancels nothing. The run goes on or stands "
                               "still, and opens here again."),
                            TextRole::Small, this);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, grid(2), 0, grid(2));
    column->setSpacing(grid(1));
    column->addWidget(m_steps, 1);
    for (QLabel *words : {m_counts, closing}) {
        words->setWordWrap(true);
        words->setContentsMargins(grid(2), 0, grid(2), 0);
        column->addWidget(words);
    }
}

void StepRail::setRun(const RunView &run, const QDateTime &now)
{
    m_steps->setRun(run, now);
    setTextIfChanged(m_counts, countsText(run));
}

} // namespace understudy::ui
