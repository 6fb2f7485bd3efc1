// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/childprogram.h"
#include "core/systems/shell/sshtunnel.h"

#include <QDeadlineTimer>
#include <QTemporaryDir>
#include <QTimer>

#include <condition_variable>

namespace understudy {

/// What the keeper's thread writes and every other may read, under its lock.
struct SshLedger
{
    struct Refusal
    {
        QDeadlineTimer until; ///< holds for connections that end before this
        QString reason;
    };
    mutable std::mutex mutex;
    std::condition_variable settled;
    SshTunnel::State state = SshTunnel::State::Closed;
    std::optional<Error> fault;
    QString socket;
    QList<Refusal> refusals; ///< the last few
};

/// Keeps the ssh of an SshTunnel running, on the tunnel's thread; its destructor ends it.
class SshKeeper : public QObject
{
    Q_OBJECT
public:
    SshKeeper(const Host &host, const SshTiming &timing, SshLedger &ledger,
              std::function<void()> changed);
    ~SshKeeper() override;

    void start();

private:
    void launch();
    void look();
    void ended(int exitCode);
    void fail(const Error &error, bool lasting);
    void hear(const QByteArray &piece);
    bool makeFolder();
    bool takesConnections() const;
    void set(SshTunnel::State state, const std::optional<Error> &fault);

    const Host m_host;
    const SshTiming m_timing;
    SshLedger &m_ledger;
    const std::function<void()> m_changed;
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_socket;
    ChildProgram m_ssh;
    QTimer m_look, m_again;
    QDeadlineTimer m_openUntil;
    Milliseconds m_nextRetry{0};
    QByteArray m_line; ///< not yet ended
};

} // namespace understudy
