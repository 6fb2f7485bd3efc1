// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/costpanel.h"

#include "ui/parts/agelabel.h"
#include "ui/parts/readingrow.h"
#include "ui/parts/text.h"
#include "ui/shell/consolestate.h"

#include <QVBoxLayout>

#include <algorithm>

namespace understudy::ui {

namespace {

QString withLimit(const Reading &reading)
{
    if (!reading.hasNumber() || !reading.normal || !reading.normal->most)
        return reading.text();
    Reading limit = reading;
    limit.value = *reading.normal->most;
    Reading bare = reading;
    if (reading.unit != QLatin1String("ratio")) // 0.865 is told as 86.5 %
        bare.unit.clear();
    return CostPanel::tr("%1 of %2").arg(bare.text(), limit.text());
}

} // namespace

CostPanel::CostPanel(const ConsoleState &state, QWidget *parent)
    : Panel(tr("Cost"), parent)
    , m_state(state)
{
    body()->addStretch(1);
}

void CostPanel::refresh()
{
    const SystemHealth *cost = m_state.system(QStringLiteral("cost"));
    const Health health = m_state.healthNow(QStringLiteral("cost"));
    if (!cost) {
        setHeaderNote(tr("no limit in the plan"));
        return;
    }
    setHeaderNote({});
    setState(toneOf(health), health == Health::Healthy ? QString() : healthWord(health));
    for (const Reading &reading : cost->readings) {
        ReadingRow *&row = m_rows[reading.name];
        if (!row) {
            row = new ReadingRow(m_state.ticker(), readingTitle(reading), this);
            const int place = body()->count() - 1;
            body()->insertWidget(place, rule(this));
            body()->insertWidget(place + 1, row);
        }
        row->setReading(&reading);
        row->setValueText(withLimit(reading));
    }
}

QString CostPanel::summary() const
{
    const SystemHealth *cost = m_state.system(QStringLiteral("cost"));
    if (!cost)
        return tr("no limit in the plan");
    // Three times "unknown" says less than why.
    const bool known = std::any_of(cost->readings.begin(), cost->readings.end(), [](const Reading &one) { return one.name.endsWith(QLatin1String(" today")) && one.hasNumber(); });
    if (!known && !cost->reason.isEmpty())
        return toneSign(Tone::Unknown) + QLatin1Char(' ') + cost->reason;
    QStringList parts;
    for (const Reading &reading : cost->readings) {
        const Tone tone = toneOf(reading, m_state.now());
        const QString sign = toneSign(tone);
        parts << (sign.isEmpty() ? QString() : QString(sign + QLatin1Char(' '))) +
                     readingTitle(reading) + QLatin1Char(' ') +
                     (tone == Tone::Unknown ? tr("unknown") : withLimit(reading));
    }
    return parts.isEmpty() ? tr("unknown") : parts.join(QStringLiteral("  ·  "));
}

} // namespace understudy::ui
