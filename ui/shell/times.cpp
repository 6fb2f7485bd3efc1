// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/times.h"

#include <QTimeZone>

namespace understudy::ui {

QString clockText(const QDateTime &utc)
{
    const QString form = QStringLiteral("HH:mm:ss");
    const QDateTime local = utc.toLocalTime();
    const int minutes = local.offsetFromUtc() / 60;
    QString offset = QStringLiteral("%1%2")
                         .arg(minutes < 0 ? QLatin1Char('-') : QLatin1Char('+'))
                         .arg(std::abs(minutes) / 60, 2, 10, QLatin1Char('0'));
    if (minutes % 60)
        offset += QStringLiteral(":%1").arg(std::abs(minutes) % 60, 2, 10, QLatin1Char('0'));
    return utc.toUTC().toString(form) + QStringLiteral(" UTC · ") + local.toString(form) +
           QLatin1Char(' ') + offset;
}

QString elapsedText(Milliseconds elapsed)
{
    const qint64 seconds = qMax(qint64(0), qint64(elapsed.count())) / 1000;
    const QLatin1Char zero('0');
    if (seconds < 3600)
        return QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, zero);
    return QStringLiteral("%1:%2:%3")
        .arg(seconds / 3600)
        .arg(seconds % 3600 / 60, 2, 10, zero)
        .arg(seconds % 60, 2, 10, zero);
}

} // namespace understudy::ui
