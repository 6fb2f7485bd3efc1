// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/redis/redisfixture.h"

#include <QFile>
#include <QMutex>
#include <QTcpServer>
#include <QTest>

#include <sys/prctl.h>

namespace understudy {

namespace {

/// None twice in one program: several of these may be set up at once, from several threads.
quint16 freePort()
{
    static QMutex mutex;
    static QList<quint16> taken;
    const QMutexLocker lock(&mutex);
    for (;;) {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        const quint16 port = server.serverPort();
        if (!taken.contains(port)) {
            taken.append(port);
            return port;
        }
    }
}

QByteArray identity(size_t index)
{
    return QByteArray(39, 'a') + char('0' + int(index));
}

} // namespace

RedisFixture::RedisFixture(const RedisFixtureOptions &options) : m_options(options)
{
    for (int i = 0; i <= options.replicas; ++i)
        m_nodes.push_back({{QStringLiteral("127.0.0.1"), freePort()}, QStringLiteral("node%1").arg(i), false, {}});
    for (int i = 0; i < options.sentinels; ++i)
        m_sentinels.push_back({{QStringLiteral("127.0.0.1"), freePort()}, QStringLiteral("sentinel%1").arg(i), true, {}});
}

RedisFixture::~RedisFixture()
{
    for (Server &server : m_sentinels)
        kill(server);
    for (Server &server : m_nodes)
        kill(server);
}

QString RedisFixture::start()
{
    if (!m_folder.isValid())
        return m_folder.errorString();
    QString problem = m_options.tls ? makeCertificates() : QString();
    if (problem.isEmpty())
        problem = makeConfigurations();
    for (size_t i = 0; i < m_nodes.size() && problem.isEmpty(); ++i)
        problem = launch(m_nodes[i]);
    for (size_t i = 0; i < m_sentinels.size() && problem.isEmpty(); ++i)
        problem = launch(m_sentinels[i]);
    for (int i = 0; i < sentinels() && problem.isEmpty() && m_options.infoPeriodMs > 0; ++i) {
        const Result<RespValue> set = ask(sentinelTarget(i), {"SENTINEL", "DEBUG", "info-period", QByteArray::number(m_options.infoPeriodMs)});
        problem = set ? (set->isError() ? set->string() : QString()) : set.error().text();
    }
    return problem.isEmpty() ? waitWhole() : problem;
}

QString RedisFixture::makeCertificates() const
{
    const QString ca = file(QStringLiteral("ca.pem")), caKey = file(QStringLiteral("ca.key"));
    const QString request = file(QStringLiteral("server.csr")), names = file(QStringLiteral("names"));
    QFile extension(names);
    if (!extension.open(QIODevice::WriteOnly))
        return extension.errorString();
    extension.write("subjectAltName=DNS:redis.test,IP:127.0.0.1\n");
    extension.close();
    const QList<QStringList> calls{
        {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"), QStringLiteral("rsa:2048"),
         QStringLiteral("-nodes"), QStringLiteral("-days"), QStringLiteral("2"), QStringLiteral("-subj"),
         QStringLiteral("/CN=test authority"), QStringLiteral("-keyout"), caKey, QStringLiteral("-out"), ca},
        {QStringLiteral("req"), QStringLiteral("-newkey"), QStringLiteral("rsa:2048"), QStringLiteral("-nodes"),
         QStringLiteral("-subj"), QStringLiteral("/CN=redis.test"), QStringLiteral("-keyout"),
         file(QStringLiteral("server.key")), QStringLiteral("-out"), request},
        {QStringLiteral("x509"), QStringLiteral("-req"), QStringLiteral("-in"), request, QStringLiteral("-CA"), ca,
         QStringLiteral("-CAkey"), caKey, QStringLiteral("-CAcreateserial"), QStringLiteral("-days"),
         QStringLiteral("2"), QStringLiteral("-extfile"), names, QStringLiteral("-out"),
         file(QStringLiteral("server.pem"))}};
    for (const QStringList &arguments : calls) {
        QProcess openssl;
        openssl.start(QStringLiteral("openssl"), arguments);
        if (!openssl.waitForFinished() || openssl.exitCode() != 0)
            return QStringLiteral("openssl: ") + QString::fromLocal8Bit(openssl.readAllStandardError());
    }
    return {};
}

QByteArray RedisFixture::listenLines(const Server &server) const
{
    const QByteArray port = QByteArray::number(server.address.port);
    QByteArray lines = "bind 127.0.0.1\nprotected-mode no\ndir " + m_folder.path().toUtf8() + "\nlogfile "
                       + file(server.name + QStringLiteral(".log")).toUtf8() + '\n';
    if (!m_options.tls)
        return lines + "port " + port + '\n';
    lines += "port 0\ntls-port " + port + "\ntls-auth-clients no\ntls-replication yes\n";
    lines += "tls-cert-file " + file(QStringLiteral("server.pem")).toUtf8() + '\n';
    lines += "tls-key-file " + file(QStringLiteral("server.key")).toUtf8() + '\n';
    return lines + "tls-ca-cert-file " + file(QStringLiteral("ca.pem")).toUtf8() + '\n';
}

QByteArray RedisFixture::nodeLines(size_t index) const
{
    QByteArray lines = "save \"\"\nappendonly no\nrepl-diskless-sync yes\nrepl-diskless-sync-delay 0\n"
                       "repl-diskless-load on-empty-db\nrepl-ping-replica-period 1\ndbfilename "
                       + m_nodes[index].name.toUtf8() + ".rdb\n";
    if (!m_options.password.isEmpty())
        lines += "requirepass " + m_options.password + "\nmasterauth " + m_options.password + '\n';
    if (!m_options.user.isEmpty())
        lines += "user " + m_options.user + " on >" + m_options.userPassword + " ~* &* +@all\n";
    if (index > 0)
        lines += "replicaof 127.0.0.1 " + QByteArray::number(m_nodes[0].address.port) + '\n';
    return lines;
}

/// Sentinels are told of each other and of the replicas, which would otherwise take them seconds.
QByteArray RedisFixture::sentinelLines(size_t index) const
{
    const QByteArray name(masterName);
    QByteArray lines = "sentinel myid " + identity(index) + "\nsentinel monitor " + name + " 127.0.0.1 "
                       + QByteArray::number(m_nodes[0].address.port) + ' ' + QByteArray::number(m_options.quorum) + '\n';
    lines += "sentinel down-after-milliseconds " + name + ' ' + QByteArray::number(m_options.downAfterMs) + '\n';
    lines += "sentinel failover-timeout " + name + ' ' + QByteArray::number(m_options.failoverTimeoutMs) + '\n';
    if (!m_options.password.isEmpty())
        lines += "sentinel auth-pass " + name + ' ' + m_options.password + '\n';
    if (!m_options.sentinelPassword.isEmpty())
        lines += "requirepass " + m_options.sentinelPassword + "\nsentinel sentinel-pass " + m_options.sentinelPassword + '\n';
    for (size_t i = 1; i < m_nodes.size(); ++i)
        lines += "sentinel known-replica " + name + " 127.0.0.1 " + QByteArray::number(m_nodes[i].address.port) + '\n';
    for (size_t i = 0; i < m_sentinels.size(); ++i) {
        if (i != index)
            lines += "sentinel known-sentinel " + name + " 127.0.0.1 "
                     + QByteArray::number(m_sentinels[i].address.port) + ' ' + identity(i) + '\n';
    }
    return lines;
}

QString RedisFixture::makeConfigurations()
{
    const auto write = [this](const Server &server, const QByteArray &lines) {
        QFile out(file(server.name + QStringLiteral(".conf")));
        if (!out.open(QIODevice::WriteOnly) || out.write(listenLines(server) + lines) < 0)
            return out.errorString();
        return QString();
    };
    for (size_t i = 0; i < m_nodes.size(); ++i) {
        if (const QString problem = write(m_nodes[i], nodeLines(i)); !problem.isEmpty())
            return problem;
    }
    for (size_t i = 0; i < m_sentinels.size(); ++i) {
        if (const QString problem = write(m_sentinels[i], sentinelLines(i)); !problem.isEmpty())
            return problem;
    }
    return {};
}

QString RedisFixture::launch(Server &server) const
{
    server.process = std::make_unique<QProcess>();
    server.process->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    QStringList arguments{file(server.name + QStringLiteral(".conf"))};
    if (server.isSentinel)
        arguments.append(QStringLiteral("--sentinel"));
    server.process->start(QStringLiteral("redis-server"), arguments);
    if (!server.process->waitForStarted())
        return QStringLiteral("redis-server does not start: ") + server.process->errorString();
    const RedisTarget reached = target(server.address);
    const bool listens = QTest::qWaitFor([&] {
        if (server.process->state() != QProcess::Running)
            return true;
        const Result<std::unique_ptr<RedisSession>> session = RedisSession::connect(reached, std::chrono::seconds(1));
        return session || session.error().code == ErrorCode::AuthenticationFailed;
    }, 10'000);
    if (listens && server.process->state() == QProcess::Running)
        return {};
    QFile log(file(server.name + QStringLiteral(".log")));
    const QByteArray words = log.open(QIODevice::ReadOnly) ? log.readAll() : QByteArray();
    return server.name + QStringLiteral(" is not up: ") + QString::fromUtf8(words.right(500))
           + QString::fromLocal8Bit(server.process->readAllStandardOutput().right(500));
}

QString RedisFixture::waitWhole() const
{
    QString missing;
    const bool whole = QTest::qWaitFor([&] {
        const Result<RespValue> role = ask(nodeTarget(0), {"INFO", "replication"});
        const qsizetype online = role ? role->text.count("state=online") : 0;
        if (online < m_options.replicas) {
            missing = QStringLiteral("%1 of %2 replicas online").arg(online).arg(m_options.replicas);
            return false;
        }
        for (int i = 0; i < sentinels(); ++i) {
            const Result<RespValue> view = ask(sentinelTarget(i), {"SENTINEL", "MASTER", masterName});
            const Result<RespValue> quorum = ask(sentinelTarget(i), {"SENTINEL", "CKQUORUM", masterName});
            const Result<RespValue> replicas = ask(sentinelTarget(i), {"SENTINEL", "REPLICAS", masterName});
            qsizetype fit = 0;
            for (const RespValue &replica : replicas ? replicas->items : QList<RespValue>())
                fit += replica.field("flags") == "slave" && replica.field("master-link-status") == "ok";
            if (!view || view->field("flags") != "master" || !quorum || quorum->isError()
                || view->field("num-other-sentinels").toInt() != sentinels() - 1 || fit < m_options.replicas) {
                missing = QStringLiteral("sentinel %1 does not see all yet").arg(i);
                return false;
            }
        }
        return true;
    }, 30'000);
    return whole ? QString() : missing;
}

void RedisFixture::kill(Server &server) const
{
    if (!server.process)
        return;
    server.process->kill();
    server.process->waitForFinished();
    server.process.reset();
}

void RedisFixture::signalTo(const Server &server, int number) const
{
    if (server.process)
        ::kill(pid_t(server.process->processId()), number);
}

RedisTarget RedisFixture::target(const Endpoint &address) const
{
    RedisTarget reached;
    reached.address = address;
    reached.tls = m_options.tls;
    reached.tlsCa = authorityFile();
    return reached;
}

Secret RedisFixture::nodePassword() const
{
    return Secret(m_options.user.isEmpty() ? m_options.password : m_options.userPassword);
}

RedisTarget RedisFixture::nodeTarget(int index) const
{
    RedisTarget reached = target(node(index));
    reached.user = QString::fromUtf8(m_options.user);
    reached.password = nodePassword();
    return reached;
}

RedisTarget RedisFixture::sentinelTarget(int index) const
{
    RedisTarget reached = target(sentinel(index));
    reached.password = sentinelPassword();
    return reached;
}

RedisPlan RedisFixture::plan() const
{
    RedisPlan plan;
    plan.master = QString::fromLatin1(masterName);
    for (const Server &server : m_sentinels)
        plan.sentinels.append(server.address);
    plan.user = QString::fromUtf8(m_options.user);
    plan.tls = m_options.tls;
    plan.tlsCa = authorityFile();
    return plan;
}

Result<RespValue> RedisFixture::ask(const RedisTarget &target, const QList<QByteArray> &command) const
{
    const Result<std::unique_ptr<RedisSession>> session = RedisSession::connect(target, std::chrono::seconds(2));
    if (!session)
        return fail(session.error());
    return (*session)->call(command, std::chrono::seconds(2));
}

int RedisFixture::masterNode(int asked) const
{
    const Result<RespValue> named
        = ask(sentinelTarget(asked), {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", masterName});
    if (!named || named->items.size() != 2)
        return -1;
    for (int i = 0; i < nodes(); ++i) {
        if (node(i).port != named->items[1].text.toUShort())
            continue;
        const Result<RespValue> role = ask(nodeTarget(i), {"ROLE"});
        return role && !role->items.isEmpty() && role->items.first().text == "master" ? i : -1;
    }
    return -1;
}

} // namespace understudy
