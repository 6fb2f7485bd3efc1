// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/drainlook.h"
#include "core/recovery/scenarios/instancelook.h"

#include "core/recovery/stepfacts.h"

#include <QJsonArray>

namespace understudy::databasesteps {
namespace {

QJsonArray sessionsJson(const QList<DatabaseSession> &sessions)
{
    QJsonArray list;
    for (const DatabaseSession &one : sessions)
        list.append(one.who);
    return list;
}

Result<Unit> noteDrain(StepContext &context, const DrainLook &look)
{
    return context.note({{QStringLiteral("drained"), look.isDrained()},
                         {QStringLiteral("seen_at"), toRfc3339(context.clock.now())},
                         {QStringLiteral("old_asked"), !look.oldFault},
                         {QStringLiteral("on_old"), sessionsJson(look.onOld)},
                         {QStringLiteral("on_new"), sessionsJson(look.onNew)},
                         {QStringLiteral("kept"), QJsonArray::fromStringList(look.kept)},
                         {QStringLiteral("unknown"), QJsonArray::fromStringList(look.unknown)}});
}

Result<QString> waitForDrain(StepContext &context, const DatabaseSwitch &database)
{
    const Milliseconds until = context.clock.monotonic() + database.drainsWithin;
    QString said;
    int inARow = 0;
    for (;;) {
        const Result<DrainLook> look = lookAtDrain(context, database);
        if (!look)
            return fail(look.error());
        // Twice, as a pool that has just lost its session to the old database may open it again.
        inARow = look->isDrained() ? inARow + 1 : 0;
        const bool proved = inARow >= 2 || (inARow == 1 && context.dryRun);
        const bool over = context.dryRun || (inARow == 0 && context.clock.monotonic() >= until);
        if (proved || over) {
            if (const Result<Unit> noted = noteDrain(context, *look); !noted)
                return fail(noted.error());
        }
        if (proved)
            return look->text();
        if (over)
            return fail(ErrorCode::NotProved, look->text(),
                        look->kept.isEmpty() && look->foreign.isEmpty()
                            ? QStringLiteral("What is unknown cannot be proved from here: look at "
                                             "it as the user that runs it.")
                            : QStringLiteral("Restart what is named here on the new address, or "
                                             "end its session, then try again."));
        if (look->text() != said)
            context.say(look->text());
        said = look->text();
        if (!restFor(context, Milliseconds(500)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
}

} // namespace

Step proveDrained(const DatabaseSwitchPtr &database)
{
    const bool named = database->plan.application && !instancesOf(database->plan).isEmpty();
    return {.id = QStringLiteral("prove-drained"),
            .name = QStringLiteral("Prove that nobody is on the old database"),
            .skipReason = named ? QString() : QStringLiteral("the plan names no instances"),
            .deadline = database->drainsWithin + std::chrono::seconds(60),
            .observe = [](StepContext &) -> Result<Observation> {
                return Observation{Observation::Sight::NotYet, {}};
            },
            .verify = [database](StepContext &context) { return waitForDrain(context, *database); },
            .settles = true};
}

} // namespace understudy::databasesteps
