// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/postgres/pgfixture.h"

#include "core/systems/postgres/pgconnection.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTcpServer>
#include <QThread>

#include <csignal>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace understudy {

using namespace std::chrono_literals;

namespace {

const passwd *unprivilegedUser()
{
    static const passwd *const user = ::getpwnam("postgres") ? ::getpwnam("postgres") : ::getpwnam("nobody");
    return user;
}

QString toolPath(const QString &tool)
{
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    const QStringList names = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed);
    return names.isEmpty() ? tool : versions.filePath(names.first() + QStringLiteral("/bin/") + tool);
}

bool writeFile(const QString &path, const QByteArray &text, QIODevice::OpenMode mode = QIODevice::WriteOnly)
{
    QFile file(path);
    return file.open(mode) && file.write(text) == text.size();
}

/// The process and everything below it, as /proc tells.
QList<pid_t> family(pid_t root)
{
    QList<pid_t> all{root};
    const QStringList entries = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs);
    for (const QString &entry : entries) {
        QFile file(QStringLiteral("/proc/%1/stat").arg(entry));
        if (entry.toInt() <= 0 || !file.open(QIODevice::ReadOnly))
            continue;
        const QByteArray stat = file.readAll();
        const QByteArrayList fields = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
        if (fields.size() > 1 && fields[1].toInt() == root)
            all += entry.toInt();
    }
    return all;
}

} // namespace

PgFixture::PgFixture()
{
    // The server's user must be able to walk in; what is secret below is its own.
    ::chmod(QFile::encodeName(m_folder.path()).constData(), 0755);
    makeUnprivileged(m_server);
}

PgFixture::~PgFixture()
{
    stop();
}

QByteArray PgFixture::password()
{
    return QByteArrayLiteral("s3kret-of-the-fixture");
}

quint16 PgFixture::freePort()
{
    QTcpServer probe;
    probe.listen(QHostAddress::LocalHost);
    return probe.serverPort();
}

void PgFixture::makeUnprivileged(QProcess &process)
{
    const passwd *const user = unprivilegedUser();
    process.setWorkingDirectory(QStringLiteral("/"));
    process.setChildProcessModifier([user] {
        ::setsid();
        if (::getuid() == 0 && (::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
            ::_exit(125);
        ::prctl(PR_SET_PDEATHSIG, SIGQUIT); // after setuid, which clears it
    });
}

void PgFixture::giveAway(const QString &path)
{
    if (::getuid() == 0
        && ::chown(QFile::encodeName(path).constData(), unprivilegedUser()->pw_uid, unprivilegedUser()->pw_gid) != 0)
        qWarning("cannot give %s away", qPrintable(path));
}

QString PgFixture::runTool(const QString &tool, const QStringList &arguments) const
{
    QProcess process;
    makeUnprivileged(process);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("PGPASSWORD"), QString::fromLatin1(password()));
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(toolPath(tool), arguments);
    if (!process.waitForFinished(30'000) || process.exitCode() != 0)
        return tool + QStringLiteral(": ") + process.errorString() + QString::fromUtf8(process.readAll());
    return {};
}

QString PgFixture::initialise()
{
    QDir().mkpath(data());
    giveAway(data());
    ::chmod(QFile::encodeName(data()).constData(), 0700);
    const QString passwordFile = m_folder.filePath(QStringLiteral("password"));
    writeFile(passwordFile, password());
    giveAway(passwordFile);
    return runTool(QStringLiteral("initdb"),
                   {QStringLiteral("--no-sync"), QStringLiteral("-U"), QStringLiteral("postgres"),
                    QStringLiteral("--pwfile=") + passwordFile, QStringLiteral("-A"),
                    QStringLiteral("scram-sha-256"), QStringLiteral("-D"), data()});
}

QString PgFixture::launch()
{
    m_server.setProcessChannelMode(QProcess::MergedChannels);
    m_server.setStandardOutputFile(m_folder.filePath(QStringLiteral("server.log")), QIODevice::Append);
    m_server.start(toolPath(QStringLiteral("postgres")), {QStringLiteral("-D"), data()});
    if (!m_server.waitForStarted())
        return m_server.errorString();
    QElapsedTimer elapsed;
    elapsed.start();
    QString problem;
    while (elapsed.elapsed() < 20'000) {
        const Result<std::unique_ptr<PgConnection>> connection = PgConnection::connect(url(), 2s);
        if (connection)
            return {};
        problem = connection.error().text();
        QThread::msleep(20);
    }
    return problem;
}

QString PgFixture::start(const QStringList &settings)
{
    if (const QString problem = initialise(); !problem.isEmpty())
        return problem;
    m_port = freePort();
    const QStringList lines = QStringList{QStringLiteral("port = %1").arg(m_port),
                                          QStringLiteral("listen_addresses = '127.0.0.1'"),
                                          QStringLiteral("unix_socket_directories = ''"),
                                          QStringLiteral("fsync = off"),
                                          QStringLiteral("max_connections = 30"),
                                          QStringLiteral("shared_buffers = 16MB"),
                                          QStringLiteral("lc_messages = 'C'")}
                              + settings;
    writeFile(data() + QStringLiteral("/postgresql.conf"), lines.join(QLatin1Char('\n')).toUtf8() + '\n',
              QIODevice::Append);
    writeFile(data() + QStringLiteral("/pg_hba.conf"), "host replication all 127.0.0.1/32 scram-sha-256\n",
              QIODevice::Append);
    return launch();
}

QString PgFixture::startStandby(const PgFixture &primary)
{
    QDir().mkpath(data());
    giveAway(data());
    ::chmod(QFile::encodeName(data()).constData(), 0700);
    const QString problem
        = runTool(QStringLiteral("pg_basebackup"),
                  {QStringLiteral("-h"), QStringLiteral("127.0.0.1"), QStringLiteral("-p"),
                   QString::number(primary.port()), QStringLiteral("-U"), QStringLiteral("postgres"),
                   QStringLiteral("--no-sync"), QStringLiteral("-R"), QStringLiteral("-c"),
                   QStringLiteral("fast"), QStringLiteral("-D"), data()});
    if (!problem.isEmpty())
        return problem;
    m_port = freePort();
    writeFile(data() + QStringLiteral("/postgresql.conf"), "port = " + QByteArray::number(m_port) + '\n',
              QIODevice::Append);
    return launch();
}

QString PgFixture::restart()
{
    stop();
    return launch();
}

void PgFixture::stop()
{
    if (m_server.state() == QProcess::NotRunning)
        return;
    if (m_hangs)
        resume();
    ::kill(pid_t(m_server.processId()), SIGQUIT); // at once, as a crash would
    if (!m_server.waitForFinished(5000)) {
        m_server.kill();
        m_server.waitForFinished();
    }
}

Secret PgFixture::url(const QString &user, const QString &database, const QByteArray &withPassword) const
{
    return Secret("postgresql://" + user.toUtf8() + ':' + withPassword + "@127.0.0.1:" + QByteArray::number(m_port)
                  + '/' + database.toUtf8());
}

QString PgFixture::execute(const QString &sql) const
{
    const Result<std::unique_ptr<PgConnection>> connection = PgConnection::connect(url(), 5s);
    if (!connection)
        return connection.error().text();
    const Result<PgTable> result = (*connection)->query(sql, 20s, {}, PgTransaction::Bare);
    return result ? QString() : result.error().text();
}

QString PgFixture::value(const QString &sql) const
{
    const Result<std::unique_ptr<PgConnection>> connection = PgConnection::connect(url(), 5s);
    if (!connection)
        return connection.error().text();
    const Result<PgTable> result = (*connection)->query(sql, 20s);
    if (!result)
        return result.error().text();
    return result->rows.isEmpty() ? QString() : result->rows[0].value(0).value_or(QString());
}

void PgFixture::signalAll(int signal) const
{
    const QList<pid_t> all = family(pid_t(m_server.processId()));
    for (pid_t one : all)
        ::kill(one, signal);
}

void PgFixture::hang()
{
    m_hangs = true;
    signalAll(SIGSTOP);
}

void PgFixture::resume()
{
    m_hangs = false;
    signalAll(SIGCONT);
}

} // namespace understudy
