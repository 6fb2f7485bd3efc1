// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plansections.h"

#include <QHostAddress>
#include <QUrl>

namespace understudy::plansections {

void readMonitoring(const PlanSection &file, Plan &plan)
{
    file.section("monitoring", [&plan](const PlanSection &section) {
        MonitoringPlan monitoring;
        section.section("metrics", [&monitoring](const PlanSection &metrics) {
            metrics.webPath("path", monitoring.metricsPath);
            metrics.text("prefix", monitoring.metricsPrefix);
        });
        section.duration("every", monitoring.every);
        section.webAddress("prometheus", monitoring.prometheus);
        section.webAddress("alertmanager", monitoring.alertmanager);
        section.webAddress("grafana", monitoring.grafana);
        section.section("slo", [&monitoring](const PlanSection &slo) {
            slo.percentage("availability", monitoring.availability);
            slo.duration("latency_p95", monitoring.latencyP95);
            slo.percentage("rollback_above_error_rate", monitoring.rollbackAboveErrorRate);
        });
        plan.monitoring = monitoring;
    });
}

void readCost(const PlanSection &file, Plan &plan)
{
    QSet<QString> names;
    file.list("cost", [&](const PlanSection &item) {
        CostLimit limit;
        item.text("name", limit.name, PlanSection::Required);
        item.unique("name", limit.name, names);
        item.text("metric", limit.metric, PlanSection::Required);
        item.number("soft_limit", limit.softLimit, PlanSection::Required);
        item.text("unit", limit.unit);
        item.text("note", limit.note);
        plan.cost.append(limit);
    });
}

namespace {

/// A token goes with every call: over plain HTTP whoever is on the way reads it.
void warnOfPlainHttp(const PlanSection &section, const char *key, const QString &address)
{
    const QUrl url(address);
    const bool here = url.host() == QLatin1String("localhost") || QHostAddress(url.host()).isLoopback();
    const YamlNode *node = section.find(key);
    if (node && url.scheme() == QLatin1String("http") && !here)
        section.context().warning(*node, QStringLiteral("the pager's keys go to %1 in clear").arg(url.host()),
                                  QStringLiteral("Write an https:// address."));
}

} // namespace

void readPaging(const PlanSection &file, Plan &plan)
{
    file.section("paging", [&plan](const PlanSection &section) {
        PagingPlan &paging = plan.paging;
        paging.isSet = true;
        section.section("pagerduty", [&paging](const PlanSection &pagerDuty) {
            pagerDuty.secret("routing_key", paging.routingKey);
            pagerDuty.secret("api_token", paging.apiToken);
            pagerDuty.text("from", paging.from);
            pagerDuty.text("service", paging.service);
            pagerDuty.webAddress("api", paging.api);
            pagerDuty.webAddress("events", paging.events);
            warnOfPlainHttp(pagerDuty, "api", paging.api);
            warnOfPlainHttp(pagerDuty, "events", paging.events);
        });
        section.secretOrUrl("webhook", paging.webhook, {QStringLiteral("https"), QStringLiteral("http")});
        section.text("mail", paging.mail);
    });
}

} // namespace understudy::plansections
