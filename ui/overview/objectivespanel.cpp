// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/objectivespanel.h"

#include "core/base/quantity.h"
#include "ui/parts/elidedlabel.h"
#include "ui/parts/gauge.h"
#include "ui/parts/text.h"
#include "ui/shell/consolestate.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace understudy::ui {

namespace {

QString nameOf(const ObjectiveState &objective)
{
    return (objective.kind == ObjectiveState::Kind::RecoveryTime ? QStringLiteral("RTO ")
                                                                 : QStringLiteral("RPO ")) +
           objective.name;
}

QString withSign(const ObjectiveState &objective, const QString &words)
{
    const Tone tone = toneOf(objective.state);
    return tone == Tone::Healthy ? words : QString(toneSign(tone) + QLatin1Char(' ') + words);
}

} // namespace

ObjectivesPanel::ObjectivesPanel(const ConsoleState &state, QWidget *parent)
    : Panel(tr("Objectives"), parent)
    , m_state(state)
{
    body()->addStretch(1);
}

QString ObjectivesPanel::nowText(const ObjectiveState &objective)
{
    if (!objective.now)
        return tr("unknown of %1").arg(durationText(objective.within));
    // Nothing is failing: the recovery clock stands still.
    if (objective.now->count() == 0)
        return tr("0 of %1").arg(durationText(objective.within));
    // Whole seconds: tenths would change with every look and tell nobody more.
    const QString now = *objective.now < std::chrono::minutes(1)
                            ? tr("%1 s").arg(objective.now->count() / 1000)
                            : durationText(*objective.now);
    return tr("%1 of %2").arg(now, durationText(objective.within));
}

ObjectivesPanel::Row &ObjectivesPanel::row(const ObjectiveState &objective)
{
    const QString name = nameOf(objective);
    const auto known = m_rows.find(name);
    if (known != m_rows.end())
        return known.value();
    ElidedLabel *title = new ElidedLabel(name, this);
    setTextRole(title, TextRole::Muted);
    Row made{.value = label({}, TextRole::Number, this), .gauge = new Gauge(this)};
    made.value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    made.gauge->setFixedWidth(grid(12));
    QHBoxLayout *line = new QHBoxLayout;
    line->setContentsMargins(4, 5, 4, 5);
    line->setSpacing(12);
    line->addWidget(title, 1);
    line->addWidget(made.value);
    line->addWidget(made.gauge);
    const int place = body()->count() - 1;
    body()->insertWidget(place, rule(this));
    body()->insertLayout(place + 1, line);
    return *m_rows.insert(name, made);
}

void ObjectivesPanel::refresh()
{
    for (const ObjectiveState &objective : m_state.snapshot().objectives) {
        Row &shown = row(objective);
        const Tone tone = toneOf(objective.state);
        setTextIfChanged(shown.value, withSign(objective, nowText(objective)));
        setStyleProperty(shown.value, "tone",
                         tone == Tone::Healthy ? QStringLiteral("plain") : toneKey(tone));
        double part = objective.now && objective.within.count() > 0
                          ? double(objective.now->count()) / double(objective.within.count())
                          : 0;
        part =
            std::floor(part * shown.gauge->width()) / qMax(1, shown.gauge->width()); // whole pixels
        shown.gauge->setState(
            {.filled = qBound(0.0, part, 1.0), .tone = tone, .unknown = !objective.now},
            tr("%1: %2").arg(nameOf(objective), nowText(objective)));
    }
}

QString ObjectivesPanel::summary() const
{
    QStringList parts;
    for (const ObjectiveState &objective : m_state.snapshot().objectives)
        parts << withSign(objective,
                          QString(nameOf(objective) + QStringLiteral(": ") + nowText(objective)));
    return parts.isEmpty() ? tr("none in the plan") : parts.join(QStringLiteral("  ·  "));
}

} // namespace understudy::ui
