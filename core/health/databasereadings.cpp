// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/databasereadings.h"

#include "core/base/quantity.h"

#include <algorithm>

namespace understudy {

using namespace std::chrono_literals;

namespace {

struct Named
{
    const char *name;
    const char *unit;
};

constexpr Named secondary[] = {{"connections", "count"},
                               {"oldest transaction", "s"},
                               {"deadlocks", "count"},
                               {"checksum failures", "count"},
                               {"commits", "1/s"},
                               {"size", "bytes"},
                               {"replicas", "count"},
                               {"replication lag", "s"},
                               {"replication lag bytes", "bytes"},
                               {"archiver", ""},
                               {"last archived", "s"},
                               {"archive failures", "count"}};

Reading within(Reading reading, std::optional<double> least, std::optional<double> most)
{
    reading.normal = NormalRange{.least = least, .most = most};
    return reading;
}

double secondsSince(const QDateTime &then, const QDateTime &now)
{
    return double(qMax(qint64(0), then.msecsTo(now))) / 1000;
}

} // namespace

Health healthOfFailure(const Error &failure)
{
    switch (failure.code) {
    case ErrorCode::ConnectionRefused:
    case ErrorCode::TimedOut:
    case ErrorCode::ConnectionLost:
    case ErrorCode::Busy:
    case ErrorCode::NotFound: return Health::Down;
    default: return Health::Unknown;
    }
}

DatabaseReadings::DatabaseReadings(const DatabaseExpectations &expectations)
    : m_expected(expectations)
{
}

Reading DatabaseReadings::make(const char *name, const char *unit) const
{
    return {.name = QString::fromLatin1(name),
            .unit = QString::fromLatin1(unit),
            .source = QStringLiteral("postgresql %1").arg(m_look.server).trimmed(),
            .observedAt = m_look.ended,
            .interval = m_expected.every,
            .state = ReadingState::Fresh};
}

Reading DatabaseReadings::number(const char *name, const char *unit, double value) const
{
    Reading out = make(name, unit);
    out.value = value;
    return out;
}

Reading DatabaseReadings::text(const char *name, const QString &value) const
{
    Reading out = make(name, "");
    out.value = value;
    return out;
}

Reading DatabaseReadings::unknown(const char *name, const char *unit, const QString &why) const
{
    Reading out = make(name, unit);
    out.state = ReadingState::Unknown;
    out.reason = why;
    return out;
}

/// What other sessions do is NULL to a role without pg_monitor, and a sum over it would look harmless.
Reading DatabaseReadings::unlessHidden(const char *name, const char *unit, std::optional<double> value) const
{
    if (!m_look.seesOthers)
        return unknown(name, unit, QStringLiteral("needs pg_monitor"));
    if (m_look.othersFailure)
        return unknown(name, unit, m_look.othersFailure->text());
    return value ? number(name, unit, *value) : unknown(name, unit, QStringLiteral("not told"));
}

QList<Reading> DatabaseReadings::deciding() const
{
    const QString role = m_look.standby ? QStringLiteral("standby") : QStringLiteral("primary");
    Reading roleReading = text("role", role);
    if (m_look.readOnly)
        roleReading.reason = QStringLiteral("read-only by default");
    return {text("reachable", QStringLiteral("yes")),
            within(number("latency", "ms", m_look.latencyMs), {}, 100),
            roleReading,
            text("version", m_look.version),
            within(number("clock skew", "s", m_look.skew), -2, 2)};
}

Reading DatabaseReadings::commitsPerSecond() const
{
    const bool comparable = m_hasPrevious && !m_previous.countersFailure
                            && m_previous.countersReset == m_look.countersReset
                            && m_previous.startedAt == m_look.startedAt
                            && m_previous.database == m_look.database
                            && m_look.commits >= m_previous.commits && m_previous.clock < m_look.clock;
    if (!comparable)
        return unknown("commits", "1/s", QStringLiteral("needs two looks at the same counters"));
    return number("commits", "1/s",
                  (m_look.commits - m_previous.commits) / secondsSince(m_previous.clock, m_look.clock));
}

QList<Reading> DatabaseReadings::counters() const
{
    Reading connections = within(number("connections", "count", m_look.connections), {},
                                 m_look.connectionsMax * 0.8);
    connections.reason = QStringLiteral("of %1").arg(numberText(m_look.connectionsMax));
    Reading checksums = m_look.checksumFailures
                            ? within(number("checksum failures", "count", *m_look.checksumFailures), {}, 0)
                            : make("checksum failures", "count");
    if (!m_look.checksumFailures) {
        checksums.state = ReadingState::Absent;
        checksums.reason = QStringLiteral("data checksums are off");
    }
    Reading size = m_look.size ? number("size", "bytes", *m_look.size)
                               : unknown("size", "bytes", m_look.sizeWhy);
    size.observedAt = m_look.sizeAt;
    size.interval = 60s;
    return {text("started", toRfc3339(m_look.startedAt)),
            connections,
            within(unlessHidden("oldest transaction", "s", m_look.oldestTransaction), {}, 300),
            number("deadlocks", "count", m_look.deadlocks),
            checksums,
            commitsPerSecond(),
            size};
}

QList<Reading> DatabaseReadings::replication() const
{
    const Reading replicas = number("replicas", "count", m_look.replicas);
    if (m_look.standby) {
        const Reading lag = m_look.standbyLag
                                ? number("replication lag", "s", *m_look.standbyLag)
                                : unknown("replication lag", "s", QStringLiteral("nothing replayed yet"));
        return {replicas, within(lag, {}, 10)};
    }
    if (m_look.replicas == 0) {
        Reading none = make("replication lag", "s");
        none.state = ReadingState::Absent;
        none.reason = QStringLiteral("no replica is attached");
        return {replicas, none};
    }
    return {replicas, within(unlessHidden("replication lag", "s", m_look.replicationLag), {}, 10),
            unlessHidden("replication lag bytes", "bytes", m_look.replicationLagBytes)};
}

Reading DatabaseReadings::newestRestorable()
{
    const std::optional<double> most = m_expected.recoveryPoint
                                           ? std::optional<double>(double(m_expected.recoveryPoint->count()) / 1000)
                                           : std::nullopt;
    const auto why = [&]() -> QString {
        if (m_expected.neon)
            return QStringLiteral("only Neon's own interface knows it");
        if (m_look.standby)
            return QStringLiteral("a standby does not tell what its primary archives");
        if (m_look.archiveMode == QLatin1String("off") || !m_look.archiveCommandSet)
            return QStringLiteral("WAL is not archived, so no moment is restorable from it");
        return QStringLiteral("no WAL was archived since the statistics began");
    };
    const std::optional<RestorableMoment::Known> known = m_restorable.known();
    // Neon's own servers archive nothing; one that does, under a compatible service, is believed what it shows.
    const bool mayKnow = !m_look.standby && m_look.archiveMode != QLatin1String("off")
                         && m_look.archiveCommandSet;
    Reading out = known && mayKnow
                      ? number("newest restorable", "s", secondsSince(known->at, m_look.clock))
                      : unknown("newest restorable", "s", why());
    if (known && mayKnow)
        out.reason = known->basis;
    out.label = QStringLiteral("newest restorable point");
    if (most)
        out.normal = NormalRange{.most = most};
    return out;
}

QList<Reading> DatabaseReadings::archiving()
{
    if (m_look.archiveMode == QLatin1String("off")) {
        Reading off = text("archiver", QStringLiteral("off"));
        off.reason = m_expected.neon ? QStringLiteral("Neon keeps the WAL outside this server")
                                     : QStringLiteral("archive_mode is off");
        return {off};
    }
    const bool fails = archiveFails(m_look);
    if (!fails)
        m_failuresAtSuccess = m_look.archiveFailures;
    // Restarted statistics count from zero again.
    m_failuresAtSuccess = std::min(m_failuresAtSuccess, m_look.archiveFailures);
    Reading archiver = text("archiver", !m_look.archiveCommandSet ? QStringLiteral("no command")
                                        : fails                   ? QStringLiteral("failing")
                                                                  : QStringLiteral("archiving"));
    if (fails)
        archiver.reason = QStringLiteral("WAL %1 cannot be archived, last tried %2 ago")
                              .arg(m_look.lastFailedWal,
                                   durationText(Milliseconds(m_look.lastFailedAt.msecsTo(m_look.clock))));
    Reading last = m_look.lastArchivedAt.isValid()
                       ? number("last archived", "s", secondsSince(m_look.lastArchivedAt, m_look.clock))
                       : unknown("last archived", "s", QStringLiteral("nothing archived since the statistics began"));
    if (m_look.lastArchivedAt.isValid())
        last.reason = m_look.lastArchivedWal;
    Reading failures = within(number("archive failures", "count", m_look.archiveFailures - m_failuresAtSuccess),
                              {}, 0);
    failures.reason = QStringLiteral("since archiving last worked; %1 in all").arg(numberText(m_look.archiveFailures));
    return {archiver, last, failures};
}

QList<LiveCheck> brokenChecks(const QList<LiveCheck> &checks)
{
    QList<LiveCheck> out;
    std::copy_if(checks.begin(), checks.end(), std::back_inserter(out), [](const LiveCheck &one) { return one.answer.isBroken(); });
    return out;
}

/// One number, so that "no check fails" and "nobody could ask" never look alike.
QList<Reading> DatabaseReadings::checks() const
{
    if (m_look.checks.isEmpty())
        return {};
    const QList<LiveCheck> broken = brokenChecks(m_look.checks);
    QStringList words;
    QDateTime oldest;
    bool allTold = true;
    for (const LiveCheck &one : m_look.checks) {
        const bool isUnknown = one.answer.state == ConditionAnswer::State::Unknown;
        allTold = allTold && !isUnknown;
        if (one.answer.state != ConditionAnswer::State::Holds)
            words += QStringLiteral("\"%1\" %2").arg(one.name, one.at.isValid() ? one.answer.words : QStringLiteral("was not asked yet"));
        // One that takes too long is asked seldom, and must not make the others look old.
        if (!isUnknown && one.at.isValid() && (!oldest.isValid() || one.at < oldest))
            oldest = one.at;
    }
    const QString why = words.isEmpty() ? QStringLiteral("all %1 hold").arg(m_look.checks.size()) : words.join(QStringLiteral("; "));
    Reading out = broken.isEmpty() && !allTold ? unknown("checks that fail", "count", why)
                                               : within(number("checks that fail", "count", double(broken.size())), {}, 0);
    out.label = QStringLiteral("plan's checks that fail");
    out.reason = why;
    out.interval = 60s; // databaselooker.cpp asks them that often
    if (oldest.isValid())
        out.observedAt = oldest;
    return {out};
}

QList<Reading> DatabaseReadings::allUnknown(const QString &why) const
{
    QList<Reading> out;
    for (const Named &one : secondary)
        out += unknown(one.name, one.unit, why);
    return out;
}

SystemObservation DatabaseReadings::observe(const DatabaseLook &look)
{
    const QString lastServer = m_look.server;
    m_look = look;
    if (m_look.server.isEmpty())
        m_look.server = lastServer;
    SystemObservation out{.system = QStringLiteral("database"), .lookedAt = look.ended, .complete = true};
    if (look.failure) {
        const QString why = look.failure->text();
        out.health = healthOfFailure(*look.failure);
        out.reason = look.failure->message;
        if (!look.failure->cause.isEmpty() && out.health == Health::Unknown)
            out.reason += QStringLiteral(": ") + look.failure->cause;
        Reading reachable = out.health == Health::Down ? text("reachable", QStringLiteral("no"))
                                                       : unknown("reachable", "", why);
        reachable.reason = why;
        out.readings = {reachable, unknown("latency", "ms", why), unknown("role", "", why),
                        unknown("version", "", why), unknown("clock skew", "s", why)};
        out.readings += allUnknown(why);
        if (m_previous.checks.size() > 0)
            out.readings += unknown("checks that fail", "count", why);
        // The archive does not vanish with its server: the last sight of it stays, and ages.
        out.readings += m_lastRestorable.observedAt.isValid() ? m_lastRestorable
                                                              : unknown("newest restorable", "s", why);
        return out;
    }
    out.refusesWrites = look.standby || look.readOnly;
    out.health = out.refusesWrites ? Health::Degraded : Health::Healthy;
    out.reason = look.standby    ? QStringLiteral("connects, but is a standby: it takes no writes")
                 : look.readOnly ? QStringLiteral("connects, but is read-only: it takes no writes")
                                 : QStringLiteral("connects, primary");
    if (const QList<LiveCheck> broken = brokenChecks(look.checks); !broken.isEmpty()) {
        out.health = Health::Degraded;
        out.reason += QStringLiteral("; the plan's check \"%1\" %2").arg(broken.first().name, broken.first().answer.words);
        if (broken.size() > 1)
            out.reason += QStringLiteral(" (and %1 more)").arg(broken.size() - 1);
    }
    out.readings = deciding();
    m_restorable.learn(look);
    if (look.countersFailure) {
        out.readings += allUnknown(look.countersFailure->text());
        out.readings += unknown("newest restorable", "s", look.countersFailure->text());
    } else {
        m_lastRestorable = newestRestorable();
        out.readings += counters() + replication() + archiving() + QList<Reading>{m_lastRestorable};
    }
    out.readings += checks();
    m_previous = look;
    m_hasPrevious = true;
    return out;
}

} // namespace understudy
