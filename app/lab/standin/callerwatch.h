// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHttpServerResponse>
#include <QFutureInterface>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>

#include <memory>

namespace understudy::lab {

using LateResponse = std::shared_ptr<QFutureInterface<QHttpServerResponse>>;

/// The connections of an HTTP server whose answers may come late. Qt 6.4's QHttpServer answers into a
/// connection that its caller has closed meanwhile, and the whole process ends.
class CallerWatch : public QTcpServer
{
    Q_OBJECT
public:
    using QTcpServer::QTcpServer;
    /// Whose request is being handled: to be asked for inside the handler.
    QPointer<QTcpSocket> caller() const { return m_caller; }
    /// Answers who still waits; who does not gets nothing.
    static void finish(const QPointer<QTcpSocket> &caller, const LateResponse &later, QHttpServerResponse &&response);

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    QPointer<QTcpSocket> m_caller;
};

} // namespace understudy::lab
