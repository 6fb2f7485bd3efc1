// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/stepfacts.h"

#include "core/base/quantity.h"

#include <QThread>

namespace understudy {

QJsonObject stepFacts(const StepContext &context, const char *step)
{
    return context.facts[QLatin1String(step)].toObject();
}

bool restFor(const StepContext &context, Milliseconds time)
{
    const Milliseconds until = context.clock.monotonic() + time;
    while (context.clock.monotonic() < until) {
        if (context.cancel.isCancelled())
            return false;
        QThread::msleep(20);
    }
    return !context.cancel.isCancelled();
}

QString momentText(const QDateTime &moment, const QDateTime &now)
{
    const QDateTime utc = moment.toUTC();
    const QString written = utc.toString(utc.time().msec() == 0 ? QStringLiteral("yyyy-MM-dd HH:mm:ss 'UTC'")
                                                                : QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz 'UTC'"));
    const qint64 ago = utc.msecsTo(now);
    if (ago < 0)
        return QStringLiteral("%1, in %2").arg(written, durationText(Milliseconds(-ago)));
    return QStringLiteral("%1, %2 ago").arg(written, durationText(Milliseconds(ago)));
}

} // namespace understudy
