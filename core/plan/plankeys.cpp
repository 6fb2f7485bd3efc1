// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plankeys.h"

namespace understudy {
namespace {

struct KeyLine
{
    const char *path;
    const char *keys; ///< separated by blanks, in the order in which they are best written
};

constexpr KeyLine keyTable[] = {
    {"", "understudy plan mode objectives hosts database redis application monitoring cost paging "
         "procedures redundancy commit_window contacts team drills"},
    {"plan", "name title purpose status updated review_every"},
    {"objectives", "recovery_time recovery_point"},
    {"objectives.recovery_time[]", "name services within"},
    {"objectives.recovery_point[]", "name data within via"},
    {"hosts.*", "ssh ssh_config local"},
    {"secret", "env file env_file key host keychain"},
    {"database", "url provider restore_window logical_backups integrity standby every"},
    {"database.provider", "neon pgbackrest"},
    {"database.provider.neon", "project branch database role api api_key"},
    {"database.provider.pgbackrest", "host stanza config user folder bin listen address port"},
    {"database.logical_backups", "s3 every"},
    {"database.logical_backups.s3", "endpoint bucket prefix region access_key secret_key"},
    {"database.integrity[]", "name sql"},
    {"redis", "master sentinels user password sentinel_user sentinel_password tls via addresses every"},
    {"redis.tls", "ca server_name"},
    {"application", "processes env_files pools entry traffic health build minimum_serving queues schema"},
    {"application.processes", "pm2 docker_compose systemd commands"},
    {"application.processes.pm2", "host"},
    {"application.processes.docker_compose", "host folder"},
    {"application.processes.systemd", "host"},
    {"application.processes.commands", "host folder restart stop"},
    {"application.env_files[]", "host path keys"},
    {"application.pools.*", "instances"},
    {"application.pools.*.instances[]", "url process host"},
    {"application.traffic", "nginx_file nginx_include nginx_flag haproxy command cloudflare"},
    {"application.traffic.nginx_file", "host path config prefix program sudo"},
    {"application.traffic.nginx_include", "host path config prefix program sudo"},
    {"application.traffic.nginx_flag", "host path colour config prefix program sudo"},
    {"application.traffic.haproxy", "host socket backend map"},
    {"application.traffic.command", "host folder switch path config prefix program sudo"},
    {"application.traffic.cloudflare", "zone load_balancer account pools token api"},
    {"application.health", "live startup ready every ready_every"},
    {"application.build", "path field header"},
    {"application.queues", "path token"},
    {"application.schema", "expected applied"},
    {"monitoring", "metrics every prometheus alertmanager grafana slo"},
    {"monitoring.metrics", "path prefix"},
    {"monitoring.slo", "availability latency_p95 rollback_above_error_rate"},
    {"cost[]", "name metric soft_limit unit note"},
    {"paging", "pagerduty webhook mail"},
    {"paging.pagerduty", "routing_key api_token from service api events"},
    {"procedures", "database_loss redis_master_failure deployment_rollback"},
    {"procedures.*", "title severity trigger steps"},
    {"procedures.*.steps[]", "name text command alternative host folder"},
    {"redundancy[]", "system name text"},
    {"commit_window", "length then"},
    {"contacts[]", "role contact"},
    {"team", "database"},
};

} // namespace

const QMap<QString, QStringList> &planKeys()
{
    static const QMap<QString, QStringList> keys = [] {
        QMap<QString, QStringList> all;
        for (const KeyLine &line : keyTable)
            all.insert(QLatin1String(line.path), QString::fromLatin1(line.keys).split(QLatin1Char(' ')));
        return all;
    }();
    return keys;
}

QStringList procedureNames()
{
    return planKeys().value(QStringLiteral("procedures"));
}

} // namespace understudy
