// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/eventline.h"

#include "ui/parts/elidedbutton.h"
#include "ui/parts/text.h"
#include "ui/parts/tone.h"
#include "ui/shell/consolestate.h"

#include <QHBoxLayout>

namespace understudy::ui {

namespace {

constexpr int eventsShown = 4;

QString line(const Event &event)
{
    const QString sign = toneSign(toneOf(event.weight));
    return event.at.toUTC().toString(QStringLiteral("HH:mm:ss ")) +
           (sign.isEmpty() ? QString() : QString(sign + QLatin1Char(' '))) + event.name +
           (event.text.isEmpty() ? QString() : QString(QLatin1Char(' ') + event.text)) +
           (event.source.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(event.source));
}

} // namespace

EventLine::EventLine(const ConsoleState &state, QWidget *parent)
    : QFrame(parent)
    , m_state(state)
    , m_events(new ElidedButton(QStringLiteral("event"), this))
    , m_contradictions(new ElidedButton(QStringLiteral("contradiction"), this))
{
    setAccessibleName(tr("Latest events"));
    setStyleProperty(this, "strip", QStringLiteral("events"));
    QHBoxLayout *row = new QHBoxLayout(this);
    row->setContentsMargins(grid(1), 2, grid(1), 2);
    row->setSpacing(grid(1));
    row->addWidget(m_events, 1);
    row->addWidget(m_contradictions);
    m_contradictions->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_contradictions->setMaximumWidth(grid(65));
    m_events->setMinimumHeight(26);
    // It takes what room is left: the contradiction is never cut for an old event.
    m_events->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    connect(m_events, &QPushButton::clicked, this, &EventLine::journalAsked);
    connect(m_contradictions, &QPushButton::clicked, this, &EventLine::journalAsked);
    connect(&state, &ConsoleState::eventsAdded, this, &EventLine::refresh);
    connect(&state, &ConsoleState::snapshotChanged, this, &EventLine::refresh);
    connect(&state, &ConsoleState::startLineChanged, this, &EventLine::refresh);
    refresh();
}

void EventLine::refresh()
{
    const QList<Event> &events = m_state.events();
    QStringList shown;
    for (qsizetype i = events.size() - 1; i >= 0 && shown.size() < eventsShown; --i)
        shown << line(events[i]);
    if (!m_state.startLine().isEmpty() && shown.size() < eventsShown)
        shown << m_state.startLine();
    m_events->setWhole(shown.isEmpty() ? tr("No events yet")
                                       : shown.join(QStringLiteral("   ·   ")));
    const QList<Contradiction> &contradictions = m_state.snapshot().contradictions;
    m_contradictions->setVisible(!contradictions.isEmpty());
    if (contradictions.isEmpty())
        return;
    const QString first = contradictions.first().about;
    m_contradictions->setWhole(
        contradictions.size() == 1
            ? tr("▲ 1 contradiction: %1").arg(first)
            : tr("▲ %1 contradictions: %2, …").arg(contradictions.size()).arg(first));
}

} // namespace understudy::ui
