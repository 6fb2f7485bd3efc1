// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/appserver.h"

#include <QFuture>
#include <QFutureInterface>
#include <QHostAddress>
#include <QHttpServerRequest>
#include <QHttpServerResponse>
#include <QTcpServer>

#include <memory>

namespace understudy::lab {
namespace {

QByteArray methodName(QHttpServerRequest::Method method)
{
    switch (method) {
    case QHttpServerRequest::Method::Get: return "GET";
    case QHttpServerRequest::Method::Put: return "PUT";
    case QHttpServerRequest::Method::Delete: return "DELETE";
    case QHttpServerRequest::Method::Post: return "POST";
    case QHttpServerRequest::Method::Head: return "HEAD";
    case QHttpServerRequest::Method::Options: return "OPTIONS";
    case QHttpServerRequest::Method::Patch: return "PATCH";
    default: return "UNKNOWN";
    }
}

AppRequest requestFrom(const QHttpServerRequest &request)
{
    return {methodName(request.method()), request.url().path(), !request.value("Origin").isEmpty(), request.body()};
}

} // namespace

AppServer::AppServer(StandInApp &app, QObject *parent) : QObject(parent), m_app(app)
{
    // One rule for every path. The answer is a future, because it may wait for the database, or for
    // ever. Not a QPromise: in Qt 6.4 taking a result resets the state, and the promise's destructor
    // then takes itself for unfinished and runs the server's continuation a second time.
    m_server.route(QStringLiteral("/<arg>"), [this](const QUrl &, const QHttpServerRequest &request) {
        const auto answer = std::make_shared<QFutureInterface<QHttpServerResponse>>();
        answer->reportStarted();
        m_app.handle(requestFrom(request), [answer, caller = m_callers->caller()](const AppReply &reply) {
            CallerWatch::finish(caller, answer, QHttpServerResponse(reply.type, reply.body, QHttpServerResponse::StatusCode(reply.status)));
        });
        return answer->future();
    });
}

Result<Unit> AppServer::listen(quint16 port)
{
    // Qt 6.8 has no QHttpServer::listen any more; bind() exists in 6.4 as well, with another result.
    auto server = std::make_unique<CallerWatch>();
    if (!server->listen(QHostAddress::LocalHost, port))
        return fail(ErrorCode::Busy, QStringLiteral("cannot listen on port %1").arg(port), {}, server->errorString());
    m_callers = server.get();
    m_server.bind(server.release());
    return Unit{};
}

} // namespace understudy::lab
