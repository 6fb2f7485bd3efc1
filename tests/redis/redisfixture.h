// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/redis/redissession.h"
#include "core/systems/redis/redistarget.h"

#include <QProcess>
#include <QTemporaryDir>

#include <csignal>
#include <memory>
#include <vector>

namespace understudy {

struct RedisFixtureOptions
{
    int replicas = 2;
    int sentinels = 3;
    int quorum = 2;
    int downAfterMs = 1000;
    int failoverTimeoutMs = 4000;
    QByteArray password = {};         ///< of the nodes' default user
    QByteArray sentinelPassword = {}; ///< of the Sentinels' default user
    QByteArray user = {};             ///< an ACL user of the nodes besides the default one; needs userPassword
    QByteArray userPassword = {};
    int infoPeriodMs = 0; ///< how often Sentinels ask for INFO; 0: their own ten seconds
    bool tls = false; ///< certificate for redis.test and 127.0.0.1, by an authority of its own
};

/// A real Redis with replicas and Sentinels on free loopback ports, in a folder that goes with it.
/// Node 0 begins as master. Everything is ended by the destructor, and by the kernel if the test dies.
class RedisFixture
{
public:
    explicit RedisFixture(const RedisFixtureOptions &options = {});
    ~RedisFixture();

    /// Returns when the replicas are in sync and every Sentinel knows all others; empty: it worked.
    QString start();

    static constexpr const char *masterName = "mymaster";
    int nodes() const { return int(m_nodes.size()); }
    int sentinels() const { return int(m_sentinels.size()); }
    Endpoint node(int index) const { return m_nodes[size_t(index)].address; }
    Endpoint sentinel(int index) const { return m_sentinels[size_t(index)].address; }
    RedisTarget nodeTarget(int index) const;
    RedisTarget sentinelTarget(int index) const;
    /// Passwords are left out: a plan only refers to them.
    RedisPlan plan() const;
    Secret nodePassword() const;
    Secret sentinelPassword() const { return Secret(m_options.sentinelPassword); }
    QString authorityFile() const { return m_options.tls ? file(QStringLiteral("ca.pem")) : QString(); }

    void killNode(int index) { kill(m_nodes[size_t(index)]); }
    void killSentinel(int index) { kill(m_sentinels[size_t(index)]); }
    void hangNode(int index) const { signalTo(m_nodes[size_t(index)], SIGSTOP); }
    void hangSentinel(int index) const { signalTo(m_sentinels[size_t(index)], SIGSTOP); }
    void resumeNode(int index) const { signalTo(m_nodes[size_t(index)], SIGCONT); }
    void resumeSentinel(int index) const { signalTo(m_sentinels[size_t(index)], SIGCONT); }
    QString restartNode(int index) { return launch(m_nodes[size_t(index)]); }
    QString restartSentinel(int index) { return launch(m_sentinels[size_t(index)]); }
    qint64 nodePid(int index) const { return m_nodes[size_t(index)].process->processId(); }
    qint64 sentinelPid(int index) const { return m_sentinels[size_t(index)].process->processId(); }

    /// One command on a fresh connection; an Error value when there is no answer.
    Result<RespValue> ask(const RedisTarget &target, const QList<QByteArray> &command) const;
    /// Index of the node that says ROLE master and that Sentinel `asked` names; -1 when none.
    int masterNode(int asked = 0) const;

private:
    struct Server
    {
        Endpoint address;
        QString name;
        bool isSentinel = false;
        std::unique_ptr<QProcess> process;
    };
    QString file(const QString &name) const { return m_folder.filePath(name); }
    QString makeCertificates() const;
    QString makeConfigurations();
    QByteArray listenLines(const Server &server) const;
    QByteArray nodeLines(size_t index) const;
    QByteArray sentinelLines(size_t index) const;
    QString launch(Server &server) const;
    QString waitWhole() const;
    void kill(Server &server) const;
    void signalTo(const Server &server, int number) const;
    RedisTarget target(const Endpoint &address) const;

    RedisFixtureOptions m_options;
    QTemporaryDir m_folder;
    std::vector<Server> m_nodes, m_sentinels;
};

} // namespace understudy
