// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

#include <QProcess>
#include <QTemporaryDir>

#include <memory>

namespace understudy {

/// A real sshd on a free port of loopback, with keys and a client's configuration made for it, in a
/// folder that goes with it. Needs no privileges; lets in only whoever runs the test. Ended by the
/// destructor, and by the kernel if the test dies.
class SshFixture
{
public:
    explicit SshFixture(const QByteArray &serverLines = {});
    ~SshFixture();

    QString start(); ///< empty: it worked
    QString restart();
    /// Ends it and every connection that it has.
    void stop();

    /// Named "far", reached by the alias of the fixture's ssh configuration.
    Host host() const;
    /// What a client's configuration is to say first, which counts; FOLDER stands for the
    /// fixture's.
    void configure(const QByteArray &lines, const QByteArray &key = "user_key") const;
    QString file(const QString &name) const { return m_folder.filePath(name); }
    quint16 port() const { return m_port; }

    qsizetype logins() const { return log().count("Accepted publickey"); }
    /// Whether it was asked to connect to this address, by this name.
    bool wasAskedFor(const Endpoint &target) const;
    QByteArray log() const;

    /// Processes named ssh that `parent` (else this process) has started and that are not gone.
    static QList<qint64> clients(qint64 parent = 0);

private:
    QString makeKey(const QString &name) const;
    QString launch();

    const QByteArray m_serverLines;
    QTemporaryDir m_folder;
    quint16 m_port = 0;
    std::unique_ptr<QProcess> m_server;
};

} // namespace understudy
