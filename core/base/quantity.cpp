// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"

#include <QRegularExpression>

#include <cmath>

namespace understudy {

using namespace std::chrono_literals;

Result<Milliseconds> parseDuration(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("^([0-9]{1,10})(ms|s|m|h|d)$"));
    const QRegularExpressionMatch match = form.match(text);
    const QString hint = QStringLiteral("Write a whole number and a unit: 500ms, 5s, 5m, 1h or 90d.");
    if (!match.hasMatch())
        return fail(ErrorCode::InvalidInput, QStringLiteral("not a duration: '%1'").arg(text), hint);
    const qint64 number = match.captured(1).toLongLong();
    const QString unit = match.captured(2);
    const qint64 factor = unit == QLatin1String("ms")  ? 1
                          : unit == QLatin1String("s") ? 1000
                          : unit == QLatin1String("m") ? 60'000
                          : unit == QLatin1String("h") ? 3'600'000
                                                       : 86'400'000;
    constexpr qint64 longest = 3650LL * 86'400'000;
    if (number == 0 || number > longest / factor)
        return fail(ErrorCode::InvalidInput, QStringLiteral("duration out of range: '%1'").arg(text),
                    QStringLiteral("Write a duration from 1ms to 3650d."));
    return Milliseconds(number * factor);
}

Result<double> parsePercentage(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("^([0-9]{1,3}(?:\\.[0-9]{1,9})?)%$"));
    const QRegularExpressionMatch match = form.match(text);
    const double number = match.hasMatch() ? match.captured(1).toDouble() : -1;
    if (number < 0 || number > 100)
        return fail(ErrorCode::InvalidInput, QStringLiteral("not a percentage: '%1'").arg(text),
                    QStringLiteral("Write a number from 0 to 100 with its sign: 99.9%."));
    return number / 100;
}

Result<QDateTime> parseTime(const QString &text)
{
    static const QRegularExpression form(QStringLiteral(
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})?$"));
    const QRegularExpressionMatch match = form.match(text);
    if (match.hasMatch() && match.captured(2).isEmpty())
        return fail(ErrorCode::InvalidInput, QStringLiteral("time without a zone: '%1'").arg(text),
                    QStringLiteral("Say which zone: add Z for UTC, or an offset such as +03:00."));
    // Offsets in use run from -12:00 to +14:00; one beyond them is a slip of the pen.
    const QString zone = match.captured(2);
    const int hours = zone.size() == 6 ? zone.mid(1, 2).toInt() : 0;
    const int minutes = zone.size() == 6 ? zone.mid(4, 2).toInt() : 0;
    if (match.hasMatch() && (hours * 60 + minutes > (zone.startsWith(QLatin1Char('-')) ? 12 : 14) * 60 || minutes > 59))
        return fail(ErrorCode::InvalidInput, QStringLiteral("no such zone: '%1' in '%2'").arg(zone, text),
                    QStringLiteral("Write Z for UTC, or an offset from -12:00 to +14:00."));
    QString normal = text.toUpper();
    normal.replace(QLatin1Char(' '), QLatin1Char('T'));
    const QDateTime time = match.hasMatch() ? QDateTime::fromString(normal, Qt::ISODateWithMs) : QDateTime();
    if (!time.isValid())
        return fail(ErrorCode::InvalidInput, QStringLiteral("not a time: '%1'").arg(text),
                    QStringLiteral("Write it as 2026-11-23T14:02:11Z."));
    return time.toUTC();
}

Result<QDateTime> parseMoment(const QString &text, const QDateTime &now)
{
    static const QRegularExpression ago(QStringLiteral("^([0-9]+ ?[a-z]+) ago$"));
    const QRegularExpressionMatch match = ago.match(text);
    if (match.hasMatch()) {
        const Result<Milliseconds> back = parseDuration(match.captured(1).remove(QLatin1Char(' ')));
        return back ? Result<QDateTime>(now.addMSecs(-back->count()).toUTC()) : fail(back.error());
    }
    const Result<QDateTime> time = parseTime(text);
    if (time && *time > now)
        return fail(ErrorCode::InvalidInput, QStringLiteral("'%1' has not come yet").arg(text),
                    QStringLiteral("Name a moment of the past; now is %1.").arg(toRfc3339(now)));
    return time;
}

QString durationText(Milliseconds duration)
{
    const qint64 ms = std::abs(duration.count());
    if (ms < 10'000)
        return QStringLiteral("%1 s").arg(QString::number(double(ms) / 1000, 'f', 1));
    const qint64 s = ms / 1000;
    const auto two = [](qint64 big, const char *bigUnit, qint64 small, const char *smallUnit) {
        QString out = QString::number(big) + QLatin1Char(' ') + QLatin1String(bigUnit);
        if (small > 0)
            out += QLatin1Char(' ') + QString::number(small) + QLatin1Char(' ') + QLatin1String(smallUnit);
        return out;
    };
    if (s < 60)
        return QStringLiteral("%1 s").arg(s);
    if (s < 3600)
        return two(s / 60, "min", s % 60, "s");
    if (s < 86'400)
        return two(s / 3600, "h", s % 3600 / 60, "min");
    return two(s / 86'400, "d", s % 86'400 / 3600, "h");
}

QString bytesText(double bytes)
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB", "PB"};
    int unit = 0;
    double value = std::abs(bytes);
    while (value >= 999.5 && unit < 5) {
        value /= 1000;
        ++unit;
    }
    const int digits = unit == 0 || value >= 99.95 ? 0 : 1;
    QString number = QString::number(bytes < 0 ? -value : value, 'f', digits);
    if (number.endsWith(QLatin1String(".0")))
        number.chop(2);
    return number + QLatin1Char(' ') + QLatin1String(units[unit]);
}

QString numberText(double value)
{
    if (std::isnan(value))
        return QStringLiteral("NaN");
    if (std::isinf(value))
        return value > 0 ? QStringLiteral("+Inf") : QStringLiteral("-Inf");
    const double size = std::abs(value);
    if (size != 0 && (size >= 1e15 || size < 1e-6))
        return QString::number(value, 'g', 4);
    const int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    QString out = QString::number(value, 'f', value == std::floor(value) ? 0 : digits);
    if (out.contains(QLatin1Char('.'))) {
        while (out.endsWith(QLatin1Char('0')))
            out.chop(1);
        if (out.endsWith(QLatin1Char('.')))
            out.chop(1);
    }
    return out;
}

} // namespace understudy
