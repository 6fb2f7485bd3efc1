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
    const QString restart = QStringList{quoted(setup.program), QStringLiteral("process"), QStringLiteral("restart"),
                                        quoted(QStringLiteral("{process}")), quoted(QStringLiteral("--dir")),
                                        quoted(setup.folder.path())}.join(QStringLiteral(", "));
    QString text = QStringLiteral("application:\n"
                                  "  processes: {commands: {host: lab, restart: [%1]}}\n"
                                  "  env_files:\n").arg(restart);
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
    const QString text = head + databaseSection(setup) + redisSection(setup) + applicationSection(setup, *nginx) + pagingSection(setup) + tail;
    return setup.folder.write(setup.folder.planFile(), text.toUtf8());
}

} // namespace understudy::lab
