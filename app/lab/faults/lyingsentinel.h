// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labprocess.h"
#include "app/lab/labsetup.h"

namespace understudy::lab {

/// Answers as a Sentinel does, always in good health and always naming the same wrong master. It takes
/// a FAILOVER with OK and does nothing.
class LyingSentinel
{
public:
    explicit LyingSentinel(quint16 wrongMaster) : m_wrongMaster(wrongMaster) {}
    /// The reply to one command, as bytes for the wire.
    QByteArray reply(const QList<QByteArray> &command) const;

private:
    QByteArray sentinelReply(const QList<QByteArray> &command) const;

    quint16 m_wrongMaster;
};

/// The process that takes the place of sentinel-3; it is started by the fault alone.
ProcessSpec lyingSentinelProcess(const LabSetup &setup);
/// Where that process finds the port of the master that it is to name.
QString lieFile(const LabFolder &folder);

} // namespace understudy::lab
