// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/servers/applicationservers.h"

#include "app/lab/plane/planebook.h"
#include "app/lab/standin/pagerbook.h"

#include <QDate>

namespace understudy::lab {
namespace {

QString quoted(const QString &text)
{
    return QLatin1Char('"') + text + QLatin1Char('"');
}

QString instanceLine(const LabSetup &setup, const QString &name)
{
    return QStringLiteral("        - {url: \"http://127.0.0.1:%1\", process: %2, host: lab}\n").arg(setup.port(name)).arg(name);
}

QString databaseSection(const LabSetup &setup)
{
    return QStringLiteral("database:\n"
                          "  url: {env_file: %1, key: DATABASE_URL, host: lab}\n"
                          "  restore_window: 7d\n"
                          "  provider: {neon: {project: %2, branch: main, database: thecopy, role: thecopy,"
                          " api: %3, api_key: {file: %4}}}\n"
                          "  integrity:\n"
                          "    - {name: every project has an owner, sql: \"select count(*) = 0 from projects p left join users u on u.id = p.user_id where u.id is null\"}\n"
                          "    - {name: scenes are there, sql: \"select count(*) > 0 from scenes\"}\n")
        .arg(quoted(setup.folder.environmentFile(QStringLiteral("blue"))), PlaneBook::projectId(),
             quoted(QStringLiteral("http://127.0.0.1:%1/api/v2").arg(setup.port(QStringLiteral("control-plane")))),
             quoted(setup.folder.file(QStringLiteral("secrets/control-plane-key"))));
}

QString redisSection(const LabSetup &setup)
{
    QStringList sentinels;
    for (int i = 1; i <= 3; ++i)
        sentinels.append(quoted(QStringLiteral("127.0.0.1:%1").arg(setup.port(QStringLiteral("sentinel-%1").arg(i)))));
    return QStringLiteral("redis:\n"
                          "  master: mymaster\n"
                          "  sentinels: [%1]\n"
                          "  password: {file: %2}\n"
                          "  sentinel_password: {file: %3}\n"
                          "  tls: false\n")
        .arg(sentinels.join(QStringLiteral(", ")), quoted(setup.folder.file(QStringLiteral("secrets/redis"))),
             quoted(setup.folder.file(QStringLiteral("secrets/sentinel"))));
}

QString applicationSection(const LabSetup &setup, const QString &nginx)
{
    const auto command = [&setup](const QString &verb) {
        return QStringList{quoted(setup.program), QStringLiteral("process"), verb, quoted(QStringLiteral("{process}")),
                           quoted(QStringLiteral("--dir")), quoted(setup.folder.path())}.join(QStringLiteral(", "));
    };
    QString text = QStringLiteral("application:\n"
                                  "  processes: {commands: {host: lab, restart: [%1], stop: [%2]}}\n"
                                  "  env_files:\n").arg(command(QStringLiteral("restart")), command(QStringLiteral("stop")));
    for (const QString &colour : {QStringLiteral("blue"), QStringLiteral("green")})
        text += QStringLiteral("    - {host: lab, path: %1, keys: [DATABASE_URL, POSTGRES_URL]}\n")
                    .arg(quoted(setup.folder.environmentFile(colour)));
    text += QStringLiteral("  pools:\n");
    for (const QString &colour : {QStringLiteral("blue"), QStringLiteral("green")}) {
        text += QStringLiteral("    %1:\n      instances:\n").arg(colour);
        for (const QString &name : instanceNames()) {
            if (colourOf(name) == colour)
                text += instanceLine(setup, name);
        }
    }
    text += QStringLiteral("  entry: \"http://127.0.0.1:%1\"\n"
                           "  traffic: {nginx_file: {host: lab, path: %2, config: %3, prefix: %4, program: %5, sudo: false}}\n"
                           "  health: {live: /health/live, startup: /health/startup, ready: /health/ready, every: 2s, ready_every: 60s}\n"
                           "  build: {path: /version, field: commit}\n"
                           "  minimum_serving: 1\n"
                           "  queues: {path: /api/queue/stats}\n")
                .arg(setup.port(QStringLiteral("entry")))
                .arg(quoted(setup.folder.trafficFile()), quoted(setup.folder.nginx() + QStringLiteral("/nginx.conf")),
                     quoted(setup.folder.nginx()), quoted(nginx));
    return text;
}

QString pagingSection(const LabSetup &setup)
{
    const QString address = QStringLiteral("http://127.0.0.1:%1").arg(setup.port(QStringLiteral("pager")));
    return QStringLiteral("paging:\n"
                          "  pagerduty:\n"
                          "    routing_key: {file: %1}\n"
                          "    api_token: {file: %2}\n"
                          "    from: %3\n"
                          "    service: %4\n"
                          "    api: %5\n"
                          "    events: %5\n")
        .arg(quoted(setup.folder.file(QStringLiteral("secrets/pager-routing-key"))), quoted(setup.folder.file(QStringLiteral("secrets/pager-token"))),
             QString::fromLatin1(PagerBook::userAddress()), PagerBook::serviceId(), quoted(address));
}

/// What a person does without the console, for a scenario that it has no guided recovery for, or should it die.
QString proceduresSection(const LabSetup &setup, const QString &nginx)
{
    const QString lab = QStringLiteral("  database_loss:\n"
                                       "    title: \"Scenario A: Database corruption or loss\"\n"
                                       "    severity: critical\n"
                                       "    trigger: Data corruption, accidental deletion, or the database is gone.\n"
                                       "    steps:\n"
                                       "      - {name: Restore, text: \"Make a branch from before the incident at the lab's control plane, port %1.\"}\n"
                                       "      - {name: Switch, text: \"Write its address into DATABASE_URL and POSTGRES_URL of both colours' files.\"}\n"
                                       "      - name: Restart\n"
                                       "        text: \"The same for blue-2, green-1 and green-2.\"\n"
                                       "        command: [%2, process, restart, blue-1, --dir, %3]\n"
                                       "        host: lab\n"
                                       "  redis_master_failure:\n"
                                       "    title: \"Scenario B: Redis master failure\"\n"
                                       "    severity: high\n"
                                       "    trigger: Redis connectivity timeouts.\n"
                                       "    steps:\n"
                                       "      - name: Force the failover\n"
                                       "        text: \"Any Sentinel that answers will do; its password is in secrets/sentinel.\"\n"
                                       "        command: [redis-cli, -p, \"%4\", --askpass, sentinel, failover, mymaster]\n"
                                       "        host: lab\n");
    const QString deployment = QStringLiteral("  deployment_rollback:\n"
                                              "    title: \"Scenario C: Bad deployment (blue-green rollback)\"\n"
                                              "    severity: medium\n"
                                              "    trigger: High error rate after deployment.\n"
                                              "    steps:\n"
                                              "      - {name: Rollback, text: \"In %1 let the upstream name the other colour's ports: blue %2 and %3, green %4 and %5.\"}\n"
                                              "      - name: Reload\n"
                                              "        text: \"Test with -t in the place of -s reload first.\"\n"
                                              "        command: [%6, -p, %7, -c, %8, -s, reload]\n"
                                              "        host: lab\n"
                                              "      - {name: Verify, text: \"GET /version at port %9 tells the build that answers.\"}\n");
    return QStringLiteral("procedures:\n")
        + lab.arg(setup.port(QStringLiteral("control-plane"))).arg(quoted(setup.program), quoted(setup.folder.path()))
              .arg(setup.port(QStringLiteral("sentinel-1")))
        + deployment.arg(setup.folder.trafficFile())
              .arg(setup.port(QStringLiteral("blue-1"))).arg(setup.port(QStringLiteral("blue-2")))
              .arg(setup.port(QStringLiteral("green-1"))).arg(setup.port(QStringLiteral("green-2")))
              .arg(quoted(nginx), quoted(setup.folder.nginx()), quoted(setup.folder.nginx() + QStringLiteral("/nginx.conf")))
              .arg(setup.port(QStringLiteral("entry")));
}

} // namespace

Result<Unit> writeLabPlan(const LabSetup &setup)
{
    const Result<QString> nginx = findServerProgram(QStringLiteral("nginx"));
    if (!nginx)
        return fail(nginx.error());
    const QString head = QStringLiteral("understudy: 1\n"
                                        "plan: {name: Understudy lab, status: active, updated: %1, review_every: 90d}\n"
                                        "mode: lab\n"
                                        "objectives:\n"
                                        "  recovery_time:\n"
                                        "    - {name: Critical services, services: [api, auth, database], within: 1h}\n"
                                        "    - {name: Non-critical services, services: [reporting, analytics], within: 4h}\n"
                                        "  recovery_point:\n"
                                        "    - {name: Database transactions, data: database, within: 5m}\n"
                                        "    - {name: Project assets, data: objects, within: 24h}\n"
                                        "hosts:\n"
                                        "  lab: {local: true}\n")
                             .arg(QDate::currentDate().toString(Qt::ISODate));
    const QString tail = QStringLiteral("monitoring:\n"
                                        "  metrics: {path: /metrics, prefix: the_copy_}\n"
                                        "  slo: {availability: 99.9%, latency_p95: 500ms, rollback_above_error_rate: 5%}\n"
                                        "cost: [{name: Gemini, metric: the_copy_gemini_daily_cost_usd, soft_limit: 50, unit: USD/day}]\n"
                                        "commit_window: {length: 30m, then: keep}\n"
                                        "contacts:\n"
                                        "  - {role: Lab operator, contact: lab@understudy.example}\n");
    const QString text = head + databaseSection(setup) + redisSection(setup) + applicationSection(setup, *nginx) + pagingSection(setup)
        + proceduresSection(setup, *nginx) + tail;
    return setup.folder.write(setup.folder.planFile(), text.toUtf8());
}

} // namespace understudy::lab
