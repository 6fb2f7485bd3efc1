// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/restorablewindow.h"

namespace understudy::ui {

namespace {

/// The moment that a reading in seconds says lies so long before its look.
QDateTime momentOf(const SystemHealth &database, const QString &name)
{
    const Reading *reading = database.reading(name);
    if (!reading || !reading->hasNumber() || !reading->observedAt.isValid())
        return {};
    return reading->observedAt.addMSecs(-qRound64(reading->number() * 1000)).toUTC();
}

QDateTime wholeSecond(const QDateTime &moment, bool later)
{
    if (!moment.isValid())
        return {};
    const int beyond = moment.time().msec();
    return beyond == 0 ? moment : moment.addMSecs(later ? 1000 - beyond : -beyond);
}

} // namespace

QDateTime RestorableWindow::nearest(const QDateTime &moment) const
{
    if (latest.isValid() && moment > latest)
        return latest;
    return earliest.isValid() && moment < earliest ? earliest : moment;
}

RestorableWindow restorableWindow(const SystemHealth *database)
{
    if (!database)
        return {};
    RestorableWindow window;
    window.latest = wholeSecond(momentOf(*database, QStringLiteral("newest restorable")), false);
    window.archived = momentOf(*database, QStringLiteral("last archived"));
    const QDateTime oldest = momentOf(*database, QStringLiteral("oldest restorable"));
    window.earliest = wholeSecond(
        oldest.isValid() ? oldest : momentOf(*database, QStringLiteral("restore window")), true);
    if (window.earliest.isValid() && window.latest.isValid() && window.earliest > window.latest)
        window.earliest = window.latest;
    return window;
}

} // namespace understudy::ui
