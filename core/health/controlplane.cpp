// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/controlplane.h"

#include "core/base/quantity.h"

#include <algorithm>

namespace understudy {
namespace {

double planeSeconds(Milliseconds time) { return double(time.count()) / 1000; }

/// It works, and only puts this console off.
bool planeIsBusy(const ControlPlaneLook &look) { return look.failure && look.failure->code == ErrorCode::Busy; }

bool planeIsAway(const ControlPlaneLook &look) { return look.failure && look.failure->code == ErrorCode::ControlPlaneDown; }

} // namespace

ControlPlaneReadings::ControlPlaneReadings(const ControlPlaneExpectations &expectations)
    : m_expected(expectations)
{
}

QList<Event> ControlPlaneReadings::learn(const ControlPlaneLook &look)
{
    QList<Event> events;
    const auto happened = [&](const QString &name, const QString &text, Event::Weight weight) {
        events.append({.at = look.at, .system = QStringLiteral("database"), .source = m_expected.source, .name = name, .text = text, .weight = weight});
    };
    const bool wasWell = m_last && !m_last->failure;
    if (look.failure && wasWell && !planeIsBusy(look))
        happened(QStringLiteral("control-plane-down"), look.failure->message, Event::Weight::Warning);
    if (!look.failure && m_last && m_last->failure && !planeIsBusy(*m_last))
        happened(QStringLiteral("control-plane-up"), QStringLiteral("the control plane answers again"), Event::Weight::Plain);
    m_last = look;
    if (look.window)
        m_lastGood = look;
    return events;
}

Reading ControlPlaneReadings::make(const char *name, const char *unit, const QDateTime &at) const
{
    return {.name = QString::fromLatin1(name),
            .unit = QString::fromLatin1(unit),
            .source = m_expected.source,
            .observedAt = at,
            .interval = m_expected.every,
            .state = ReadingState::Fresh};
}

Reading ControlPlaneReadings::answering() const
{
    Reading out = make("control plane", "", m_last ? m_last->at : QDateTime());
    if (!m_last) {
        out.state = ReadingState::Unknown;
        out.reason = QStringLiteral("not asked yet");
        return out;
    }
    out.value = !m_last->failure ? QStringLiteral("answers") : planeIsBusy(*m_last) ? QStringLiteral("busy")
                : planeIsAway(*m_last)                                              ? QStringLiteral("down")
                                                                               : QStringLiteral("refuses");
    if (m_last->failure)
        out.reason = m_last->failure->text();
    return out;
}

QString ControlPlaneReadings::shortWindow() const
{
    const Milliseconds kept = m_lastGood->window->kept;
    const bool isShort = m_expected.restoreWindow && kept > Milliseconds(0) && kept < *m_expected.restoreWindow;
    return isShort ? QStringLiteral("window kept %1, the plan says %2").arg(durationText(kept), durationText(*m_expected.restoreWindow))
                   : QString();
}

Reading ControlPlaneReadings::windowKept() const
{
    Reading out = make("restore window", "s", m_lastGood ? m_lastGood->at : QDateTime());
    if (m_expected.restoreWindow)
        out.normal = NormalRange{.least = planeSeconds(*m_expected.restoreWindow)};
    if (!m_lastGood || m_lastGood->window->kept == Milliseconds(0)) {
        out.state = ReadingState::Unknown;
        out.reason = m_lastGood ? QStringLiteral("the provider does not tell it") : answering().reason;
        return out;
    }
    out.value = planeSeconds(m_lastGood->window->kept);
    const QString back = QStringLiteral("back to %1: %2").arg(toRfc3339(m_lastGood->window->earliest), m_lastGood->window->earliestBy);
    out.reason = shortWindow().isEmpty() ? back : shortWindow() + QStringLiteral("; ") + back;
    return out;
}

Reading ControlPlaneReadings::newestRestorable() const
{
    Reading out = make("newest restorable", "s", m_lastGood ? m_lastGood->at : QDateTime());
    out.label = QStringLiteral("newest restorable point");
    if (m_expected.recoveryPoint)
        out.normal = NormalRange{.most = planeSeconds(*m_expected.recoveryPoint)};
    if (!m_lastGood) {
        out.state = ReadingState::Unknown;
        out.reason = answering().reason;
        return out;
    }
    // A control plane's newest moment is its own present at that look; from then on the reading ages.
    out.value = planeSeconds(Milliseconds(qMax<qint64>(0, m_lastGood->window->latest.msecsTo(m_lastGood->at))));
    out.reason = QStringLiteral("up to %1 by %2").arg(toRfc3339(m_lastGood->window->latest), m_lastGood->window->latestBy);
    return out;
}

Reading ControlPlaneReadings::oldestRestorable() const
{
    Reading out = make("oldest restorable", "s", m_lastGood ? m_lastGood->at : QDateTime());
    out.label = QStringLiteral("oldest restorable point");
    if (!m_lastGood || !m_lastGood->window->earliest.isValid()) {
        out.state = ReadingState::Unknown;
        out.reason = m_lastGood ? QStringLiteral("the provider does not tell it") : answering().reason;
        return out;
    }
    const qint64 back = m_lastGood->window->earliest.msecsTo(m_lastGood->at);
    out.value = planeSeconds(Milliseconds(qMax(qint64(0), back)));
    out.reason = m_lastGood->window->earliestBy;
    return out;
}

Reading ControlPlaneReadings::copiesBeside() const
{
    constexpr qsizetype told = 10;
    Reading out = make("copies", "count", m_lastGood ? m_lastGood->at : QDateTime());
    if (!m_lastGood) {
        out.state = ReadingState::Unknown;
        out.reason = answering().reason;
        return out;
    }
    const QList<RestoredCopy> &copies = m_lastGood->copies;
    out.value = double(copies.size());
    QStringList words;
    for (const RestoredCopy &copy : copies.mid(0, told)) {
        words << QStringLiteral("%1%2%3").arg(copy.name, copy.moment.isValid() ? QStringLiteral(" of ") + toRfc3339(copy.moment) : QString(),
                                              copy.ready ? QString() : QStringLiteral(" (not ready)"));
    }
    if (copies.size() > told)
        words << QStringLiteral("and %1 more").arg(copies.size() - told);
    out.reason = words.join(QStringLiteral("; "));
    return out;
}

QStringList ControlPlaneReadings::complaints() const
{
    QStringList out;
    if (m_last && planeIsAway(*m_last))
        out << QStringLiteral("control plane down: a restore from it is not possible now");
    else if (m_last && m_last->failure && !planeIsBusy(*m_last))
        out << QStringLiteral("a restore is not possible now: %1").arg(m_last->failure->message);
    if (m_lastGood && !shortWindow().isEmpty())
        out << shortWindow();
    return out;
}

SystemObservation ControlPlaneReadings::added(SystemObservation database) const
{
    const Reading newest = newestRestorable();
    const auto same = std::find_if(database.readings.begin(), database.readings.end(), [&](const Reading &one) { return one.name == newest.name; });
    if (same == database.readings.end())
        database.readings.append(newest);
    else if (!same->hasNumber()) // what was seen in an archive weighs more than a promise
        *same = newest;
    database.readings << windowKept() << oldestRestorable() << answering() << copiesBeside();
    database.complete = database.complete && m_last;
    const QStringList wrong = complaints();
    if (wrong.isEmpty())
        return database;
    if (database.health == Health::Healthy)
        database.health = Health::Degraded;
    database.reason = (QStringList{database.reason} + wrong).join(QStringLiteral("; "));
    return database;
}

} // namespace understudy
