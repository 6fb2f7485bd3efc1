// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/shell/sshtunnel.h"

#include "core/systems/shell/socksdial.h"
#include "core/systems/shell/sshfault.h"
#include "core/systems/shell/sshkeeper.h"

namespace understudy {

SshTunnel::SshTunnel(const Host &host, const SshTiming &timing)
    : m_host(host)
    , m_timing(timing)
    , m_ledger(std::make_unique<SshLedger>())
{}

SshTunnel::~SshTunnel()
{
    close();
}

void SshTunnel::open(const std::function<void()> &changed)
{
    const std::lock_guard opening(m_opening);
    if (m_thread.isRunning())
        return;
    {
        const std::lock_guard lock(m_ledger->mutex);
        m_ledger->state = State::Opening;
        m_ledger->fault.reset();
    }
    m_thread.setObjectName(QStringLiteral("ssh"));
    SshKeeper *keeper =
        new SshKeeper(m_host, m_timing, *m_ledger, changed); // deleted when m_thread finishes
    keeper->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::started, keeper, &SshKeeper::start);
    QObject::connect(&m_thread, &QThread::finished, keeper, &QObject::deleteLater);
    m_thread.start();
}

void SshTunnel::close()
{
    const std::lock_guard opening(m_opening);
    m_thread.quit();
    m_thread.wait();
    {
        const std::lock_guard lock(m_ledger->mutex);
        m_ledger->state = State::Closed;
    }
    m_ledger->settled.notify_all();
}

SshTunnel::State SshTunnel::state() const
{
    const std::lock_guard lock(m_ledger->mutex);
    return m_ledger->state;
}

Error SshTunnel::fault() const
{
    const std::lock_guard lock(m_ledger->mutex);
    return m_ledger->fault.value_or(
        Error{ErrorCode::TunnelDown, QStringLiteral("ssh to %1 is not open yet").arg(m_host.name)});
}

Result<Unit> SshTunnel::waitOpen(const CancelToken &cancel)
{
    if (state() == State::Closed)
        open();
    const QDeadlineTimer until(m_timing.open + Milliseconds(1000));
    std::unique_lock lock(m_ledger->mutex);
    while (m_ledger->state == State::Opening && !until.hasExpired()) {
        if (cancel.isCancelled())
            return fail(ErrorCode::Cancelled,
                        QStringLiteral("waiting for ssh to %1 was cancelled").arg(m_host.name));
        m_ledger->settled.wait_for(lock, Milliseconds(100));
    }
    const bool open = m_ledger->state == State::Open;
    lock.unlock();
    if (!open)
        return fail(fault());
    return Unit{};
}

Result<int> SshTunnel::connectToSsh() const
{
    QString socket;
    {
        const std::lock_guard lock(m_ledger->mutex);
        if (m_ledger->state == State::Open)
            socket = m_ledger->socket;
    }
    if (socket.isEmpty())
        return fail(fault());
    const int descriptor = connectToSocket(socket);
    if (descriptor < 0) {
        return fail(ErrorCode::TunnelDown,
                    QStringLiteral("ssh to %1 takes no connection").arg(m_host.name),
                    QStringLiteral("If it has ended, it is started again."));
    }
    return descriptor;
}

Error SshTunnel::notReached(const Endpoint &peer) const
{
    QStringList reasons;
    {
        const std::lock_guard lock(m_ledger->mutex);
        for (const SshLedger::Refusal &one : std::as_const(m_ledger->refusals)) {
            if (!one.until.hasExpired() && !reasons.contains(one.reason))
                reasons.append(one.reason);
        }
        if (m_ledger->state == State::Open)
            return sshfault::notReached(m_host, peer, reasons);
    }
    return fault();
}

} // namespace understudy
