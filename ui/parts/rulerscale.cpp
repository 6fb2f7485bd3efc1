// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/rulerscale.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace understudy::ui {

namespace {

constexpr qint64 rulerMinute = 60'000, rulerHour = 60 * rulerMinute, rulerDay = 24 * rulerHour;
constexpr qint64 tickSteps[] = {1000,
                                5000,
                                10'000,
                                30'000,
                                rulerMinute,
                                2 * rulerMinute,
                                5 * rulerMinute,
                                10 * rulerMinute,
                                15 * rulerMinute,
                                30 * rulerMinute,
                                rulerHour,
                                2 * rulerHour,
                                3 * rulerHour,
                                6 * rulerHour,
                                12 * rulerHour,
                                rulerDay,
                                2 * rulerDay,
                                7 * rulerDay,
                                30 * rulerDay,
                                90 * rulerDay,
                                365 * rulerDay};
constexpr qint64 pickSteps[] = {1000,
                                5000,
                                10'000,
                                30'000,
                                rulerMinute,
                                5 * rulerMinute,
                                10 * rulerMinute,
                                30 * rulerMinute,
                                rulerHour};
constexpr int mostTicks = 200;

QString tickWords(qint64 at, qint64 step)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(at, Qt::UTC);
    if (at % rulerDay == 0)
        return QLocale().toString(time.date(), QStringLiteral("d MMM"));
    return time.toString(step < rulerMinute ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm"));
}

} // namespace

void RulerScale::setRoom(double left, double width, bool mirrored)
{
    m_left = left;
    m_width = qMax(1.0, width);
    m_mirrored = mirrored;
}

void RulerScale::setView(qint64 from, qint64 to)
{
    m_from = from;
    m_to = qMax(to, from + narrowest);
}

double RulerScale::place(qint64 at) const
{
    const double part = double(at - m_from) / double(span());
    return m_left + m_width * (m_mirrored ? 1 - part : part);
}

qint64 RulerScale::moment(double place) const
{
    const double part = (place - m_left) / m_width;
    return m_from + qRound64((m_mirrored ? 1 - part : part) * double(span()));
}

double RulerScale::millisecondsPerPixel() const
{
    return double(span()) / m_width;
}

void RulerScale::zoom(double factor, qint64 about, qint64 least, qint64 most)
{
    const double part = qBound(0.0, double(about - m_from) / double(span()), 1.0);
    const qint64 wanted =
        qBound(narrowest, qRound64(double(span()) / factor), qMax(narrowest, most - least));
    m_from = about - qRound64(part * double(wanted));
    m_to = m_from + wanted;
    shift(0, least, most);
}

void RulerScale::shift(qint64 by, qint64 least, qint64 most)
{
    const qint64 length = span();
    m_from = qMax(least, qMin(m_from + by, most - length));
    m_to = m_from + length;
}

qint64 RulerScale::rounded(qint64 at) const
{
    qint64 step = pickSteps[0];
    for (const qint64 one : pickSteps) {
        if (double(one) <= millisecondsPerPixel())
            step = one;
    }
    return qRound64(double(at) / double(step)) * step;
}

QList<RulerScale::Tick> RulerScale::ticks(double gap) const
{
    const double least = millisecondsPerPixel() * gap;
    const auto found = std::find_if(std::begin(tickSteps), std::end(tickSteps),
                                    [least](qint64 step) { return double(step) >= least; });
    const qint64 step = found == std::end(tickSteps) ? *std::prev(found) : *found;
    QList<Tick> all;
    for (qint64 at = qint64(std::ceil(double(m_from) / double(step))) * step;
         at <= m_to && all.size() < mostTicks; at += step)
        all.append({at, tickWords(at, step)});
    return all;
}

} // namespace understudy::ui
