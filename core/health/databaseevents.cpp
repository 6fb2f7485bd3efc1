// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/databaseevents.h"

#include "core/base/quantity.h"
#include "core/health/databasereadings.h"

#include <algorithm>

namespace understudy {
namespace {

class Teller
{
public:
    explicit Teller(const DatabaseLook &look)
        : m_look(look)
    {
    }
    void tell(Event::Weight weight, const char *name, const QString &text)
    {
        events.append({.at = m_look.ended,
                       .system = QStringLiteral("database"),
                       .source = QStringLiteral("postgresql %1").arg(m_look.server).trimmed(),
                       .name = QString::fromLatin1(name),
                       .text = text,
                       .weight = weight});
    }
    QList<Event> events;

private:
    const DatabaseLook &m_look;
};

QString roleOf(const DatabaseLook &look)
{
    return look.standby ? QStringLiteral("standby") : QStringLiteral("primary");
}

void tellCounters(Teller &teller, const DatabaseLook &before, const DatabaseLook &look)
{
    using Weight = Event::Weight;
    if (!before.server.isEmpty() && before.server != look.server) {
        // The address leads elsewhere now, as after a restore: its counters are not those of before.
        teller.tell(Weight::Warning, "server", QStringLiteral("%1 is looked at now, was %2").arg(look.server, before.server));
        return;
    }
    const bool restarted = before.startedAt.isValid() && look.startedAt.isValid()
                           && before.startedAt != look.startedAt;
    if (restarted)
        teller.tell(Weight::Warning, "restarted", QStringLiteral("the server was started at %1").arg(toRfc3339(look.startedAt)));
    else if (look.newConnection)
        teller.tell(Weight::Plain, "reconnected", QStringLiteral("the console's idle connection was cut and made again"));
    if (!archiveFails(before) && archiveFails(look))
        teller.tell(Weight::Critical, "archiver-failing", QStringLiteral("WAL %1 cannot be archived").arg(look.lastFailedWal));
    if (archiveFails(before) && !archiveFails(look))
        teller.tell(Weight::Plain, "archiver-works", QStringLiteral("WAL %1 was archived").arg(look.lastArchivedWal));
    if (!restarted && look.deadlocks > before.deadlocks)
        teller.tell(Weight::Warning, "deadlock",
                    QStringLiteral("%1 since the last look").arg(numberText(look.deadlocks - before.deadlocks)));
    if (look.checksumFailures.value_or(0) > before.checksumFailures.value_or(0))
        teller.tell(Weight::Critical, "checksum-failure",
                    QStringLiteral("%1 pages failed their checksum").arg(numberText(*look.checksumFailures)));
}

void tellChecks(Teller &teller, const DatabaseLook &before, const DatabaseLook &look)
{
    using Weight = Event::Weight;
    for (const LiveCheck &one : look.checks) {
        const auto was = std::find_if(before.checks.begin(), before.checks.end(), [&](const LiveCheck &other) { return other.name == one.name; });
        const bool wasBroken = was != before.checks.end() && was->answer.isBroken();
        if (one.answer.isBroken() && !wasBroken)
            teller.tell(Weight::Critical, "check-fails", QStringLiteral("the plan's check \"%1\" %2").arg(one.name, one.answer.words));
        else if (wasBroken && one.answer.state == ConditionAnswer::State::Holds)
            teller.tell(Weight::Plain, "check-holds", QStringLiteral("the plan's check \"%1\" holds again").arg(one.name));
    }
}

} // namespace

QList<Event> databaseEvents(const DatabaseLook &previous, const std::optional<DatabaseLook> &lastGood,
                            const DatabaseLook &look)
{
    using Weight = Event::Weight;
    Teller teller(look);
    if (look.failure) {
        const bool isNews = !previous.failure || previous.failure->code != look.failure->code;
        const bool isDown = healthOfFailure(*look.failure) == Health::Down;
        const bool wasSo = previous.failure && (healthOfFailure(*previous.failure) == Health::Down) == isDown;
        if (isNews && wasSo)
            teller.tell(Weight::Warning, "reason", look.failure->text());
        else if (isNews)
            teller.tell(isDown ? Weight::Critical : Weight::Warning, isDown ? "down" : "unknown", look.failure->text());
        return teller.events;
    }
    if (previous.failure)
        teller.tell(Weight::Plain, "up", QStringLiteral("connects again, %1").arg(roleOf(look)));
    if (!lastGood)
        return teller.events;
    if (lastGood->standby != look.standby)
        teller.tell(Weight::Critical, "role",
                    QStringLiteral("was %1, is %2").arg(roleOf(*lastGood), roleOf(look)));
    tellChecks(teller, *lastGood, look);
    if (!lastGood->countersFailure && !look.countersFailure)
        tellCounters(teller, *lastGood, look);
    return teller.events;
}

} // namespace understudy
