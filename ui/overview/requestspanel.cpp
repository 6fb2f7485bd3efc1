// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/requestspanel.h"

#include "core/base/quantity.h"
#include "ui/parts/trendchart.h"
#include "ui/shell/consolestate.h"

#include <QVBoxLayout>

namespace understudy::ui {

namespace {
constexpr qint64 windowMilliseconds = 30 * 60'000;
/// A pixel of this window is some seconds wide: drawing more often shows nothing new.
constexpr qint64 redrawMilliseconds = 5000;
} // namespace

RequestsPanel::RequestsPanel(const ConsoleState &state, QWidget *parent)
    : Panel(tr("Requests and errors"), parent)
    , m_state(state)
    , m_chart(new TrendChart(tr("Requests and errors"), tr("per second"), this))
{
    setHeaderNote(tr("last 30 min"));
    body()->addWidget(m_chart, 1);
}

void RequestsPanel::refresh()
{
    const qint64 now = m_state.now().toMSecsSinceEpoch();
    if (now - m_drawnAt < redrawMilliseconds && now >= m_drawnAt)
        return;
    m_drawnAt = now;
    m_chart->setWindow(now - windowMilliseconds, now);
    m_chart->setMarks(m_state.deploymentMarks());
    const int pixels = m_chart->plotWidth();
    m_chart->setTrend(tr("requests"),
                      m_state.trend(QStringLiteral("pools"), ConsoleState::requestsKey(),
                                    now - windowMilliseconds, now, pixels));
    m_chart->setTrend(tr("server errors"),
                      m_state.trend(QStringLiteral("pools"), ConsoleState::errorsKey(),
                                    now - windowMilliseconds, now, pixels));
    m_chart->finish();
}

QString RequestsPanel::summary() const
{
    const std::optional<PoolsView> &pools = m_state.snapshot().pools;
    if (!pools)
        return tr("unknown");
    double requests = 0, errors = 0;
    bool known = false;
    for (const PoolView &pool : pools->pools) {
        if (!pool.requestsPerSecond)
            continue;
        known = true;
        requests += *pool.requestsPerSecond;
        errors += *pool.requestsPerSecond * pool.errorRate.value_or(0);
    }
    if (!known)
        return tr("unknown");
    return tr("%1 per second · %2 % errors")
        .arg(numberText(requests), numberText(requests > 0 ? errors / requests * 100 : 0));
}

} // namespace understudy::ui
