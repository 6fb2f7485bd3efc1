// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/whattodobanner.h"

#include "ui/database/databasewords.h"
#include "ui/parts/elidedlabel.h"
#include "ui/parts/statebadge.h"
#include "ui/parts/text.h"
#include "ui/shell/consolestate.h"
#include "ui/wizards/deploymentchoices.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace understudy::ui {

WhatToDoBanner::WhatToDoBanner(const ConsoleState &state, QWidget *parent)
    : QFrame(parent)
    , m_state(state)
    , m_badge(new StateBadge(this))
    , m_title(new ElidedLabel({}, this))
    , m_evidence(new ElidedLabel({}, this))
    , m_start(new QPushButton(tr("Start recovery…"), this))
{
    setAccessibleName(tr("What to do"));
    setStyleProperty(this, "panel", QStringLiteral("banner"));
    setTextRole(m_title, TextRole::Title);
    setTextRole(m_evidence, TextRole::Muted);
    m_start->setAutoDefault(true); // it opens and does nothing yet: Return may press it
    m_start->setMinimumHeight(44);
    setStyleProperty(m_start, "kind", QStringLiteral("act"));
    QSizePolicy kept = m_start->sizePolicy();
    kept.setRetainSizeWhenHidden(true);
    m_start->setSizePolicy(kept);
    QVBoxLayout *told = new QVBoxLayout;
    told->setSpacing(2);
    told->addWidget(m_title);
    told->addWidget(m_evidence);
    QHBoxLayout *row = new QHBoxLayout(this);
    row->setContentsMargins(grid(2), 10, grid(2), 10);
    row->setSpacing(grid(2));
    row->addWidget(m_badge);
    row->addLayout(told, 1);
    row->addWidget(m_start);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(m_start, &QPushButton::clicked, this, [this] {
        if (const RunView *run = runFirst())
            emit runAsked(run->id);
        else if (hasRecipe())
            emit recoveryAsked(m_scenario);
        else
            emit planAsked();
    });
    refresh();
}

/// What hurts nobody yet, and would in the next outage: every minute of it could not be restored.
static QString troubleAhead(const HealthSnapshot &snapshot)
{
    const SystemHealth *database = snapshot.system(QStringLiteral("database"));
    const Reading *failures = database ? database->reading(QStringLiteral("archive failures")) : nullptr;
    const Reading *archiver = database ? database->reading(QStringLiteral("archiver")) : nullptr;
    if (!failures || !failures->isAbnormal())
        return {};
    return WhatToDoBanner::tr("What is written from now on could not be restored from the archive · %1")
        .arg(archiver && !archiver->reason.isEmpty() ? archiver->reason : failures->reason);
}

/// What is to be begun: not what is under way already.
const Recommendation *WhatToDoBanner::recommended() const
{
    const QList<RunView> &open = m_state.openRuns();
    for (const Recommendation &one : m_state.snapshot().recommendations) {
        if (std::none_of(open.cbegin(), open.cend(), [&one](const RunView &run) { return run.scenario == one.scenario; }))
            return &one;
    }
    return nullptr;
}

/// A recovery that somebody has begun comes before "nothing to do", as what it has changed stays so; but another outage
/// comes before a run that waits.
const RunView *WhatToDoBanner::runFirst() const
{
    return m_state.openRuns().isEmpty() || recommended() ? nullptr : &m_state.openRuns().first();
}

WhatToDoBanner::Words WhatToDoBanner::wordsOf(const RunView &run) const
{
    const QString step = run.current >= 0 && run.current < run.steps.size() ? run.steps.at(run.current).name : QString();
    QStringList evidence;
    if (!run.concern.isEmpty())
        evidence << run.concern;
    else if (run.state == RunView::State::WaitingForOperator && !step.isEmpty())
        evidence << tr("it waits for you at \"%1\"").arg(step);
    else if (run.state == RunView::State::Running && !step.isEmpty())
        evidence << tr("now: %1").arg(step);
    if (run.state == RunView::State::WaitingCommit && run.commitUntil.isValid())
        evidence << tr("until %1 UTC, then the plan decides").arg(run.commitUntil.toUTC().toString(QStringLiteral("HH:mm:ss")));
    if (run.state != RunView::State::WaitingCommit)
        evidence << tr("what it has changed so far stays until it is carried to its end, or gone back");
    for (const Recommendation &one : m_state.snapshot().recommendations)
        evidence << one.because.join(QStringLiteral(" · "));
    const bool proved = run.state == RunView::State::WaitingCommit;
    const bool down = m_state.snapshot().overall == Health::Down;
    for (const SystemHealth &system : m_state.snapshot().systems) {
        if (down && system.health == Health::Down)
            evidence.prepend(tr("%1 is down: %2").arg(system.name, system.reason));
    }
    return {.frame = down ? QStringLiteral("bannerCritical") : QStringLiteral("bannerWarning"),
            .badge = proved ? tr("DECIDE") : tr("UNDER WAY"),
            .title = proved ? tr("%1: proved, keep it or go back").arg(run.title) : tr("%1: not finished").arg(run.title),
            .evidence = evidence.join(QStringLiteral(" · ")),
            .tone = int(down ? Tone::Critical : Tone::Warning)};
}

WhatToDoBanner::Words WhatToDoBanner::words() const
{
    if (const RunView *run = runFirst())
        return wordsOf(*run);
    if (!m_state.hasSnapshot())
        return {.frame = QStringLiteral("banner"),
                .badge = tr("Looking"),
                .title = tr("The first look is under way"),
                .evidence = tr("Nothing is known yet, so nothing is called healthy"),
                .tone = int(Tone::Unknown)};
    const HealthSnapshot &snapshot = m_state.snapshot();
    if (const Recommendation *one = recommended()) {
        const Recommendation &first = *one;
        QStringList evidence = first.because;
        for (const RunView &run : m_state.openRuns())
            evidence << tr("beside the open run %1").arg(run.id);
        const qsizetype others = snapshot.recommendations.size() - 1;
        const bool critical = snapshot.overall == Health::Down;
        return {
            .frame = critical ? QStringLiteral("bannerCritical") : QStringLiteral("bannerWarning"),
            .badge = tr("WHAT TO DO"),
            .title = others > 0 ? tr("%1 (and %2 more)").arg(first.title).arg(others) : first.title,
            .evidence = evidence.join(QStringLiteral(" · ")),
            .tone = int(critical ? Tone::Critical : Tone::Warning)};
    }
    QStringList reasons;
    for (const SystemHealth &system : snapshot.systems) {
        if (system.health != Health::Healthy)
            reasons << system.name + QStringLiteral(": ") +
                           (system.reason.isEmpty() ? healthWord(system.health) : system.reason);
    }
    switch (snapshot.overall) {
    case Health::Healthy:
        if (const QString ahead = troubleAhead(snapshot); !ahead.isEmpty())
            return {.frame = QStringLiteral("bannerWarning"),
                    .badge = tr("WATCH"),
                    .title = tr("All systems serve, but WAL archiving fails"),
                    .evidence = ahead,
                    .tone = int(Tone::Warning)};
        return {.frame = QStringLiteral("banner"),
                .badge = tr("Nothing to do"),
                .title = tr("All systems are healthy"),
                .evidence =
                    tr("%1 systems, looked at all the time; a scenario appears here when one fails")
                        .arg(snapshot.systems.size()),
                .tone = int(Tone::Healthy)};
    case Health::Degraded:
        return {.frame = QStringLiteral("bannerWarning"),
                .badge = tr("WATCH"),
                .title = tr("Degraded, no scenario fits yet"),
                .evidence = reasons.join(QStringLiteral(" · ")),
                .tone = int(Tone::Warning)};
    case Health::Unknown:
        return {.frame = QStringLiteral("banner"),
                .badge = tr("Unknown"),
                .title = tr("Not everything can be seen"),
                .evidence = reasons.join(QStringLiteral(" · ")),
                .tone = int(Tone::Unknown)};
    case Health::Down:
        return {.frame = QStringLiteral("bannerCritical"),
                .badge = tr("DOWN"),
                .title = tr("Down, no scenario fits"),
                .evidence = reasons.join(QStringLiteral(" · ")),
                .tone = int(Tone::Critical)};
    }
    return {};
}

bool WhatToDoBanner::hasRecipe() const
{
    return m_scenario == QLatin1String("redis-master-failure") ||
           (m_scenario == QLatin1String("database-loss") && canBeRestored(m_state.plan())) ||
           (m_scenario == QLatin1String("bad-deployment") && canBeRolledBack(m_state.plan()));
}

void WhatToDoBanner::refresh()
{
    const Words now = words();
    m_badge->setState(Tone(now.tone), now.badge);
    setStyleProperty(this, "panel", now.frame);
    setTextIfChanged(m_title, now.title);
    setTextIfChanged(m_evidence, now.evidence);
    const Recommendation *one = recommended();
    m_scenario = one ? one->scenario : QString();
    // The button keeps its words while it is hidden, so that its place in the row does not change.
    if (!m_scenario.isEmpty())
        m_start->setText(hasRecipe() ? tr("Start recovery…") : tr("Open the plan's own steps"));
    const RunView *run = runFirst();
    const bool isOpen = run != nullptr;
    if (isOpen)
        m_start->setText(run->state == RunView::State::WaitingCommit ? tr("Keep or go back…") : tr("Go on with it"));
    m_start->setVisible((isOpen || !m_scenario.isEmpty()) && !m_state.observeOnly());
}

} // namespace understudy::ui
