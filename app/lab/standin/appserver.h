// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/standin/callerwatch.h"
#include "app/lab/standin/standinapp.h"
#include "core/base/result.h"

#include <QHttpServer>

class QTcpServer;

namespace understudy::lab {

/// Puts the stand-in behind HTTP on one loopback port.
class AppServer : public QObject
{
    Q_OBJECT
public:
    explicit AppServer(StandInApp &app, QObject *parent = nullptr);
    [[nodiscard]] Result<Unit> listen(quint16 port);

private:
    StandInApp &m_app;
    CallerWatch *m_callers = nullptr; ///< owned by m_server
    QHttpServer m_server;
};

} // namespace understudy::lab
