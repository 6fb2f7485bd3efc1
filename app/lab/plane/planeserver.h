// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/plane/branchmaker.h"
#include "app/lab/plane/planebook.h"
#include "app/lab/plane/planemisbehaviour.h"
#include "app/lab/standin/callerwatch.h"

#include <QHttpServer>
#include <QThread>
#include <QTimer>

#include <memory>

namespace understudy::lab {

/// Puts the control plane behind HTTP on one loopback port, with what it is told to do wrong, and has
/// its operations done one after the other on a thread beside. Each call and each operation is a line on
/// standard output, without credentials.
class PlaneServer : public QObject
{
    Q_OBJECT
public:
    PlaneServer(PlaneBook &book, const BranchMaker &maker, const QString &misbehaviourFile, QObject *parent = nullptr);
    ~PlaneServer() override; ///< waits for the operation that is under way
    [[nodiscard]] Result<quint16> listen(quint16 port);

private:
    PlaneAnswer answer(const PlaneCall &call, const PlaneMisbehaviour &misbehaviour);
    void work();

    PlaneBook &m_book;
    const BranchMaker &m_maker;
    QString m_misbehaviourFile;
    double m_limitDebt = 0, m_errorDebt = 0;
    std::unique_ptr<QThread> m_worker;
    QTimer m_tick;
    CallerWatch *m_callers = nullptr; ///< owned by m_server
    QHttpServer m_server;
};

} // namespace understudy::lab
