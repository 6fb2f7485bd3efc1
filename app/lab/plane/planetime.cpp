// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/plane/planetime.h"

#include <QDateTime>
#include <QRegularExpression>

#include <chrono>

namespace understudy::lab {
namespace {

constexpr Moment oneSecond = 1'000'000;

QString wholeSeconds(Moment moment, const QString &form)
{
    return QDateTime::fromSecsSinceEpoch(moment / oneSecond, Qt::UTC).toString(form);
}

QString sixDigits(Moment moment)
{
    return QStringLiteral("%1").arg(moment % oneSecond, 6, 10, QLatin1Char('0'));
}

} // namespace

Moment momentNow()
{
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::optional<Moment> readMoment(const QString &text)
{
    static const QRegularExpression form(
        QStringLiteral(R"(^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$)"));
    const QRegularExpressionMatch match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const QDateTime seconds = QDateTime::fromString(match.captured(1) + QLatin1Char('T') + match.captured(2) + match.captured(4).toUpper(), Qt::ISODate);
    if (!seconds.isValid() || seconds.toSecsSinceEpoch() < 0)
        return std::nullopt;
    return seconds.toSecsSinceEpoch() * oneSecond + match.captured(3).leftJustified(6, QLatin1Char('0'), true).toLongLong();
}

QString momentText(Moment moment)
{
    QString fraction = sixDigits(moment);
    while (fraction.endsWith(QLatin1Char('0')))
        fraction.chop(1);
    return wholeSeconds(moment, QStringLiteral("yyyy-MM-dd'T'HH:mm:ss")) + (fraction.isEmpty() ? QString() : QLatin1Char('.') + fraction)
           + QLatin1Char('Z');
}

QString wholeSecondText(Moment moment)
{
    return wholeSeconds(moment, QStringLiteral("yyyy-MM-dd'T'HH:mm:ss'Z'"));
}

QString recoveryTargetText(Moment moment)
{
    return wholeSeconds(moment, QStringLiteral("yyyy-MM-dd HH:mm:ss")) + QLatin1Char('.') + sixDigits(moment) + QStringLiteral("+00");
}

Moment nextWholeSecond(Moment moment)
{
    return (moment + oneSecond - 1) / oneSecond * oneSecond;
}

} // namespace understudy::lab
