// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/runline.h"

#include "ui/parts/elidedlabel.h"
#include "ui/parts/text.h"
#include "ui/wizards/racebar.h"
#include "ui/wizards/runwords.h"

#include <QHBoxLayout>

namespace understudy::ui {

RunLine::RunLine(QWidget *parent)
    : QFrame(parent)
    , m_title(new ElidedLabel({}, this))
    , m_bar(new RaceBar(this))
    , m_race(label({}, TextRole::Body, this))
    , m_id(new ElidedLabel({}, this))
{
    setObjectName(QStringLiteral("runLine"));
    setStyleProperty(this, "strip", QStringLiteral("run"));
    setTextRole(m_id, TextRole::Muted);
    QFont strong = m_title->font();
    strong.setBold(true);
    m_title->setFont(strong);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(grid(2), grid(1), grid(2), grid(1));
    row->setSpacing(grid(2));
    row->addWidget(m_title);
    row->addWidget(m_bar, 1);
    row->addWidget(m_race);
    row->addWidget(m_id);
    m_bar->setMaximumWidth(420);
    row->addStretch(0);
}

void RunLine::setRun(const RunView &run, const QDateTime &now)
{
    setTextIfChanged(m_title, run.title);
    const QString race = raceText(run, now);
    setTextIfChanged(m_race, race);
    const bool raced = run.within.count() > 0;
    m_bar->setVisible(raced);
    if (raced)
        m_bar->setUsed(double(outageSoFar(run, now).count()) / double(run.within.count()), race);
    setTextIfChanged(m_id, run.id.isEmpty() ? tr("not begun") : tr("run %1").arg(run.id));
}

} // namespace understudy::ui
