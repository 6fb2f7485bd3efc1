// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/traffic/trafficstand.h"

#include "core/systems/http/httpget.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QTcpServer>
#include <QThread>
#include <QUrl>

#include <csignal>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace understudy::test {
namespace {

quint16 freePort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost, 0);
    return server.serverPort();
}

QString toText(const ProgramOutput &output)
{
    return output.exitCode == 0 ? QString() : QString::fromUtf8(output.standardError.right(600));
}

/// -1: refused.
int connected(quint16 port)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval patience{3, 0};
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0)
        return socket;
    ::close(socket);
    return -1;
}

/// The colour's first letter; 0: failed. The body is the name, and ends the answer.
char askOnce(int socket, bool keepAlive)
{
    const std::string request = std::string("GET /who HTTP/1.1\r\nHost: x\r\n") + (keepAlive ? "" : "Connection: close\r\n") + "\r\n";
    if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) != ssize_t(request.size()))
        return 0;
    std::string answer;
    char buffer[2048];
    for (;;) {
        const ssize_t more = ::recv(socket, buffer, sizeof buffer, 0);
        if (more <= 0)
            return 0;
        answer.append(buffer, size_t(more));
        const size_t body = answer.find("\r\n\r\n");
        if (body == std::string::npos)
            continue;
        if (answer.rfind("HTTP/1.1 200", 0) != 0)
            return 0;
        const std::string rest = answer.substr(body + 4);
        if (rest == "blue" || rest == "green")
            return rest[0];
        if (rest.size() > 5)
            return 0;
    }
}

} // namespace

TrafficStand::TrafficStand() : m_front(freePort()), m_blue(freePort()), m_green(freePort())
{
    // The workers, who are nobody, have to enter it to see a flag.
    QFile::setPermissions(m_folder.path(), QFile::Permissions(0x7755));
    QDir(m_folder.path()).mkdir(QStringLiteral("sites"));
    write(QStringLiteral("colours.conf"), "pid DIR/colours.pid;\nerror_log DIR/colours.log;\nworker_processes 1;\nevents {}\nhttp {\n    access_log off;\n    keepalive_requests 1000000;\n"
                                          "    server { listen 127.0.0.1:BLUE; return 200 \"blue\"; }\n    server { listen 127.0.0.1:GREEN; return 200 \"green\"; }\n}\n");
    m_backends = nginx(QStringLiteral("colours.conf"), {}).exitCode == 0;
}

TrafficStand::~TrafficStand()
{
    if (m_haproxy > 0)
        ::kill(pid_t(m_haproxy), SIGTERM);
    stopNginx();
    if (m_backends) {
        (void)nginx(QStringLiteral("colours.conf"), {QStringLiteral("-s"), QStringLiteral("stop")});
        waitUntilGone(QStringLiteral("colours.pid")); // or it writes into a folder that is being removed
    }
}

void TrafficStand::waitUntilGone(const QString &name) const
{
    const QDeadlineTimer limit(5000);
    while (QFile::exists(at(name)) && !limit.hasExpired())
        QThread::msleep(10);
}

QString TrafficStand::programAt(const QString &name)
{
    return QStandardPaths::findExecutable(name, {QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin")});
}

QByteArray TrafficStand::filled(QByteArray text) const
{
    return text.replace("FRONT", QByteArray::number(m_front)).replace("BLUE", QByteArray::number(m_blue)).replace("GREEN", QByteArray::number(m_green)).replace("DIR", m_folder.path().toUtf8());
}

QString TrafficStand::write(const QString &name, QByteArray text) const
{
    QFile file(at(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(filled(text)) < 0)
        return file.errorString();
    return {};
}

QByteArray TrafficStand::read(const QString &name) const
{
    QFile file(at(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

ProgramOutput TrafficStand::nginx(const QString &config, const QStringList &more) const
{
    return runProgram({.program = programAt(QStringLiteral("nginx")), .arguments = QStringList{QStringLiteral("-p"), m_folder.path(), QStringLiteral("-c"), at(config)} + more}).value_or(ProgramOutput{});
}

QMap<QString, QString> TrafficStand::nginxValues() const
{
    return {{QStringLiteral("config"), at(QStringLiteral("nginx.conf"))}, {QStringLiteral("prefix"), m_folder.path()}, {QStringLiteral("program"), programAt(QStringLiteral("nginx"))}};
}

QString TrafficStand::startNginx(const QByteArray &site)
{
    if (!m_backends)
        return QStringLiteral("no colours");
    write(QStringLiteral("nginx.conf"), "pid DIR/nginx.pid;\nerror_log DIR/error.log;\nworker_processes 2;\nevents {}\nhttp {\n    access_log off;\n    keepalive_requests 1000000;\n    include sites/*;\n}\n");
    write(QStringLiteral("sites/shop"), site);
    const QString problem = toText(nginx(QStringLiteral("nginx.conf"), {}));
    m_nginx = problem.isEmpty();
    return problem;
}

QString TrafficStand::stopNginx()
{
    if (!m_nginx)
        return {};
    m_nginx = false;
    const QString problem = toText(nginx(QStringLiteral("nginx.conf"), {QStringLiteral("-s"), QStringLiteral("stop")}));
    waitUntilGone(QStringLiteral("nginx.pid"));
    return problem;
}

QString TrafficStand::startHaproxy(const QByteArray &config)
{
    write(QStringLiteral("haproxy.cfg"), "global\n  stats socket DIR/haproxy.sock mode 600 level admin\n  maxconn 1000\ndefaults\n  mode http\n  timeout connect 2s\n  timeout client 20s\n  timeout server 20s\n" + config);
    const QString problem = toText(runProgram({.program = programAt(QStringLiteral("haproxy")), .arguments = {QStringLiteral("-f"), at(QStringLiteral("haproxy.cfg")), QStringLiteral("-D"), QStringLiteral("-p"), at(QStringLiteral("haproxy.pid"))}}).value_or(ProgramOutput{}));
    m_haproxy = read(QStringLiteral("haproxy.pid")).trimmed().toLongLong();
    return m_haproxy > 0 ? problem : QStringLiteral("no HAProxy: ") + problem;
}

Plan TrafficStand::plan(const QString &kind, const QMap<QString, QString> &values, const QStringList &command) const
{
    Plan plan;
    plan.application.emplace();
    plan.application->entry = QStringLiteral("http://127.0.0.1:%1").arg(m_front);
    plan.application->pools = {{.colour = QStringLiteral("blue"), .instances = {{.url = QStringLiteral("http://127.0.0.1:%1").arg(m_blue)}}},
                               {.colour = QStringLiteral("green"), .instances = {{.url = QStringLiteral("http://127.0.0.1:%1").arg(m_green)}}}};
    plan.application->traffic = {.kind = kind, .values = values, .token = {}, .command = command};
    return plan;
}

QByteArray TrafficStand::serves() const
{
    const Result<HttpReply> reply = httpGetBlocking(QUrl(QStringLiteral("http://127.0.0.1:%1/who").arg(m_front)), {}, std::chrono::seconds(3));
    return reply ? reply->body : reply.error().text().toUtf8();
}

bool TrafficStand::servesOnly(const QByteArray &colour) const
{
    // Longer than a reload's old workers go on accepting.
    const QDeadlineTimer over(250);
    for (int answers = 0; answers < 25 || !over.hasExpired(); ++answers) {
        if (serves() != colour)
            return false;
    }
    return true;
}

double TrafficLoad::now()
{
    return double(std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count()) / 1000;
}

TrafficLoad::TrafficLoad(quint16 port, int connections, bool keepAlive)
{
    for (int i = 0; i < connections; ++i)
        m_threads.emplace_back([this, port, keepAlive] { work(port, keepAlive); });
}

void TrafficLoad::stop()
{
    m_stop = true;
    for (std::thread &thread : m_threads) {
        if (thread.joinable())
            thread.join();
    }
}

void TrafficLoad::work(quint16 port, bool keepAlive)
{
    int socket = -1;
    while (!m_stop) {
        if (socket < 0)
            socket = connected(port);
        const char colour = socket < 0 ? 0 : askOnce(socket, keepAlive);
        if (colour == 0)
            ++m_failed;
        else
            ++m_answered;
        if (colour == 'b')
            m_lastBlue = now();
        if (colour == 'g')
            m_lastGreen = now();
        if ((colour == 0 || !keepAlive) && socket >= 0) {
            ::close(socket);
            socket = -1;
        }
    }
    if (socket >= 0)
        ::close(socket);
}

} // namespace understudy::test
