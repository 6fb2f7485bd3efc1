// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/systemtile.h"

#include "core/base/quantity.h"
#include "ui/parts/agelabel.h"
#include "ui/parts/elidedlabel.h"
#include "ui/parts/statebadge.h"
#include "ui/parts/text.h"
#include "ui/shell/consolestate.h"

#include <QMouseEvent>
#include <QVBoxLayout>

namespace understudy::ui {

SystemTile::SystemTile(const QString &title, const QString &system, const ConsoleState &state,
                       QWidget *parent)
    : Panel(title, parent)
    , m_state(state)
    , m_system(system)
    , m_age(new AgeLabel(state.ticker(), AgeLabel::Form::Ago, this))
    , m_reason(new ElidedLabel({}, this))
{
    setCursor(Qt::PointingHandCursor);
    setObjectName(QStringLiteral("tile.") + system);
    addToHeader(m_age);
    setTextRole(m_reason, TextRole::Muted);
    body()->addWidget(m_reason);
    connect(&state.ticker(), &Ticker::ticked, this, [this] {
        if (isVisible())
            showState();
    });
}

const SystemHealth *SystemTile::system() const
{
    return m_state.system(m_system);
}

void SystemTile::refresh()
{
    const SystemHealth *found = system();
    m_age->setTime(found ? found->lookedAt : QDateTime());
    // A healthy system needs no reason; the line keeps its place so that the body never jumps.
    const bool quiet = !found || found->health == Health::Healthy;
    setTextIfChanged(m_reason, quiet ? QString() : found->reason);
    m_reason->setVisible(!quiet);
    showState();
}

void SystemTile::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        emit opened(m_system);
}

void SystemTile::showState()
{
    const Health health = m_state.healthNow(m_system);
    const SystemHealth *found = system();
    QString words = healthWord(health);
    const bool told =
        found && health == found->health && health != Health::Healthy && found->since.isValid();
    if (told) {
        const Milliseconds since(found->since.msecsTo(m_state.now()));
        // To the minute once it is old: a figure that runs every second is read by nobody.
        words = since < std::chrono::minutes(1)
                    ? tr("%1 for %2 s").arg(words).arg(qMax(0LL, since.count() / 1000LL))
                    : tr("%1 for %2 min").arg(words).arg(since.count() / 60'000);
    }
    setState(toneOf(health), words);
}

} // namespace understudy::ui
