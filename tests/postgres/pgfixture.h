// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/secret.h"

#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>

namespace understudy {

/// A real PostgreSQL on a free loopback port, in a folder that goes with it; run as an unprivileged user
/// even when the test runs as root. Logins need a password. Ended by the destructor, and by the kernel
/// if the test dies. start(), startStandby() and the like return what went wrong, or nothing.
class PgFixture
{
public:
    PgFixture();
    ~PgFixture();

    /// `settings`: lines of postgresql.conf.
    QString start(const QStringList &settings = {});
    /// Makes this one a streaming standby of `primary` and starts it.
    QString startStandby(const PgFixture &primary);
    QString restart();
    void stop();

    quint16 port() const { return m_port; }
    QString folder() const { return m_folder.path(); }
    /// The superuser's password; never part of a command line.
    static QByteArray password();
    Secret url(const QString &user = QStringLiteral("postgres"),
               const QString &database = QStringLiteral("postgres"),
               const QByteArray &withPassword = password()) const;
    /// As superuser, outside a transaction; returns the Error's text, or nothing.
    QString execute(const QString &sql) const;
    /// First column of the first row, as superuser.
    QString value(const QString &sql) const;

    /// Stops and continues the server with all its processes (SIGSTOP, SIGCONT).
    void hang();
    void resume();

    static quint16 freePort();
    /// Makes a child give up root, die with the test, and so on; for pgbouncer too.
    static void makeUnprivileged(QProcess &process);
    /// Hands a folder to the user that makeUnprivileged() changes to.
    static void giveAway(const QString &path);

private:
    QString initialise();
    QString launch();
    QString runTool(const QString &tool, const QStringList &arguments) const;
    void signalAll(int signal) const;
    QString data() const { return m_folder.path() + QStringLiteral("/data"); }

    QTemporaryDir m_folder;
    QProcess m_server;
    quint16 m_port = 0;
    bool m_hangs = false;
};

} // namespace understudy
