// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/shell/sshfixture.h"

#include <QDir>
#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <algorithm>
#include <csignal>

#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace understudy {
namespace {

bool write(const QString &path, const QByteArray &text)
{
    QFile out(path);
    return out.open(QIODevice::WriteOnly) && out.write(text) == text.size();
}

QByteArray read(const QString &path)
{
    QFile in(path);
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

/// Name, state and parent of a process, from /proc.
struct Seen
{
    QByteArray name;
    char state = 'X';
    qint64 parent = 0;
};

Seen look(const QString &id)
{
    const QByteArray line = read(QStringLiteral("/proc/%1/stat").arg(id));
    const qsizetype from = line.indexOf('('), to = line.lastIndexOf(')');
    if (from < 0 || to < from)
        return {};
    const QList<QByteArray> rest = line.mid(to + 2).split(' ');
    return {line.mid(from + 1, to - from - 1), rest.value(0, "X").at(0),
            rest.value(1).toLongLong()};
}

/// Empty `name`: all.
QList<qint64> childrenOf(qint64 parent, const QByteArray &name = {})
{
    QList<qint64> found;
    for (const QString &id : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
        const Seen seen = look(id);
        if (seen.parent == parent && (name.isEmpty() || seen.name == name) && seen.state != 'Z' &&
            seen.state != 'X')
            found.append(id.toLongLong());
    }
    return found;
}

} // namespace

SshFixture::SshFixture(const QByteArray &serverLines)
    : m_serverLines(serverLines)
{}

SshFixture::~SshFixture()
{
    stop();
}

QString SshFixture::makeKey(const QString &name) const
{
    QProcess keygen;
    keygen.start(QStringLiteral("ssh-keygen"),
                 {QStringLiteral("-q"), QStringLiteral("-t"), QStringLiteral("ed25519"),
                  QStringLiteral("-N"), QString(), QStringLiteral("-f"), file(name)});
    if (!keygen.waitForFinished() || keygen.exitCode() != 0)
        return QStringLiteral("ssh-keygen: ") +
               QString::fromLocal8Bit(keygen.readAllStandardError());
    return {};
}

QString SshFixture::start()
{
    for (const char *name : {"host_key", "other_host_key", "user_key", "other_user_key"}) {
        if (const QString problem = makeKey(QLatin1String(name)); !problem.isEmpty())
            return problem;
    }
    // A server that root starts wants this folder, which its package makes at boot.
    if (::geteuid() == 0)
        QDir().mkpath(QStringLiteral("/run/sshd"));
    QTcpServer free;
    free.listen(QHostAddress::LocalHost);
    m_port = free.serverPort();
    free.close();
    const QByteArray folder = m_folder.path().toUtf8(), number = QByteArray::number(m_port);
    const QByteArray known = "[127.0.0.1]:" + number + ' ';
    if (!write(file(QStringLiteral("sshd_config")),
               m_serverLines + "\nListenAddress 127.0.0.1\nPort " + number + "\nHostKey " + folder +
                   "/host_key\nAuthorizedKeysFile " + folder +
                   "/user_key.pub\nPidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication "
                   "no\n"
                   "KbdInteractiveAuthentication no\nLogLevel DEBUG1\nMaxStartups 100\n") ||
        !write(file(QStringLiteral("known_hosts")),
               known + read(file(QStringLiteral("host_key.pub")))) ||
        !write(file(QStringLiteral("other_known_hosts")),
               known + read(file(QStringLiteral("other_host_key.pub")))))
        return QStringLiteral("cannot write in ") + m_folder.path();
    configure({});
    return launch();
}

void SshFixture::configure(const QByteArray &lines, const QByteArray &key) const
{
    const passwd *user = ::getpwuid(::geteuid());
    const QByteArray folder = m_folder.path().toUtf8();
    write(file(QStringLiteral("ssh_config")),
          QByteArray(lines).replace("FOLDER", folder) +
              "\nHost far.alias\n  HostName 127.0.0.1\n  Port " + QByteArray::number(m_port) +
              "\n  User " + (user ? user->pw_name : "") + "\n  IdentityFile " + folder + '/' + key +
              "\n  IdentitiesOnly yes\n  IdentityAgent none\n  UserKnownHostsFile " + folder +
              "/known_hosts\n  GlobalKnownHostsFile /dev/null\n  UpdateHostKeys no\n");
}

QString SshFixture::launch()
{
    m_server = std::make_unique<QProcess>();
    m_server->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    // It begins itself anew for each connection, therefore its full path.
    m_server->start(QStringLiteral("/usr/sbin/sshd"),
                    {QStringLiteral("-D"), QStringLiteral("-f"),
                     file(QStringLiteral("sshd_config")), QStringLiteral("-E"),
                     file(QStringLiteral("sshd.log"))});
    if (!m_server->waitForStarted())
        return QStringLiteral("sshd does not start: ") + m_server->errorString();
    const bool listens = QTest::qWaitFor(
        [this] {
            QTcpSocket socket;
            socket.connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
            return m_server->state() != QProcess::Running || socket.waitForConnected(200);
        },
        10'000);
    if (listens && m_server->state() == QProcess::Running)
        return {};
    return QStringLiteral("sshd is not up: ") + QString::fromUtf8(log().right(500));
}

QString SshFixture::restart()
{
    stop();
    return launch();
}

void SshFixture::stop()
{
    if (!m_server)
        return;
    const QList<qint64> connections = childrenOf(m_server->processId());
    m_server->kill();
    m_server->waitForFinished();
    m_server.reset();
    for (qint64 one : connections) {
        for (qint64 below : childrenOf(one))
            ::kill(pid_t(below), SIGKILL);
        ::kill(pid_t(one), SIGKILL);
    }
}

Host SshFixture::host() const
{
    return {.name = QStringLiteral("far"),
            .ssh = QStringLiteral("far.alias"),
            .sshConfig = file(QStringLiteral("ssh_config"))};
}

bool SshFixture::wasAskedFor(const Endpoint &target) const
{
    const QByteArray asked =
        "target " + target.host.toUtf8() + " port " + QByteArray::number(target.port);
    const QList<QByteArray> lines = log().split('\n');
    return std::any_of(lines.begin(), lines.end(),
                       [&asked](const QByteArray &line) { return line.trimmed().endsWith(asked); });
}

QByteArray SshFixture::log() const
{
    return read(file(QStringLiteral("sshd.log")));
}

QList<qint64> SshFixture::clients(qint64 parent)
{
    return childrenOf(parent ? parent : ::getpid(), "ssh");
}

} // namespace understudy
