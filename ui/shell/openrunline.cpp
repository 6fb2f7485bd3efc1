// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/openrunline.h"

#include "core/base/quantity.h"
#include "ui/parts/elidedlabel.h"
#include "ui/parts/gauge.h"
#include "ui/parts/text.h"
#include "ui/shell/consolestate.h"
#include "ui/shell/times.h"

#include <QHBoxLayout>
#include <QPushButton>

namespace understudy::ui {

namespace {

QString doing(const RunView &run)
{
    if (run.current < 0 || run.current >= run.steps.size())
        return {};
    const QString step = run.steps[run.current].name;
    switch (run.state) {
    case RunView::State::Preparing:
        return OpenRunLine::tr("looking before the start");
    case RunView::State::WaitingForOperator:
        return OpenRunLine::tr("waits for you: %1").arg(step);
    case RunView::State::Running:
        return OpenRunLine::tr("now: %1").arg(step);
    case RunView::State::WaitingCommit:
        return OpenRunLine::tr("proved; keep or go back until %1 UTC")
            .arg(run.commitUntil.toUTC().toString(QStringLiteral("HH:mm:ss")));
    case RunView::State::Ended:
        return run.outcome;
    }
    return {};
}

} // namespace

OpenRunLine::OpenRunLine(const ConsoleState &state, QWidget *parent)
    : QFrame(parent)
    , m_state(state)
    , m_id(label({}, TextRole::Title, this))
    , m_title(new ElidedLabel({}, this))
    , m_objective(label({}, TextRole::Muted, this))
    , m_gauge(new Gauge(this))
    , m_used(label({}, TextRole::Number, this))
    , m_doing(new ElidedLabel({}, this))
    , m_open(new QPushButton(tr("Open run"), this))
{
    setAccessibleName(tr("Open run"));
    setStyleProperty(this, "strip", QStringLiteral("run"));
    setTextRole(m_doing, TextRole::Muted);
    m_open->setVisible(!state.observeOnly());
    m_open->setAutoDefault(true); // it only opens: Return may press it
    m_gauge->setFixedWidth(240);
    QHBoxLayout *row = new QHBoxLayout(this);
    row->setContentsMargins(grid(2), 6, grid(2), 6);
    row->setSpacing(grid(2));
    row->addWidget(m_id);
    row->addWidget(m_title, 2);
    row->addWidget(m_objective);
    row->addWidget(m_gauge);
    row->addWidget(m_used);
    row->addWidget(m_doing, 2);
    row->addWidget(m_open);
    hide();
    connect(&state, &ConsoleState::runsChanged, this, &OpenRunLine::refresh);
    connect(&state.ticker(), &Ticker::ticked, this, &OpenRunLine::tick);
    connect(m_open, &QPushButton::clicked, this, [this] {
        if (!m_state.openRuns().isEmpty())
            emit runAsked(m_state.openRuns().first().id);
    });
    refresh();
}

void OpenRunLine::refresh()
{
    setVisible(!m_state.openRuns().isEmpty());
    if (m_state.openRuns().isEmpty())
        return;
    const RunView &run = m_state.openRuns().first();
    const qsizetype others = m_state.openRuns().size() - 1;
    setTextIfChanged(m_id, run.id);
    setTextIfChanged(m_title,
                     others > 0 ? tr("%1 (and %2 more)").arg(run.title).arg(others) : run.title);
    setTextIfChanged(m_objective, run.objective.isEmpty()
                                      ? QString()
                                      : tr("RTO %1").arg(durationText(run.within)));
    setTextIfChanged(m_doing, doing(run));
    tick();
}

void OpenRunLine::tick()
{
    if (m_state.openRuns().isEmpty())
        return;
    const RunView &run = m_state.openRuns().first();
    const Milliseconds used = run.recoveryTime.value_or(
        run.began.isValid() ? Milliseconds(run.began.msecsTo(m_state.now())) : Milliseconds(0));
    const bool raced = run.within.count() > 0;
    const double part = raced ? double(used.count()) / double(run.within.count()) : 0;
    const Tone tone = part >= 1 ? Tone::Critical : part >= 0.75 ? Tone::Warning : Tone::Plain;
    const QString sign = toneSign(tone);
    const QString words = raced
                              ? tr("%1 of %2 used").arg(elapsedText(used), durationText(run.within))
                              : tr("%1 elapsed").arg(elapsedText(used));
    setTextIfChanged(m_used, sign.isEmpty() ? words : QString(sign + QLatin1Char(' ') + words));
    setStyleProperty(m_used, "tone", toneKey(tone));
    m_gauge->setVisible(raced);
    // A bar moves by whole pixels only: steps finer than one are not worth a repaint.
    const double shown =
        qBound(0.0, std::floor(part * m_gauge->width()) / qMax(1, m_gauge->width()), 1.0);
    m_gauge->setState({.filled = shown, .tone = tone}, tr("Recovery time: %1").arg(words));
}

} // namespace understudy::ui
