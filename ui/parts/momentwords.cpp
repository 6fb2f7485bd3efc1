// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/momentwords.h"

#include "core/base/quantity.h"
#include "ui/parts/timeruler.h"

#include <QTimeZone>

namespace understudy::ui {

namespace {

QString dateAndTime(const QDateTime &moment, bool date)
{
    QString form = date ? QStringLiteral("yyyy-MM-dd HH:mm:ss") : QStringLiteral("HH:mm:ss");
    if (moment.time().msec() != 0)
        form += QStringLiteral(".zzz");
    return moment.toString(form);
}

} // namespace

QString utcText(const QDateTime &moment)
{
    return dateAndTime(moment.toUTC(), true) + QStringLiteral(" UTC");
}

QString exactText(const QDateTime &moment)
{
    const QDateTime utc = moment.toUTC();
    return utc.toString(utc.time().msec() == 0 ? QStringLiteral("yyyy-MM-dd'T'HH:mm:ss'Z'")
                                               : QStringLiteral("yyyy-MM-dd'T'HH:mm:ss.zzz'Z'"));
}

QString momentText(const QDateTime &moment, const QDateTime &now)
{
    const QDateTime local = moment.toLocalTime();
    QString there = dateAndTime(local, local.date() != moment.toUTC().date());
    there += QLatin1Char(' ') + local.timeZoneAbbreviation();
    const QString zone = QString::fromLatin1(QTimeZone::systemTimeZoneId());
    if (!zone.isEmpty() &&
        !zone.endsWith(local.timeZoneAbbreviation())) // "Etc/UTC" adds nothing to "UTC"
        there += QStringLiteral(", ") + zone;
    QStringList all{utcText(moment), there};
    if (now.isValid())
        all << TimeRuler::tr("%1 ago").arg(
            durationText(Milliseconds(qMax(qint64(0), moment.msecsTo(now)))));
    return all.join(QStringLiteral(" · "));
}

QString windowText(const RestorableWindow &window)
{
    if (!window.latest.isValid())
        return TimeRuler::tr("What can be restored is not known");
    if (!window.earliest.isValid())
        return TimeRuler::tr("Restorable to %1; how far back is not known")
            .arg(utcText(window.latest));
    return TimeRuler::tr("Restorable from %1 to %2")
        .arg(utcText(window.earliest), utcText(window.latest));
}

} // namespace understudy::ui
