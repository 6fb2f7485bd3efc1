// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/historyseries.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace understudy {
namespace {

constexpr quint32 rawFor = 15 * 60;   // seconds
constexpr quint32 tensFor = 3 * 3600; // seconds
constexpr quint32 minutesFor = 24 * 3600;
constexpr quint32 ten = 10;
constexpr quint32 minute = 60;

HistoryPoint gapAt(qint64 at)
{
    return {.at = at, .gap = true};
}

} // namespace

void HistorySeries::addToBucket(Buckets &buckets, quint32 second, quint32 grain, float value)
{
    const quint32 at = second / grain * grain;
    if (buckets.empty() || buckets.back().at != at)
        buckets.push_back({.at = at});
    if (std::isnan(value))
        return;
    Bucket &bucket = buckets.back();
    bucket.least = bucket.known == 0 ? value : std::min(bucket.least, value);
    bucket.most = bucket.known == 0 ? value : std::max(bucket.most, value);
    ++bucket.known;
    bucket.mean += (value - bucket.mean) / float(bucket.known);
}

void HistorySeries::dropOld(quint32 now)
{
    // What one bucket of the next coarser grain holds goes at once: so the grains meet at its border.
    const auto isOld = [now](quint32 second, quint32 coarser, quint32 keep) {
        return (second / coarser + 1) * coarser + keep < now;
    };
    while (!m_raw.empty() && isOld(m_raw.front().at / 1000, ten, rawFor))
        m_raw.pop_front();
    while (!m_tens.empty() && isOld(m_tens.front().at, minute, tensFor))
        m_tens.pop_front();
    while (!m_minutes.empty() && isOld(m_minutes.front().at, minute, minutesFor))
        m_minutes.pop_front();
}

void HistorySeries::append(qint64 at, std::optional<double> value, Milliseconds interval)
{
    if (at <= m_lastAt)
        return;
    // Whole minutes, so that all grains share their borders; anew when the offsets are used up.
    const bool isTooFar = m_begin != 0 && at - m_begin > std::numeric_limits<quint32>::max();
    if (m_begin == 0 || isTooFar) {
        m_raw.clear();
        m_tens.clear();
        m_minutes.clear();
        m_begin = at / 60'000 * 60'000;
    }
    m_lastAt = at;
    m_interval = interval;
    const bool known = value && std::isfinite(*value);
    m_endsInGap = !known;
    const float sample = known ? float(*value) : std::numeric_limits<float>::quiet_NaN();
    const quint32 offset = quint32(at - m_begin);
    m_raw.push_back({.at = offset, .value = sample});
    addToBucket(m_tens, offset / 1000, ten, sample);
    addToBucket(m_minutes, offset / 1000, minute, sample);
    dropOld(offset / 1000);
}

/// Each grain up to where the next finer one begins.
QList<HistoryPoint> HistorySeries::between(qint64 from, qint64 to) const
{
    QList<HistoryPoint> out;
    const qint64 rawBegin = m_raw.empty() ? to : m_begin + m_raw.front().at;
    const qint64 tensBegin = m_tens.empty() ? rawBegin : m_begin + qint64(m_tens.front().at) * 1000;
    const auto take = [&](const Buckets &buckets, qint64 until, qint64 width) {
        // A bucket that reaches beyond `until` is that finer grain's first, and told there.
        const auto ends = [&](const Bucket &bucket, qint64 when) {
            return m_begin + qint64(bucket.at) * 1000 + width <= when;
        };
        for (auto one = std::lower_bound(buckets.begin(), buckets.end(), from, ends); one != buckets.end(); ++one) {
            const qint64 at = m_begin + qint64(one->at) * 1000;
            if (at + width > until || at >= to)
                return;
            const HistoryPoint point{.at = at, .least = double(one->least), .most = double(one->most)};
            out.append(one->known > 0 ? point : gapAt(at));
        }
    };
    take(m_minutes, tensBegin, minute * 1000);
    take(m_tens, rawBegin, ten * 1000);
    const auto isBefore = [&](const Sample &sample, qint64 when) { return m_begin + sample.at < when; };
    for (auto one = std::lower_bound(m_raw.begin(), m_raw.end(), from, isBefore); one != m_raw.end(); ++one) {
        const qint64 at = m_begin + one->at;
        if (at >= to)
            break;
        const double value = double(one->value);
        out.append(std::isnan(value) ? gapAt(at) : HistoryPoint{.at = at, .least = value, .most = value});
    }
    return out;
}

/// While the console slept or the probe was silent, nobody knows anything.
QList<HistoryPoint> HistorySeries::withGapsOfSilence(const QList<HistoryPoint> &points) const
{
    QList<HistoryPoint> out;
    out.reserve(points.size());
    const qint64 rawBegin = m_raw.empty() ? 0 : m_begin + m_raw.front().at;
    const qint64 tensBegin = m_tens.empty() ? 0 : m_begin + qint64(m_tens.front().at) * 1000;
    const auto grainAt = [&](qint64 at) {
        return at >= rawBegin ? qint64(0) : at >= tensBegin ? qint64(ten) * 1000 : qint64(minute) * 1000;
    };
    for (const HistoryPoint &point : points) {
        const qint64 bearable = 3 * m_interval.count() + (out.isEmpty() ? 0 : 2 * grainAt(out.last().at));
        if (!out.isEmpty() && !out.last().gap && point.at - out.last().at > bearable)
            out.append(gapAt(out.last().at + bearable));
        out.append(point);
    }
    return out;
}

QList<HistoryPoint> HistorySeries::window(qint64 from, qint64 to, int pixels) const
{
    QList<HistoryPoint> out;
    if (to <= from || pixels <= 0)
        return out;
    const auto columnOf = [&](qint64 at) { return (std::clamp(at, from, to - 1) - from) * pixels / (to - from); };
    const QList<HistoryPoint> points = withGapsOfSilence(between(from, to));
    qint64 column = -1;
    for (const HistoryPoint &point : points) {
        if (columnOf(point.at) != column) {
            column = columnOf(point.at);
            out.append(point);
            continue;
        }
        HistoryPoint &last = out.last();
        if (last.gap && !point.gap)
            last = point;
        else if (!point.gap)
            last = {.at = last.at,
                    .least = std::min(last.least, point.least),
                    .most = std::max(last.most, point.most)};
    }
    return out;
}

qint64 HistorySeries::bytes() const
{
    return qint64(sizeof *this + m_raw.size() * sizeof(Sample)
                  + (m_tens.size() + m_minutes.size()) * sizeof(Bucket));
}

} // namespace understudy
