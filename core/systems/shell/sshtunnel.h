// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"
#include "core/plan/plan.h"

#include <QThread>

#include <functional>
#include <memory>
#include <mutex>

namespace understudy {

class SshKeeper;
struct SshLedger;

/// How long what of a tunnel may take.
struct SshTiming
{
    Milliseconds open{
        8000}; ///< from ssh's start until it takes connections; below ctl's ten seconds
    Milliseconds firstRetry{500}; ///< after an end; doubles with each failure
    Milliseconds lastRetry{30'000};
};

/// A way into the network of a host by the operator's own ssh: one ssh with no terminal and no
/// shell, kept running, started again when it ends, and ended with its owner; by the kernel, if
/// need be. It takes connections on a Unix socket that only this user can open (its TCP port would
/// be open to everybody on this machine), and the host looks up names. Thread safe; costs one
/// sleeping thread.
class SshTunnel
{
public:
    enum class State { Closed, Opening, Open, Down };

    /// Starts nothing.
    explicit SshTunnel(const Host &host, const SshTiming &timing = {});
    ~SshTunnel(); ///< closes

    /// Starts ssh unless it was; returns at once. `changed` is called on the tunnel's own thread
    /// after every change of state until close() has returned.
    void open(const std::function<void()> &changed = {});
    /// Ends ssh and waits for that: milliseconds; with an ssh that hangs, 2 s.
    void close();

    const Host &host() const { return m_host; }
    State state() const;
    /// Why it is not open: of code TunnelDown.
    Error fault() const;
    /// Opens it if need be; blocks until it is open or this attempt has failed, or a cancel.
    [[nodiscard]] Result<Unit> waitOpen(const CancelToken &cancel);

    /// A connection to ssh that does not block; the caller owns it and says next where to
    /// (socksdial.h).
    [[nodiscard]] Result<int> connectToSsh() const;
    /// Why the host did not connect to `peer`, asked just after ssh has closed such a connection.
    Error notReached(const Endpoint &peer) const;
    /// ssh closes a connection in the moment in which it says why; this long later its words are
    /// here.
    static constexpr Milliseconds wordsFollow{20};

private:
    const Host m_host;
    const SshTiming m_timing;
    const std::unique_ptr<SshLedger> m_ledger;
    std::mutex m_opening; ///< one open() or close() at a time
    QThread m_thread;
};

} // namespace understudy
