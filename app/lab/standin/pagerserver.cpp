// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/pagerserver.h"

#include "app/lab/terminal.h"

#include <QFuture>
#include <QFutureInterface>
#include <QHttpServerRequest>
#include <QHttpServerResponse>
#include <QTcpServer>
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
#include <QHttpHeaders>
#endif

#include <memory>

namespace understudy::lab {
namespace {

PagerCall callFrom(const QHttpServerRequest &request)
{
    using Method = QHttpServerRequest::Method;
    const Method method = request.method();
    const QByteArray name = method == Method::Get ? "GET" : method == Method::Put ? "PUT" : method == Method::Post ? "POST" : "OTHER";
    return {name, request.url().path(), QUrlQuery(request.url()), request.value("Authorization"), request.value("From"), request.body()};
}

QHttpServerResponse responseFrom(const PagerAnswer &answer)
{
    QHttpServerResponse response(answer.type, answer.body, QHttpServerResponse::StatusCode(answer.status));
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    QHttpHeaders headers = response.headers();
    for (const auto &[name, value] : answer.headers)
        headers.append(name, value);
    response.setHeaders(headers);
#else
    for (const auto &[name, value] : answer.headers)
        response.addHeader(name, value);
#endif
    return response;
}

} // namespace

PagerServer::PagerServer(PagerBook &book, const QString &misbehaviourFile, QObject *parent)
    : QObject(parent), m_book(book), m_misbehaviour(misbehaviourFile)
{
    // As in AppServer: a future, so that an answer can come late, and not a QPromise.
    m_server.route(QStringLiteral("/<arg>"), [this](const QUrl &, const QHttpServerRequest &request) {
        const auto later = std::make_shared<QFutureInterface<QHttpServerResponse>>();
        later->reportStarted();
        // Late is only the answer: what was asked for is done, as it is when an answer is lost on its way.
        const PagerCall call = callFrom(request);
        const PagerAnswer answered = answer(call);
        say(QStringLiteral("%1 %2 %3 %4").arg(toRfc3339(QDateTime::currentDateTimeUtc()), QString::fromLatin1(call.method), call.path)
                .arg(answered.status));
        const auto finish = [later, answered, caller = m_callers->caller()] { CallerWatch::finish(caller, later, responseFrom(answered)); };
        if (const int delay = m_misbehaviour.now().slowMs; delay > 0)
            QTimer::singleShot(delay, this, finish);
        else
            finish();
        return later->future();
    });
}

PagerAnswer PagerServer::answer(const PagerCall &call)
{
    m_errorDebt += m_misbehaviour.now().errorRate;
    if (m_errorDebt < 1)
        return m_book.answer(call);
    m_errorDebt -= 1;
    return {.status = 503, .body = "Service Unavailable", .type = "text/plain"};
}

Result<quint16> PagerServer::listen(quint16 port)
{
    auto server = std::make_unique<CallerWatch>();
    if (!server->listen(QHostAddress::LocalHost, port))
        return fail(ErrorCode::Busy, QStringLiteral("cannot listen on port %1").arg(port), {}, server->errorString());
    const quint16 taken = server->serverPort();
    m_callers = server.get();
    m_server.bind(server.release());
    return taken;
}

} // namespace understudy::lab
