// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/steprail.h"

#include "ui/parts/text.h"
#include "ui/parts/tone.h"
#include "ui/shell/consolestate.h"
#include "ui/wizards/runwords.h"
#include "ui/wizards/steplist.h"

#include <QVBoxLayout>

#include <algorithm>

namespace understudy::ui {

StepRail::StepRail(QWidget *parent)
    : QFrame(parent)
    , m_steps(new StepList(this))
    , m_cost(label({}, TextRole::Small, this))
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
    m_cost->hide();
    for (QLabel *words : {m_cost, m_counts, closing}) {
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

void StepRail::watchCost(const ConsoleState &state)
{
    const auto refresh = [this, &state] {
        const SystemHealth *cost = state.system(QStringLiteral("cost"));
        // That nothing is known of it and nothing wrong with it is no news to whoever recovers something.
        const bool known = cost && std::any_of(cost->readings.begin(), cost->readings.end(), [](const Reading &one) { return one.hasNumber(); });
        m_cost->setVisible(known || (cost && cost->health == Health::Degraded));
        if (!cost)
            return;
        const bool looms = std::any_of(cost->readings.begin(), cost->readings.end(), [](const Reading &one) { return one.isAbnormal(); });
        const Tone tone = cost->health == Health::Degraded || looms ? Tone::Warning : Tone::Plain;
        setTextIfChanged(m_cost, tone == Tone::Plain ? cost->reason : QStringLiteral("%1 %2").arg(toneSign(tone), cost->reason));
        setStyleProperty(m_cost, "tone", toneKey(tone));
    };
    connect(&state, &ConsoleState::snapshotChanged, this, refresh);
    refresh();
}

} // namespace understudy::ui
