// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/program.h"
#include "core/plan/plan.h"

#include <QTemporaryDir>

#include <atomic>
#include <thread>
#include <vector>

namespace understudy::test {

/// Two colours, each a real nginx server that answers its name, and before them a real nginx or HAProxy. All in a
/// folder that goes with it. Methods return what went wrong, or nothing.
class TrafficStand
{
public:
    TrafficStand();
    ~TrafficStand();

    /// `site` stands in sites/shop, beside a server block of its own in which FRONT, BLUE, GREEN and DIR stand for the
    /// ports and the folder.
    QString startNginx(const QByteArray &site);
    QString stopNginx(); ///< the one before the colours
    /// `config`: below `global` and `defaults`.
    QString startHaproxy(const QByteArray &config);
    Plan plan(const QString &kind, const QMap<QString, QString> &values, const QStringList &command = {}) const;

    QString at(const QString &name) const { return m_folder.filePath(name); }
    QByteArray read(const QString &name) const;
    QString write(const QString &name, QByteArray text) const; ///< the marks replaced
    QByteArray serves() const; ///< the colour that answers one request on a fresh connection
    /// Over a quarter of a second: for the first tenth after a reload old and new workers answer.
    bool servesOnly(const QByteArray &colour) const;
    quint16 front() const { return m_front; }
    QMap<QString, QString> nginxValues() const; ///< config, prefix, program
    QString haproxySocket() const { return at(QStringLiteral("haproxy.sock")); }
    static QString programAt(const QString &name);

private:
    ProgramOutput nginx(const QString &config, const QStringList &more) const;
    void waitUntilGone(const QString &name) const; ///< the file of a process, 5 s at most
    QByteArray filled(QByteArray text) const;

    QTemporaryDir m_folder;
    quint16 m_front = 0, m_blue = 0, m_green = 0;
    bool m_backends = false, m_nginx = false;
    qint64 m_haproxy = 0;
};

/// Users: connections that ask as fast as they are answered, kept alive or each request on a fresh one.
class TrafficLoad
{
public:
    TrafficLoad(quint16 port, int connections, bool keepAlive);
    ~TrafficLoad() { stop(); }
    void stop();
    int answered() const { return m_answered; }
    int failed() const { return m_failed; }
    /// When the colour answered last, by the monotonic clock, in ms; 0: never.
    double lastAnswer(char first) const { return first == 'b' ? m_lastBlue : m_lastGreen; }
    static double now();

private:
    void work(quint16 port, bool keepAlive);
    std::atomic<bool> m_stop{false};
    std::atomic<int> m_answered{0}, m_failed{0};
    std::atomic<double> m_lastBlue{0}, m_lastGreen{0};
    std::vector<std::thread> m_threads;
};

} // namespace understudy::test
