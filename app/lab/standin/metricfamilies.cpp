// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/metricfamilies.h"

namespace understudy::lab {
namespace {

using enum MetricFamily::Filling;

constexpr MetricFamily families[] = {
    {"process_cpu_user_seconds_total", "counter", Live, "CPU seconds spent in user mode."},
    {"process_cpu_system_seconds_total", "counter", Live, "CPU seconds spent in the kernel."},
    {"process_cpu_seconds_total", "counter", Live, "CPU seconds spent, user and kernel."},
    {"process_start_time_seconds", "gauge", Live, "When the process started, in seconds since 1970."},
    {"process_resident_memory_bytes", "gauge", Live, "Memory that is resident."},
    {"process_virtual_memory_bytes", "gauge", Live, "Address space in use."},
    {"process_heap_bytes", "gauge", Live, "Heap of the process."},
    {"process_open_fds", "gauge", Live, "Descriptors that are open."},
    {"process_max_fds", "gauge", Live, "Descriptors that may be open."},
    {"nodejs_eventloop_lag_seconds", "gauge", Live, "Lag of the event loop at the last look."},
    {"nodejs_eventloop_lag_min_seconds", "gauge", Live, "Smallest delay of the event loop."},
    {"nodejs_eventloop_lag_max_seconds", "gauge", Live, "Largest delay of the event loop."},
    {"nodejs_eventloop_lag_mean_seconds", "gauge", Live, "Mean delay of the event loop."},
    {"nodejs_eventloop_lag_stddev_seconds", "gauge", Live, "Standard deviation of the event loop's delay."},
    {"nodejs_eventloop_lag_p50_seconds", "gauge", Live, "Median delay of the event loop."},
    {"nodejs_eventloop_lag_p90_seconds", "gauge", Live, "Ninetieth percentile of the event loop's delay."},
    {"nodejs_eventloop_lag_p99_seconds", "gauge", Live, "Ninety-ninth percentile of the event loop's delay."},
    {"nodejs_active_resources", "gauge", Live, "Resources that keep the event loop busy, by type."},
    {"nodejs_active_resources_total", "gauge", Live, "Resources that keep the event loop busy."},
    {"nodejs_active_handles", "gauge", Live, "Active handles, by type."},
    {"nodejs_active_handles_total", "gauge", Live, "Active handles."},
    {"nodejs_active_requests", "gauge", None, "Active requests of the runtime, by type."},
    {"nodejs_active_requests_total", "gauge", Zero, "Active requests of the runtime."},
    {"nodejs_heap_size_total_bytes", "gauge", Live, "Heap reserved by the runtime."},
    {"nodejs_heap_size_used_bytes", "gauge", Live, "Heap used by the runtime."},
    {"nodejs_external_memory_bytes", "gauge", Live, "Memory outside of the runtime's heap."},
    {"nodejs_heap_space_size_total_bytes", "gauge", Live, "Heap spaces, reserved."},
    {"nodejs_heap_space_size_used_bytes", "gauge", Live, "Heap spaces, used."},
    {"nodejs_heap_space_size_available_bytes", "gauge", Live, "Heap spaces, free."},
    {"nodejs_version_info", "gauge", Live, "Version of the runtime."},
    {"nodejs_gc_duration_seconds", "histogram", Live, "Length of garbage collections, by kind."},
    {"http_requests_total", "counter", Live, "HTTP requests answered."},
    {"http_request_duration_ms", "histogram", Live, "Time to answer an HTTP request, in milliseconds."},
    {"http_active_connections", "gauge", Live, "HTTP requests that have no answer yet."},
    {"gemini_requests_total", "counter", Live, "Calls of the Gemini API."},
    {"gemini_request_duration_ms", "histogram", None, "Length of Gemini calls, in milliseconds."},
    {"gemini_cache_hits_total", "counter", Zero, "Gemini answers found in the cache."},
    {"gemini_cache_misses_total", "counter", Zero, "Gemini answers not found in the cache."},
    {"db_queries_total", "counter", None, "Queries sent to the database."},
    {"db_query_duration_ms", "histogram", None, "Length of database queries, in milliseconds."},
    {"db_connection_pool_size", "gauge", Zero, "Connections in the database pool."},
    {"queue_jobs_total", "counter", None, "Jobs by queue and outcome."},
    {"queue_job_duration_ms", "histogram", None, "Length of jobs, in milliseconds."},
    {"queue_size", "gauge", None, "Jobs that wait, by queue."},
    {"redis_connection_status", "gauge", Zero, "1 while Redis is connected, else 0."},
    {"redis_cache_ops_total", "counter", None, "Cache operations."},
    {"redis_cache_hit_rate", "gauge", Zero, "Share of cache hits, in percent."},
    {"redis_operation_latency_ms", "histogram", None, "Latency of Redis, in milliseconds."},
    {"redis_memory_usage_bytes", "gauge", Zero, "Memory that Redis uses."},
    {"cache_memory_size", "gauge", Zero, "Entries of the in-process cache."},
    {"active_users", "gauge", Zero, "Users who are active."},
    {"projects_created_total", "counter", Zero, "Projects that were made."},
    {"scenes_analyzed_total", "counter", Zero, "Scenes that were analysed."},
    {"slo_compliance_ratio", "gauge", Live, "Compliance with an objective, 0 to 1."},
    {"slo_error_budget_remaining_ratio", "gauge", Live, "Error budget that is left, 0 to 1."},
    {"slo_violations_total", "counter", Live, "Violations of an objective."},
    {"slo_auth_logins_total", "counter", None, "Logins that were tried."},
    {"slo_db_queries_total", "counter", None, "Database queries by outcome."},
    {"slo_error_budget_burn_rate", "gauge", Live, "Errors an hour."},
    {"slo_target", "gauge", Live, "The objectives."},
    {"gemini_tokens_total", "counter", Live, "Tokens used, by direction."},
    {"gemini_cost_usd_total", "counter", None, "Cost by period, in USD."},
    {"gemini_daily_cost_usd", "gauge", Live, "Cost of the day, in USD."},
    {"gemini_monthly_cost_usd", "gauge", Live, "Cost of the month, in USD."},
    {"gemini_cost_alerts_total", "counter", Live, "Cost alerts that were raised."},
    {"system_cpu_usage_percent", "gauge", Zero, "CPU of the machine, in percent."},
    {"system_memory_usage_bytes", "gauge", None, "Memory of the machine, by type."},
    {"event_loop_lag_ms", "histogram", Live, "Lag of the event loop, in milliseconds."},
    {"active_connections", "gauge", None, "Connections, by kind."},
    {"request_queue_size", "gauge", Zero, "Requests that wait."},
    {"rate_limit_hits_total", "counter", None, "Requests above a rate limit."},
    {"backpressure_events_total", "counter", None, "Times that load was shed."},
    {"resource_threshold_breaches_total", "counter", None, "Thresholds that were crossed."},
    {"concurrent_requests", "gauge", Zero, "Requests at the same time."},
};
static_assert(std::size(families) == 74);

} // namespace

std::span<const MetricFamily> metricFamilies()
{
    return families;
}

} // namespace understudy::lab
