// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commandline.h"
#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "core/health/healthexposition.h"
#include "core/health/watch.h"
#include "core/systems/secrets/secretresolver.h"

#include <QCoreApplication>
#include <QHostAddress>
#include <QHttpServer>
#include <QHttpServerResponse>
#include <QTcpServer>
#include <QUrl>

namespace understudy::ctl {

int serveMetricsCommand(const QStringList &arguments)
{
    CommandLine line(QStringLiteral("serve-metrics [--listen HOST:PORT]"),
                     QStringLiteral("Watches the plan's systems and serves what it sees at /metrics, for Prometheus,\n"
                                    "until interrupted. Port 0 takes a free one; the address is printed."));
    line.value(QStringLiteral("listen"), QStringLiteral("HOST:PORT"), QStringLiteral("numeric address; default 127.0.0.1:9797"),
               QStringLiteral("127.0.0.1:9797"));
    if (const std::optional<int> end = line.parse(arguments, 0, 0))
        return *end;
    const QUrl address(QStringLiteral("http://") + line.get(QStringLiteral("listen")));
    const QHostAddress host(address.host());
    if (host.isNull() || address.port() < 0)
        return line.usageError(QStringLiteral("not HOST:PORT with a numeric host: '%1'").arg(line.get(QStringLiteral("listen"))));
    const std::optional<Plan> plan = line.plan();
    if (!plan)
        return BadInput;

    QTcpServer listener;
    if (!listener.listen(host, quint16(address.port()))) {
        tell(QStringLiteral("understudyctl: cannot listen on %1: %2").arg(line.get(QStringLiteral("listen")), listener.errorString()));
        return Unavailable;
    }
    const quint16 port = listener.serverPort();
    const SystemClock clock;
    const std::unique_ptr<SecretResolver> secrets = SecretResolver::forPlan(*plan);
    HealthSnapshot newest;
    Watch watch(*plan, *secrets, clock);
    QObject::connect(&watch, &Watch::snapshotReady, qApp, [&newest](const HealthSnapshot &snapshot) { newest = snapshot; });
    QHttpServer server;
    server.route(QStringLiteral("/metrics"), [&newest, &clock] {
        return QHttpServerResponse("text/plain; version=0.0.4; charset=utf-8", healthToExposition(newest));
    });
    server.bind(&listener);
    watch.start();
    print(QStringLiteral("http://%1:%2/metrics").arg(address.host()).arg(port));
    return QCoreApplication::exec();
}

} // namespace understudy::ctl
