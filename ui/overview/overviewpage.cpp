// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/overviewpage.h"

#include "ui/overview/costpanel.h"
#include "ui/overview/databasetile.h"
#include "ui/overview/foldline.h"
#include "ui/overview/objectivespanel.h"
#include "ui/overview/poolstile.h"
#include "ui/overview/redistile.h"
#include "ui/overview/requestspanel.h"
#include "ui/overview/timeline.h"
#include "ui/overview/whattodobanner.h"
#include "ui/parts/text.h"
#include "ui/shell/consolestate.h"

#include <QGridLayout>
#include <QScrollArea>
#include <QVBoxLayout>

namespace understudy::ui {

namespace {
/// Lower than this, in lines of text, the lower rows fold: it grows with the text.
constexpr int unfoldedLines = 40;
} // namespace

OverviewPage::OverviewPage(const ConsoleState &state, QWidget *parent)
    : Page(QStringLiteral("overview"), tr("Overview"), {}, state, parent)
    , m_banner(new WhatToDoBanner(state, this))
    , m_objectives(new ObjectivesPanel(state, this))
    , m_requests(new RequestsPanel(state, this))
    , m_cost(new CostPanel(state, this))
    , m_happened(new Panel(tr("What happened"), this))
    , m_timeline(new Timeline(m_happened))
    , m_low(new QWidget(this))
    , m_objectivesLine(new FoldLine(tr("Objectives"), m_low))
    , m_requestsLine(new FoldLine(tr("Requests"), m_low))
    , m_costLine(new FoldLine(tr("Cost"), m_low))
    , m_happenedLine(new FoldLine(tr("What happened"), m_low))
{
    const Plan &plan = state.plan();
    if (plan.database)
        m_tiles << new DatabaseTile(state, this);
    if (plan.redis)
        m_tiles << new RedisTile(state, this);
    if (plan.application)
        m_tiles << new PoolsTile(state, this);
    Panel *happened = static_cast<Panel *>(m_happened);
    happened->setHeaderNote(tr("last %1 min · all sources on one line").arg(Timeline::minutes));
    happened->body()->addWidget(m_timeline, 1);

    QGridLayout *lines = new QGridLayout(m_low);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setSpacing(grid(1));
    lines->addWidget(m_objectivesLine, 0, 0, 1, 2);
    lines->addWidget(m_requestsLine, 1, 0);
    lines->addWidget(m_costLine, 1, 1);
    lines->addWidget(m_happenedLine, 2, 0, 1, 2);
    lines->setColumnStretch(0, 1);
    lines->setColumnStretch(1, 1);

    QWidget *middle = new QWidget(this);
    middle->setProperty("scrolled", true);
    QGridLayout *cards = new QGridLayout(middle);
    cards->setContentsMargins(0, 0, 0, 0);
    cards->setSpacing(grid(2));
    int column = 0;
    for (SystemTile *tile : std::as_const(m_tiles)) {
        cards->addWidget(tile, 0, column++);
        connect(tile, &SystemTile::opened, this, &Page::pageAsked);
    }
    const int columns = qMax(3, column);
    cards->addWidget(m_objectives, 1, 0);
    cards->addWidget(m_requests, 1, 1);
    cards->addWidget(m_cost, 1, 2);
    cards->addWidget(m_happened, 2, 0, 1, columns);
    cards->addWidget(m_low, 3, 0, 1, columns);
    for (int i = 0; i < columns; ++i)
        cards->setColumnStretch(i, 1);
    m_cards = cards;
    fold(false);
    QScrollArea *scroll = new QScrollArea(this);
    scroll->setWidget(middle);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("Systems"));
    scroll->viewport()->setAutoFillBackground(false);
    middle->setAutoFillBackground(false);

    QVBoxLayout *whole = new QVBoxLayout(this);
    whole->setContentsMargins(grid(2), grid(2), grid(2), grid(2));
    whole->setSpacing(grid(2));
    whole->addWidget(m_banner);
    whole->addWidget(scroll, 1);
    connect(m_banner, &WhatToDoBanner::recoveryAsked, this, &Page::recoveryAsked);
    connect(m_banner, &WhatToDoBanner::runAsked, this, &Page::runAsked);
    connect(&state, &ConsoleState::runsChanged, m_banner, &WhatToDoBanner::refresh);
    connect(m_banner, &WhatToDoBanner::planAsked, this, [this] { emit pageAsked(QStringLiteral("plan")); });
    connect(&state, &ConsoleState::eventsAdded, this, [this] {
        if (isVisible())
            refreshTimeline();
    });
}

void OverviewPage::fold(bool folded)
{
    m_folded = folded;
    for (QWidget *one : {static_cast<QWidget *>(m_objectives), static_cast<QWidget *>(m_requests),
                         static_cast<QWidget *>(m_cost), m_happened})
        one->setVisible(!folded);
    m_low->setVisible(folded);
    m_cards->setRowStretch(0, 5);
    m_cards->setRowStretch(1, folded ? 0 : 4);
    m_cards->setRowStretch(2, folded ? 0 : 2);
}

void OverviewPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    const bool low = height() < unfoldedLines * fontMetrics().height();
    if (low != m_folded) {
        fold(low);
        refresh();
    }
}

void OverviewPage::refreshTimeline()
{
    if (m_folded)
        m_happenedLine->setSummary(lately());
    else
        m_timeline->setEvents(state().events(), state().now());
}

QString OverviewPage::lately() const
{
    QStringList parts;
    const QList<Event> &events = state().events();
    for (qsizetype i = events.size() - 1; i >= 0 && parts.size() < 3; --i) {
        const QString sign = toneSign(toneOf(events[i].weight));
        parts << events[i].at.toUTC().toString(QStringLiteral("HH:mm:ss ")) +
                     (sign.isEmpty() ? QString() : QString(sign + QLatin1Char(' '))) +
                     events[i].name + QLatin1Char(' ') + events[i].text;
    }
    return parts.isEmpty() ? tr("nothing yet") : parts.join(QStringLiteral("  ·  "));
}

void OverviewPage::refresh()
{
    m_banner->refresh();
    for (SystemTile *tile : std::as_const(m_tiles))
        tile->refresh();
    if (m_folded) {
        m_objectivesLine->setSummary(m_objectives->summary());
        m_requestsLine->setSummary(m_requests->summary());
        m_costLine->setSummary(m_cost->summary());
    } else {
        m_objectives->refresh();
        m_requests->refresh();
        m_cost->refresh();
    }
    refreshTimeline();
}

} // namespace understudy::ui
