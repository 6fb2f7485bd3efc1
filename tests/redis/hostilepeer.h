// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

#include <QTcpServer>
#include <QThread>

class QTcpSocket;

namespace understudy {

/// A server that misbehaves in one chosen manner, on a thread of its own.
class HostilePeer
{
public:
    enum class Manner {
        NeverAnswers,   ///< accepts and is silent
        ClosesAtOnce,
        HalfReply,      ///< begins a reply and never ends it
        HugeArray,      ///< 2,147,483,646 elements announced
        HugeBulk,       ///< 2 GB announced
        EndlessLine,    ///< a status line that never ends, as fast as it is read
        ResetMidReply,  ///< connection reset in the middle of a reply
        Garbage,        ///< answers like a web server
        SlowDrip,       ///< one byte of a valid bulk now and then
        WrongKinds,     ///< well-formed replies that answer something else
    };
    /// With `letsIn` the first command (PING or AUTH) is answered properly; the manner follows.
    HostilePeer(Manner manner, bool letsIn);
    ~HostilePeer();
    Endpoint address() const { return {QStringLiteral("127.0.0.1"), m_port}; }

private:
    void serve();
    void misbehave(QTcpSocket *socket) const;

    Manner m_manner;
    bool m_letsIn;
    quint16 m_port = 0;
    QThread m_thread;
    QTcpServer *m_server; ///< lives and dies on the thread
};

/// The most memory this process ever held, in bytes (VmHWM).
qint64 peakMemory();
/// Begins a new measurement of peakMemory().
void resetPeakMemory();

} // namespace understudy
