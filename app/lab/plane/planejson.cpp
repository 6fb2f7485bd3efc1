// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/plane/planejson.h"

#include <QJsonArray>

namespace understudy::lab {
namespace {

QJsonObject stamped(QJsonObject json, Moment createdAt, Moment updatedAt)
{
    json[QStringLiteral("created_at")] = wholeSecondText(createdAt);
    json[QStringLiteral("updated_at")] = wholeSecondText(updatedAt);
    return json;
}

QJsonObject uncounted(QJsonObject json)
{
    for (const char *name : {"cpu_used_sec", "active_time_seconds", "compute_time_seconds", "written_data_bytes", "data_transfer_bytes"})
        json[QLatin1String(name)] = 0;
    return json;
}

} // namespace

QJsonObject projectJson(const QString &project, Moment createdAt, qint64 historySeconds, int branchLimit)
{
    const QJsonObject owner{{QStringLiteral("name"), QStringLiteral("Lab operator")},
                            {QStringLiteral("email"), QStringLiteral("lab@understudy.example")},
                            {QStringLiteral("branches_limit"), branchLimit},
                            {QStringLiteral("subscription_type"), QStringLiteral("launch_v3")}};
    const QJsonObject json{{QStringLiteral("id"), project},
                           {QStringLiteral("name"), QStringLiteral("Understudy lab")},
                           {QStringLiteral("platform_id"), QStringLiteral("lab")},
                           {QStringLiteral("region_id"), QStringLiteral("lab-loopback")},
                           {QStringLiteral("pg_version"), 15},
                           {QStringLiteral("proxy_host"), QStringLiteral("127.0.0.1")},
                           {QStringLiteral("provisioner"), QStringLiteral("k8s-neonvm")},
                           {QStringLiteral("creation_source"), QStringLiteral("console")},
                           {QStringLiteral("store_passwords"), true},
                           {QStringLiteral("branch_logical_size_limit"), 1024},
                           {QStringLiteral("branch_logical_size_limit_bytes"), qint64(1024) * 1024 * 1024},
                           {QStringLiteral("data_storage_bytes_hour"), 0},
                           {QStringLiteral("history_retention_seconds"), historySeconds},
                           {QStringLiteral("consumption_period_start"), wholeSecondText(createdAt)},
                           {QStringLiteral("consumption_period_end"), wholeSecondText(createdAt + 30 * 86'400'000'000)},
                           {QStringLiteral("owner_id"), QStringLiteral("understudy-lab-owner")},
                           {QStringLiteral("owner"), owner}};
    return stamped(uncounted(json), createdAt, createdAt);
}

QJsonObject branchJson(const QString &project, const PlaneBranch &branch)
{
    QJsonObject json{{QStringLiteral("id"), branch.id},
                     {QStringLiteral("project_id"), project},
                     {QStringLiteral("name"), branch.name},
                     {QStringLiteral("current_state"), branch.state},
                     {QStringLiteral("state_changed_at"), wholeSecondText(branch.stateChangedAt)},
                     {QStringLiteral("creation_source"), QStringLiteral("console")},
                     {QStringLiteral("init_source"), QStringLiteral("parent-data")},
                     {QStringLiteral("default"), branch.isDefault},
                     {QStringLiteral("primary"), branch.isDefault},
                     {QStringLiteral("protected"), branch.isProtected},
                     {QStringLiteral("restricted_actions"), QJsonArray{QJsonObject{{QStringLiteral("name"), QStringLiteral("restore")},
                                                                                   {QStringLiteral("reason"), noRestoreInPlace()}}}}};
    if (branch.state == QLatin1String("init"))
        json[QStringLiteral("pending_state")] = QStringLiteral("ready");
    if (!branch.parentId.isEmpty()) {
        json[QStringLiteral("parent_id")] = branch.parentId;
        json[QStringLiteral("parent_timestamp")] = momentText(branch.asked > 0 ? branch.asked : branch.createdAt);
    }
    if (branch.expiresAt > 0) {
        json[QStringLiteral("expires_at")] = wholeSecondText(branch.expiresAt);
        json[QStringLiteral("ttl_interval_seconds")] = (branch.expiresAt - branch.createdAt) / 1'000'000;
    }
    return stamped(uncounted(json), branch.createdAt, branch.updatedAt);
}

QJsonObject endpointJson(const QString &project, const PlaneBranch &branch)
{
    QJsonObject json{{QStringLiteral("id"), branch.endpointId},
                     {QStringLiteral("host"), endpointHost(branch)},
                     {QStringLiteral("project_id"), project},
                     {QStringLiteral("branch_id"), branch.id},
                     {QStringLiteral("region_id"), QStringLiteral("lab-loopback")},
                     {QStringLiteral("autoscaling_limit_min_cu"), 0.25},
                     {QStringLiteral("autoscaling_limit_max_cu"), 0.25},
                     {QStringLiteral("type"), QStringLiteral("read_write")},
                     {QStringLiteral("current_state"), branch.endpointState},
                     {QStringLiteral("pooler_enabled"), false},
                     {QStringLiteral("pooler_mode"), QStringLiteral("transaction")},
                     {QStringLiteral("disabled"), false},
                     {QStringLiteral("passwordless_access"), false},
                     {QStringLiteral("creation_source"), QStringLiteral("console")},
                     {QStringLiteral("settings"), QJsonObject{{QStringLiteral("pg_settings"), QJsonObject()}}},
                     {QStringLiteral("proxy_host"), QStringLiteral("127.0.0.1")},
                     {QStringLiteral("suspend_timeout_seconds"), -1},
                     {QStringLiteral("provisioner"), QStringLiteral("k8s-neonvm")}};
    if (branch.endpointState == QLatin1String("init"))
        json[QStringLiteral("pending_state")] = QStringLiteral("active");
    return stamped(json, branch.createdAt, branch.updatedAt);
}

QJsonObject operationJson(const QString &project, const PlaneOperation &operation)
{
    QJsonObject json{{QStringLiteral("id"), operation.id},
                     {QStringLiteral("project_id"), project},
                     {QStringLiteral("branch_id"), operation.branchId},
                     {QStringLiteral("action"), operation.action},
                     {QStringLiteral("status"), operation.status},
                     {QStringLiteral("failures_count"), operation.failures},
                     {QStringLiteral("total_duration_ms"), operation.durationMs}};
    if (!operation.endpointId.isEmpty())
        json[QStringLiteral("endpoint_id")] = operation.endpointId;
    if (!operation.error.isEmpty())
        json[QStringLiteral("error")] = operation.error;
    if (operation.status == QLatin1String("failed"))
        json[QStringLiteral("retry_at")] = wholeSecondText(nextWholeSecond(operation.retryAt));
    return stamped(json, operation.createdAt, operation.updatedAt);
}

QJsonObject roleJson(const PlaneBranch &branch)
{
    return stamped({{QStringLiteral("branch_id"), branch.id}, {QStringLiteral("name"), QStringLiteral("thecopy")},
                    {QStringLiteral("protected"), false}, {QStringLiteral("authentication_method"), QStringLiteral("password")}},
                   branch.createdAt, branch.createdAt);
}

QJsonObject databaseJson(const PlaneBranch &branch)
{
    return stamped({{QStringLiteral("id"), branch.slot + 1}, {QStringLiteral("branch_id"), branch.id},
                    {QStringLiteral("name"), QStringLiteral("thecopy")}, {QStringLiteral("owner_name"), QStringLiteral("thecopy")}},
                   branch.createdAt, branch.createdAt);
}

QString endpointHost(const PlaneBranch &branch)
{
    return QStringLiteral("127.0.0.1:%1").arg(branch.port);
}

QString noRestoreInPlace()
{
    return QStringLiteral("restoring a branch in place is not possible in this project: create a branch at the wanted time instead");
}

} // namespace understudy::lab
