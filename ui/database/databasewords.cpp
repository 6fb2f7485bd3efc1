// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/database/databasewords.h"

#include "ui/shell/consolestate.h"

namespace understudy::ui {

namespace {

/// The same thing told again within so long is one mark.
constexpr qint64 sameIncident = 60'000;
constexpr qsizetype mostIncidents = 50;

} // namespace

QString databaseName(const Plan &plan)
{
    if (plan.database && plan.database->neon)
        return plan.database->neon->database.isEmpty() ? plan.database->neon->project
                                                       : plan.database->neon->database;
    if (plan.database && plan.database->pgBackRest)
        return plan.database->pgBackRest->stanza;
    return plan.name;
}

bool canBeRestored(const Plan &plan)
{
    return plan.database
           && (plan.database->neon || plan.database->pgBackRest
               || (plan.database->logicalBackups && plan.database->standby.isSet()));
}

QString restoreTrouble(const SystemHealth *database)
{
    if (!database)
        return {};
    const Reading *plane = database->reading(QStringLiteral("control plane"));
    if (plane && !plane->reason.isEmpty() && std::holds_alternative<QString>(plane->value))
        return TimeRuler::tr("The control plane: %1. %2").arg(plane->text(), plane->reason);
    const Reading *window = database->reading(QStringLiteral("restore window"));
    return window && window->isAbnormal() ? window->reason : QString();
}

QList<RulerMark> restoreMarks(const ConsoleState &state)
{
    QList<RulerMark> marks;
    const QList<Event> &events = state.events();
    for (auto event = events.crbegin(); event != events.crend() && marks.size() < mostIncidents;
         ++event) {
        if (event->weight != Event::Weight::Critical)
            continue;
        const bool repeated = !marks.isEmpty() && event->at.msecsTo(marks.last().at) < sameIncident;
        if (!repeated)
            marks.append({event->at, RulerMark::Kind::Incident,
                          TimeRuler::tr("%1: %2").arg(event->system, event->name)});
    }
    return marks;
}

} // namespace understudy::ui
