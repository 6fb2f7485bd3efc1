// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/http/httpget.h"

#include "core/systems/http/httpconnection.h"

#include <QSemaphore>
#include <QThread>

#include <optional>

namespace understudy {

Result<HttpReply> httpGetBlocking(const HttpRequest &request, const CancelToken &cancel)
{
    // The one client, on an event loop of its own: QTcpSocket's waiting functions give up the
    // connection at the end of each wait, so they could not be woken by a cancel.
    HttpRequest fresh = request;
    fresh.freshConnection = true;
    QThread thread;
    thread.setObjectName(QStringLiteral("http get"));
    HttpConnection *connection = new HttpConnection;
    connection->moveToThread(&thread);
    QObject::connect(&thread, &QThread::finished, connection, &QObject::deleteLater);
    std::optional<Result<HttpReply>> outcome; // written before `ended`, read after the thread's end
    QSemaphore ended;
    thread.start();
    QMetaObject::invokeMethod(connection, [&] {
        connection->get(fresh, [&outcome, &ended](const Result<HttpReply> &reply) {
            outcome = reply;
            ended.release();
        });
    });
    while (!ended.tryAcquire(1, 50) && !cancel.isCancelled()) {
    }
    thread.quit();
    thread.wait();
    if (outcome)
        return *outcome;
    return fail(ErrorCode::Cancelled,
                QStringLiteral("looking at %1 was cancelled").arg(request.name()));
}

Result<HttpReply> httpGetBlocking(const QUrl &url, const QList<HttpHeader> &headers,
                                  Milliseconds deadline, const CancelToken &cancel)
{
    return httpGetBlocking(HttpRequest{.url = url, .headers = headers, .deadline = deadline},
                           cancel);
}

} // namespace understudy
