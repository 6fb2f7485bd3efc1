// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a look costs: CPU seconds for 1,000 looks at 200 local instances, once a second each. The
// instances run in a process of their own, so only the one who looks is counted. Prints a table;
// without blackbox_exporter its line says so.
#include "core/health/poolsprobe.h"
#include "core/systems/http/httpconnection.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <sys/resource.h>
#include <unistd.h>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

constexpr int instances = 200;
constexpr int seconds = 15;

/// A page of the platform's size: 74 families, 25 KB.
QByteArray metricsPage()
{
    QByteArray out = "# HELP the_copy_http_requests_total Requests.\n# TYPE "
                     "the_copy_http_requests_total counter\n";
    for (int i = 0; i < 20; ++i)
        out += "the_copy_http_requests_total{method=\"GET\",route=\"/api/" + QByteArray::number(i) +
               "\",status_code=\"200\"} 1000\n";
    out += "# HELP the_copy_http_request_duration_ms Durations.\n# TYPE "
           "the_copy_http_request_duration_ms histogram\n";
    for (int i = 0; i < 20; ++i) {
        for (const char *le :
             {"10", "25", "50", "100", "250", "500", "1000", "2500", "5000", "10000", "+Inf"})
            out += "the_copy_http_request_duration_ms_bucket{le=\"" + QByteArray(le) +
                   "\",method=\"GET\",route=\"/api/" + QByteArray::number(i) +
                   "\",status_code=\"200\"} 1000\n";
    }
    for (int i = 0; i < 72; ++i) {
        const QByteArray name = "the_copy_gauge_" + QByteArray::number(i);
        out += "# HELP " + name + " A figure.\n# TYPE " + name + " gauge\n" + name +
               "{app=\"the-copy-backend\"} 3.3430410000000004\n";
    }
    return out;
}

QByteArray replyTo(const QByteArray &head, const QByteArray &metrics, int number)
{
    QByteArray body =
        "{\"status\":\"alive\",\"timestamp\":\"2026-11-23T01:07:46.525Z\",\"uptime\":226}";
    if (head.startsWith("GET /metrics"))
        body = metrics;
    else if (head.startsWith("GET /health/startup"))
        body =
            "{\"status\":\"started\",\"startTime\":\"process " + QByteArray::number(number) + "\"}";
    return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: Mon, 23 Nov 2026 01:07:46 "
           "GMT\r\nContent-Length: " +
           QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

/// The other process: all instances, their ports on standard output in one line.
int serve()
{
    const QByteArray metrics = metricsPage();
    QByteArrayList ports;
    for (int i = 0; i < instances; ++i) {
        QTcpServer *server = new QTcpServer(qApp);
        if (!server->listen(QHostAddress::LocalHost))
            return 1;
        ports += QByteArray::number(server->serverPort());
        QObject::connect(server, &QTcpServer::newConnection, server, [server, metrics, i] {
            while (QTcpSocket *socket = server->nextPendingConnection()) {
                QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
                QObject::connect(socket, &QTcpSocket::readyRead, socket, [socket, metrics, i] {
                    socket->write(replyTo(socket->readAll(), metrics, i));
                });
            }
        });
    }
    std::printf("%s\n", ports.join(' ').constData());
    std::fflush(stdout);
    return QCoreApplication::exec();
}

double ownCpu()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto value = [](const timeval &time) {
        return double(time.tv_sec) + double(time.tv_usec) / 1e6;
    };
    return value(usage.ru_utime) + value(usage.ru_stime);
}

double cpuOf(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray all = file.readAll();
    const QByteArrayList fields = all.mid(all.lastIndexOf(')') + 2).split(' ');
    return (fields.value(11).toDouble() + fields.value(12).toDouble()) /
           double(sysconf(_SC_CLK_TCK));
}

double memoryOf(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/statm").arg(pid));
    return file.open(QIODevice::ReadOnly)
               ? file.readAll().split(' ').value(1).toDouble() * double(sysconf(_SC_PAGESIZE)) / 1e6
               : 0;
}

void runFor(std::chrono::milliseconds time)
{
    QTimer::singleShot(time, qApp, &QCoreApplication::quit);
    QCoreApplication::exec();
}

void line(const char *who, double cpu, int looks, double memory)
{
    std::printf("| %-58s | %7.3f | %6d | %6.0f |\n", who, looks > 0 ? cpu * 1000 / looks : 0, looks,
                memory);
    std::fflush(stdout);
}

/// A round a second at all instances; `look` starts one look and calls back when it has ended.
int roundsOf(const std::function<void(int)> &look)
{
    int looks = 0;
    QTimer timer;
    int second = 0;
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] {
        if (second++ >= seconds)
            return;
        for (int i = 0; i < instances; ++i, ++looks)
            look(i);
    });
    timer.start(1s);
    runFor(std::chrono::seconds(seconds + 2));
    return looks;
}

void benchProbe(const QByteArrayList &ports)
{
    Plan plan;
    ApplicationPlan application;
    application.pools = {{.colour = QStringLiteral("blue")}, {.colour = QStringLiteral("green")}};
    for (int i = 0; i < instances; ++i)
        application.pools[i % 2].instances.append(
            {.url = QStringLiteral("http://127.0.0.1:") + QString::fromLatin1(ports.at(i)),
             .process = {},
             .host = {}});
    application.health.every = 1s;
    application.entry = application.pools[0].instances[0].url;
    plan.application = application;
    plan.monitoring = MonitoringPlan{.metricsPrefix = QStringLiteral("the_copy_")};
    const SystemClock clock;
    const QTemporaryDir folder;
    PoolsProbe probe(plan, nullptr, clock, folder.filePath(QStringLiteral("cost.json")));
    int observations = 0;
    QObject::connect(&probe, &Probe::observed, &probe,
                     [&](const SystemObservation &) { ++observations; });
    probe.start();
    runFor(3s); // past the first looks, which come all at once
    const double before = ownCpu();
    runFor(std::chrono::seconds(seconds));
    const double cpu = ownCpu() - before;
    line("PoolsProbe: live each 1 s, metrics and start time each 10 s", cpu, instances * seconds,
         memoryOf(getpid()));
    probe.stop();
}

void benchConnections(const QByteArrayList &ports, bool fresh)
{
    std::vector<std::unique_ptr<HttpConnection>> connections;
    QList<HttpRequest> requests;
    for (int i = 0; i < instances; ++i) {
        connections.push_back(std::make_unique<HttpConnection>());
        HttpRequest request;
        request.url = QUrl(QStringLiteral("http://127.0.0.1:%1/health/live")
                               .arg(QString::fromLatin1(ports.at(i))));
        request.freshConnection = fresh;
        requests.append(request);
    }
    const double before = ownCpu();
    const int looks = roundsOf([&](int i) {
        connections[size_t(i)]->get(requests.at(i), [](const Result<HttpReply> &) {});
    });
    line(fresh ? "HttpConnection, a fresh connection each" : "HttpConnection, kept alive",
         ownCpu() - before, looks, memoryOf(getpid()));
}

void benchManager(const QByteArrayList &ports)
{
    QNetworkAccessManager manager;
    const double before = ownCpu();
    const int looks = roundsOf([&](int i) {
        QNetworkReply *reply =
            manager.get(QNetworkRequest(QUrl(QStringLiteral("http://127.0.0.1:%1/health/live")
                                                 .arg(QString::fromLatin1(ports.at(i))))));
        QObject::connect(reply, &QNetworkReply::finished, reply, [reply] {
            reply->readAll();
            reply->deleteLater();
        });
    });
    line("QNetworkAccessManager", ownCpu() - before, looks, memoryOf(getpid()));
}

void benchBlackbox(const QByteArrayList &ports)
{
    const QString program =
        QStandardPaths::findExecutable(QStringLiteral("prometheus-blackbox-exporter"));
    if (program.isEmpty()) {
        std::printf("| %-58s | not installed: apt-get install prometheus-blackbox-exporter\n",
                    "blackbox_exporter");
        return;
    }
    const QTemporaryDir folder;
    QFile config(folder.filePath(QStringLiteral("blackbox.yml")));
    if (!config.open(QIODevice::WriteOnly))
        return;
    config.write("modules:\n  http_2xx:\n    prober: http\n    timeout: 5s\n");
    config.close();
    QTcpServer free;
    free.listen(QHostAddress::LocalHost);
    const QString address = QStringLiteral("127.0.0.1:%1").arg(free.serverPort());
    free.close();
    QProcess exporter;
    exporter.setStandardErrorFile(QProcess::nullDevice());
    exporter.start(program, {QStringLiteral("--config.file=") + config.fileName(),
                             QStringLiteral("--web.listen-address=") + address});
    if (!exporter.waitForStarted())
        return;
    runFor(2s);
    std::vector<std::unique_ptr<HttpConnection>> connections;
    for (int i = 0; i < instances; ++i)
        connections.push_back(std::make_unique<HttpConnection>());
    int good = 0;
    const double before = cpuOf(exporter.processId());
    const int looks = roundsOf([&](int i) {
        HttpRequest request;
        request.url = QUrl(
            QStringLiteral("http://%1/probe?module=http_2xx&target=http://127.0.0.1:%2/health/live")
                .arg(address, QString::fromLatin1(ports.at(i))));
        connections[size_t(i)]->get(request, [&good](const Result<HttpReply> &reply) {
            good += reply && reply->body.contains("probe_success 1") ? 1 : 0;
        });
    });
    line("blackbox_exporter, driven directly (its own CPU only)",
         cpuOf(exporter.processId()) - before, good, memoryOf(exporter.processId()));
    if (good < looks)
        std::printf("  (%d of its %d looks were answered)\n", good, looks);
    exporter.terminate();
    exporter.waitForFinished();
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    if (QCoreApplication::arguments().contains(QLatin1String("--serve")))
        return serve();
    QProcess server;
    server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    server.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--serve")});
    if (!server.waitForReadyRead(10'000))
        return 1;
    const QByteArrayList ports = server.readLine().trimmed().split(' ');
    std::printf("Looking at %d instances once a second for %d s each\n| %-58s | CPU s/1k | looks  "
                "| MB     |\n",
                instances, seconds, "who");
    benchProbe(ports);
    benchConnections(ports, false);
    benchConnections(ports, true);
    benchManager(ports);
    benchBlackbox(ports);
    server.kill();
    server.waitForFinished();
    return 0;
}
