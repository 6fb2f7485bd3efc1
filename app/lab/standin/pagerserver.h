// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/standin/callerwatch.h"
#include "app/lab/standin/misbehaviour.h"
#include "app/lab/standin/pagerbook.h"
#include "core/base/result.h"

#include <QHttpServer>

namespace understudy::lab {

/// Puts the stand-in pager behind HTTP on one loopback port, with what it is told to do wrong: answers
/// that come late, and 503 at a rate. Each call is a line on standard output, without its credentials.
class PagerServer : public QObject
{
    Q_OBJECT
public:
    PagerServer(PagerBook &book, const QString &misbehaviourFile, QObject *parent = nullptr);
    /// 0: a free port.
    [[nodiscard]] Result<quint16> listen(quint16 port);

private:
    PagerAnswer answer(const PagerCall &call);

    PagerBook &m_book;
    MisbehaviourWatch m_misbehaviour;
    double m_errorDebt = 0;
    CallerWatch *m_callers = nullptr; ///< owned by m_server
    QHttpServer m_server;
};

} // namespace understudy::lab
