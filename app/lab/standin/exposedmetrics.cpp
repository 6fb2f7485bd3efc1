// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/exposedmetrics.h"

#include "app/lab/standin/metricfamilies.h"

#include <QDir>
#include <QFile>
#include <QHash>
#include <QLocale>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

namespace understudy::lab {
namespace {

using Samples = QHash<QByteArray, QByteArray>; ///< whole lines by family

QByteArray number(double value)
{
    return QByteArray::number(value, 'g', QLocale::FloatingPointShortest);
}

void add(Samples &samples, const QByteArray &family, const QByteArray &labels, double value)
{
    samples[family] += "the_copy_" + family + (labels.isEmpty() ? QByteArray() : '{' + labels + '}') + ' ' + number(value) + '\n';
}

double seconds(const timeval &time)
{
    return double(time.tv_sec) + double(time.tv_usec) / 1e6;
}

void addProcess(Samples &samples, const ProcessFigures &process)
{
    const QByteArray app = "app=\"the-copy-backend\"";
    rusage usage = {};
    ::getrusage(RUSAGE_SELF, &usage);
    add(samples, "process_cpu_user_seconds_total", app, seconds(usage.ru_utime));
    add(samples, "process_cpu_system_seconds_total", app, seconds(usage.ru_stime));
    add(samples, "process_cpu_seconds_total", app, seconds(usage.ru_utime) + seconds(usage.ru_stime));
    add(samples, "process_start_time_seconds", app, double(process.startedAt.toSecsSinceEpoch()));
    QFile statm(QStringLiteral("/proc/self/statm"));
    const QList<QByteArray> pages = statm.open(QIODevice::ReadOnly) ? statm.readAll().split(' ') : QList<QByteArray>{};
    const double page = double(::sysconf(_SC_PAGESIZE));
    add(samples, "process_resident_memory_bytes", app, pages.value(1).toDouble() * page);
    add(samples, "process_virtual_memory_bytes", app, pages.value(0).toDouble() * page);
    rlimit descriptors = {};
    ::getrlimit(RLIMIT_NOFILE, &descriptors);
    add(samples, "process_open_fds", app, double(QDir(QStringLiteral("/proc/self/fd")).count() - 2));
    add(samples, "process_max_fds", app, double(descriptors.rlim_cur));
}

void addRuntime(Samples &samples, const ProcessFigures &process)
{
    const QByteArray app = "app=\"the-copy-backend\"";
    const struct mallinfo2 heap = ::mallinfo2();
    const double total = double(heap.arena + heap.hblkhd), used = double(heap.uordblks + heap.hblkhd);
    add(samples, "process_heap_bytes", app, total);
    add(samples, "nodejs_heap_size_total_bytes", app, total);
    add(samples, "nodejs_heap_size_used_bytes", app, used);
    add(samples, "nodejs_external_memory_bytes", app, double(heap.hblkhd));
    for (const QByteArray &space : {QByteArray("new"), QByteArray("old"), QByteArray("large_object")}) {
        const double share = space == "old" ? 1.0 : 0.0;
        const QByteArray labels = "space=\"" + space + "\"," + app;
        add(samples, "nodejs_heap_space_size_total_bytes", labels, total * share);
        add(samples, "nodejs_heap_space_size_used_bytes", labels, used * share);
        add(samples, "nodejs_heap_space_size_available_bytes", labels, (total - used) * share);
    }
    if (process.eventLoopLagSeconds >= 0) {
        for (const char *kind : {"", "_min", "_max", "_mean", "_p50", "_p90", "_p99"})
            add(samples, QByteArray("nodejs_eventloop_lag") + kind + "_seconds", app, process.eventLoopLagSeconds);
        add(samples, "nodejs_eventloop_lag_stddev_seconds", app, 0);
    }
    add(samples, "nodejs_active_resources", "type=\"TCPSocketWrap\"," + app, process.activeRequests);
    add(samples, "nodejs_active_resources", "type=\"TCPServerWrap\"," + app, 1);
    add(samples, "nodejs_active_resources_total", app, process.activeRequests + 1);
    add(samples, "nodejs_active_handles", "type=\"Socket\"," + app, process.activeRequests);
    add(samples, "nodejs_active_handles", "type=\"Server\"," + app, 1);
    add(samples, "nodejs_active_handles_total", app, process.activeRequests + 1);
    add(samples, "nodejs_version_info", "version=\"v20.20.2\",major=\"20\",minor=\"20\",patch=\"2\"," + app, 1);
    for (const char *bound : {"0.001", "0.01", "0.1", "1", "2", "5", "+Inf"})
        samples["nodejs_gc_duration_seconds"] += "the_copy_nodejs_gc_duration_seconds_bucket{le=\"" + QByteArray(bound)
                                                 + "\",kind=\"minor\"," + app + "} 0\n";
    for (const char *end : {"_sum", "_count"})
        samples["nodejs_gc_duration_seconds"] += "the_copy_nodejs_gc_duration_seconds" + QByteArray(end) + "{kind=\"minor\"," + app + "} 0\n";
    for (const char *bound : {"1", "5", "10", "25", "50", "100", "250", "500", "1000", "+Inf"})
        samples["event_loop_lag_ms"] += "the_copy_event_loop_lag_ms_bucket{le=\"" + QByteArray(bound) + "\"} 0\n";
    samples["event_loop_lag_ms"] += "the_copy_event_loop_lag_ms_sum 0\nthe_copy_event_loop_lag_ms_count 0\n";
}

void addGemini(Samples &samples, const GeminiUse &gemini)
{
    add(samples, "gemini_daily_cost_usd", {}, gemini.dailyUsd);
    add(samples, "gemini_monthly_cost_usd", {}, gemini.monthlyUsd);
    if (gemini.requests == 0)
        return;
    add(samples, "gemini_requests_total", "status=\"success\",analysis_type=\"chat\"", double(gemini.requests));
    add(samples, "gemini_tokens_total", "type=\"input\"", double(gemini.inputTokens));
    add(samples, "gemini_tokens_total", "type=\"output\"", double(gemini.outputTokens));
    if (gemini.alerted)
        add(samples, "gemini_cost_alerts_total", "type=\"daily_limit\"", 1);
}

void addSlo(Samples &samples, const RequestBook &book)
{
    samples["slo_compliance_ratio"] = book.complianceRatios();
    samples["slo_error_budget_remaining_ratio"] = book.budgetRemaining();
    samples["slo_violations_total"] = book.violations();
    samples["slo_error_budget_burn_rate"] = book.burnRate();
    add(samples, "slo_target", "service=\"api\",sli=\"availability\"", 0.999);
    add(samples, "slo_target", "service=\"api\",sli=\"latency_p95\"", 500);
    add(samples, "slo_target", "service=\"auth\",sli=\"success_rate\"", 0.995);
    add(samples, "slo_target", "service=\"gemini\",sli=\"success_rate\"", 0.95);
    add(samples, "slo_target", "service=\"database\",sli=\"availability\"", 0.9995);
}

} // namespace

QByteArray metricsPage(const RequestBook &book, const GeminiUse &gemini, const ProcessFigures &process)
{
    Samples samples;
    addProcess(samples, process);
    addRuntime(samples, process);
    addGemini(samples, gemini);
    addSlo(samples, book);
    samples["http_requests_total"] = book.requestCounters();
    samples["http_request_duration_ms"] = book.requestDurations();
    add(samples, "http_active_connections", {}, process.activeRequests);
    QByteArray page;
    for (const MetricFamily &family : metricFamilies()) {
        const QByteArray name = QByteArray("the_copy_") + family.name;
        page += "# HELP " + name + ' ' + family.help + "\n# TYPE " + name + ' ' + family.type + '\n';
        if (family.filling == MetricFamily::Filling::Live)
            page += samples.value(family.name);
        else if (family.filling == MetricFamily::Filling::Zero)
            page += name + " 0\n";
        page += '\n';
    }
    page.chop(1);
    return page;
}

} // namespace understudy::lab
