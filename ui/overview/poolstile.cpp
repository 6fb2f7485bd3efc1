// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/poolstile.h"

#include "ui/overview/minitraffic.h"
#include "ui/parts/elidedlabel.h"
#include "ui/parts/text.h"
#include "ui/parts/tone.h"
#include "ui/shell/consolestate.h"

#include <QUrl>
#include <QVBoxLayout>

namespace understudy::ui {

namespace {

QString counted(const PoolsView &pools)
{
    const QUrl entry(pools.entry);
    const QString name = entry.host().isEmpty() ? pools.entry : entry.authority();
    if (pools.answersCounted <= 0)
        return PoolsTile::tr("%1 · %2").arg(name, pools.entryWhy.isEmpty()
                                                      ? PoolsTile::tr("no answers counted yet")
                                                      : pools.entryWhy);
    int served = 0;
    for (const PoolView &pool : pools.pools)
        served += pool.colour == pools.serving ? pool.answersCounted : 0;
    if (pools.serving == QLatin1String("mixed"))
        return PoolsTile::tr("%1 · more than one colour answers").arg(name);
    const QString who = pools.serving.isEmpty() ? PoolsTile::tr("nobody known") : pools.serving;
    return PoolsTile::tr("%1 · %2 of %3 answers from %4")
        .arg(name)
        .arg(served)
        .arg(pools.answersCounted)
        .arg(who);
}

QString serviceLevel(const ConsoleState &state)
{
    const SystemHealth *slo = state.system(QStringLiteral("slo"));
    if (!slo)
        return {};
    if (slo->health == Health::Degraded || slo->health == Health::Down)
        return toneSign(toneOf(slo->health)) + QLatin1Char(' ') + slo->reason;
    // What the plan sets a limit to, short enough to stand whole; the other figures are on the pools page.
    QStringList parts;
    for (const char *name : {"error rate", "p95"}) {
        const Reading *reading = slo->reading(QLatin1String(name));
        if (reading && reading->stateAt(state.now()) == ReadingState::Fresh)
            parts << (reading->label.isEmpty() ? reading->name : reading->label) + QLatin1Char(' ') +
                         reading->text();
    }
    return parts.isEmpty()
               ? PoolsTile::tr("service level: unknown")
               : PoolsTile::tr("service level: %1").arg(parts.join(QStringLiteral(" · ")));
}

} // namespace

PoolsTile::PoolsTile(const ConsoleState &state, QWidget *parent)
    : SystemTile(tr("Pools"), QStringLiteral("pools"), state, parent)
    , m_counted(new ElidedLabel({}, this))
    , m_traffic(new MiniTraffic(this))
    , m_level(new ElidedLabel({}, this))
{
    setTextRole(m_counted, TextRole::Small);
    setTextRole(m_level, TextRole::Small);
    body()->addWidget(m_counted);
    body()->addSpacing(grid(1));
    body()->addWidget(m_traffic, 1);
    body()->addWidget(m_level);
}

void PoolsTile::refresh()
{
    SystemTile::refresh();
    const std::optional<PoolsView> &pools = state().snapshot().pools;
    const bool stale = state().healthNow(QStringLiteral("pools")) == Health::Unknown;
    const QString words = pools ? counted(*pools) : QString();
    setTextIfChanged(m_counted, stale && pools ? tr("last known: %1").arg(words) : words);
    m_traffic->setPools(pools, stale);
    setTextIfChanged(m_level, serviceLevel(state()));
}

} // namespace understudy::ui
