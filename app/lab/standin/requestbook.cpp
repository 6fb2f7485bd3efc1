// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/requestbook.h"

#include <QLocale>

#include <array>

namespace understudy::lab {
namespace {

constexpr std::array<int, 9> bounds{10, 50, 100, 200, 500, 1000, 2000, 5000, 10000};
constexpr double availabilityTarget = 0.999;
constexpr double latencyTarget = 0.95; // share of requests that must be within 500 ms
constexpr Milliseconds window = std::chrono::minutes(5);

QByteArray numberWord(double value)
{
    return QByteArray::number(value, 'g', QLocale::FloatingPointShortest);
}

QByteArray escaped(QByteArray text)
{
    return text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
}

} // namespace

void RequestBook::book(const QByteArray &method, const QByteArray &route, int status, double milliseconds, int bookings)
{
    const QByteArray labels = "method=\"" + escaped(method) + "\",route=\"" + escaped(route) + "\",status_code=\""
                              + QByteArray::number(status) + '"';
    Durations &durations = m_requests[labels];
    durations.buckets.resize(qsizetype(bounds.size()));
    for (size_t i = 0; i < bounds.size(); ++i)
        durations.buckets[qsizetype(i)] += milliseconds <= bounds[i] ? 1 : 0;
    durations.sum += milliseconds;
    ++durations.count;
    for (int i = 0; i < bookings; ++i)
        bookForSlo(status, milliseconds);
}

void RequestBook::bookForSlo(int status, double milliseconds)
{
    const Milliseconds now = m_clock.monotonic();
    if (m_windowStart.count() < 0 || now - m_windowStart >= window) {
        m_windowStart = now;
        m_windowRequests = m_windowFailures = m_windowSlow = 0;
    }
    ++m_windowRequests;
    m_windowFailures += status >= 500 ? 1 : 0;
    m_windowSlow += milliseconds > 500 ? 1 : 0;
    violate("latency_p95", 1.0 - double(m_windowSlow) / double(m_windowRequests), latencyTarget);
    violate("availability", 1.0 - double(m_windowFailures) / double(m_windowRequests), availabilityTarget);
}

void RequestBook::violate(const QByteArray &indicator, double ratio, double target)
{
    if (ratio >= target)
        return;
    const QByteArray severity = ratio < 0.9 * target ? "critical" : "warning";
    ++m_violations["service=\"api\",sli=\"" + indicator + "\",severity=\"" + severity + '"'];
}

QByteArray RequestBook::requestCounters() const
{
    QByteArray lines;
    for (auto entry = m_requests.begin(); entry != m_requests.end(); ++entry)
        lines += "the_copy_http_requests_total{" + entry.key() + "} " + QByteArray::number(entry->count) + '\n';
    return lines;
}

QByteArray RequestBook::requestDurations() const
{
    const QByteArray name = "the_copy_http_request_duration_ms";
    QByteArray lines;
    for (auto entry = m_requests.begin(); entry != m_requests.end(); ++entry) {
        for (size_t i = 0; i < bounds.size(); ++i)
            lines += name + "_bucket{le=\"" + QByteArray::number(bounds[i]) + "\"," + entry.key() + "} "
                     + QByteArray::number(entry->buckets[qsizetype(i)]) + '\n';
        lines += name + "_bucket{le=\"+Inf\"," + entry.key() + "} " + QByteArray::number(entry->count) + '\n';
        lines += name + "_sum{" + entry.key() + "} " + numberWord(entry->sum) + '\n';
        lines += name + "_count{" + entry.key() + "} " + QByteArray::number(entry->count) + '\n';
    }
    return lines;
}

QByteArray RequestBook::complianceRatios() const
{
    if (m_windowRequests == 0)
        return {};
    const double all = double(m_windowRequests);
    return "the_copy_slo_compliance_ratio{service=\"api\",sli=\"availability\"} " + numberWord(1.0 - double(m_windowFailures) / all)
           + "\nthe_copy_slo_compliance_ratio{service=\"api\",sli=\"latency_p95\"} " + numberWord(1.0 - double(m_windowSlow) / all) + '\n';
}

QByteArray RequestBook::budgetRemaining() const
{
    if (m_windowRequests == 0)
        return {};
    const double errors = double(m_windowFailures) / double(m_windowRequests);
    return "the_copy_slo_error_budget_remaining_ratio{service=\"api\",sli=\"availability\"} "
           + numberWord(qMax(0.0, 1.0 - errors / (1.0 - availabilityTarget))) + '\n';
}

QByteArray RequestBook::burnRate() const
{
    if (m_windowRequests == 0)
        return {};
    constexpr qint64 windowsAnHour = 12;
    return "the_copy_slo_error_budget_burn_rate{service=\"api\"} " + QByteArray::number(m_windowFailures * windowsAnHour) + '\n';
}

QByteArray RequestBook::violations() const
{
    QByteArray lines;
    for (auto entry = m_violations.begin(); entry != m_violations.end(); ++entry)
        lines += "the_copy_slo_violations_total{" + entry.key() + "} " + QByteArray::number(entry.value()) + '\n';
    return lines;
}

} // namespace understudy::lab
