// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/http/httpretry.h"

#include "core/systems/http/httpconnection.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QSemaphore>
#include <QThread>

#include <optional>

namespace understudy {
namespace {

Error cancelled(const HttpRequest &request)
{
    return {ErrorCode::Cancelled, QStringLiteral("calling %1 was cancelled").arg(request.name())};
}

Result<HttpReply> attempt(const HttpRequest &request, const CancelToken &cancel)
{
    // The one client, on an event loop of its own: QTcpSocket's waiting functions give up the
    // connection at the end of each wait, so they could not be woken by a cancel.
    QThread thread;
    thread.setObjectName(QStringLiteral("http call"));
    HttpConnection *connection = new HttpConnection;
    connection->moveToThread(&thread);
    QObject::connect(&thread, &QThread::finished, connection, &QObject::deleteLater);
    std::optional<Result<HttpReply>> outcome; // written before `ended`, read after the thread's end
    QSemaphore ended;
    thread.start();
    QMetaObject::invokeMethod(connection, [&] {
        connection->call(request, [&outcome, &ended](const Result<HttpReply> &reply) {
            outcome = reply;
            ended.release();
        });
    });
    while (!ended.tryAcquire(1, 50) && !cancel.isCancelled()) {
    }
    thread.quit();
    thread.wait();
    return outcome ? *outcome : fail(cancelled(request));
}

/// Nothing of the request can have reached the server.
bool neverSent(const Error &error)
{
    return error.code == ErrorCode::ConnectionRefused || error.code == ErrorCode::NameNotFound;
}

bool passes(const Error &error)
{
    return error.code == ErrorCode::ConnectionLost || error.code == ErrorCode::Unreachable;
}

/// What one attempt says about another one: nothing, or how long to wait before it.
std::optional<Milliseconds> pauseBefore(const Result<HttpReply> &outcome, const HttpRetry &retry,
                                        bool repeatable, Milliseconds pause)
{
    if (!outcome)
        return neverSent(outcome.error()) || (repeatable && passes(outcome.error()))
                   ? std::optional(pause)
                   : std::nullopt;
    if (retry.comeAgain.contains(outcome->status))
        return retryAfter(*outcome).value_or(pause);
    // 501 is no passing weakness.
    if (repeatable && outcome->status >= 500 && outcome->status != 501)
        return retryAfter(*outcome).value_or(pause);
    return std::nullopt;
}

bool rest(Milliseconds time, const CancelToken &cancel)
{
    QElapsedTimer since;
    since.start();
    while (since.elapsed() < time.count() && !cancel.isCancelled())
        QThread::msleep(10);
    return !cancel.isCancelled();
}

} // namespace

Result<HttpReply> httpCall(const HttpRequest &request, const HttpRetry &retry,
                           const CancelToken &cancel)
{
    const bool repeatable = retry.repeatable || request.isGet();
    QElapsedTimer since;
    since.start();
    HttpRequest fresh = request;
    fresh.freshConnection = true;
    Milliseconds pause = retry.pause;
    for (int made = 1;; ++made) {
        const Result<HttpReply> outcome = attempt(fresh, cancel);
        const std::optional<Milliseconds> wait =
            made < retry.attempts ? pauseBefore(outcome, retry, repeatable, pause) : std::nullopt;
        const Milliseconds left = request.deadline - Milliseconds(since.elapsed());
        if (!wait || *wait >= left)
            return outcome;
        if (!rest(*wait, cancel))
            return fail(cancelled(request));
        pause *= 2;
        fresh.deadline = std::max(Milliseconds(1), request.deadline - Milliseconds(since.elapsed()));
    }
}

std::optional<Milliseconds> retryAfter(const HttpReply &reply)
{
    const auto seconds = [](const QByteArray &text) -> std::optional<Milliseconds> {
        bool isNumber = false;
        const uint value = text.toUInt(&isNumber);
        if (!isNumber)
            return std::nullopt;
        return Milliseconds(qint64(value) * 1000);
    };
    const QByteArray told = reply.header("Retry-After");
    if (const std::optional<Milliseconds> wait = seconds(told))
        return wait;
    // A date counts in the server's own clock, which may be another than ours.
    HttpReply dated;
    dated.headers = {{"Date", told}};
    const QDateTime now = reply.date().value_or(QDateTime::currentDateTimeUtc());
    if (const std::optional<QDateTime> until = dated.date())
        return Milliseconds(qMax<qint64>(0, now.msecsTo(*until)));
    return seconds(reply.header("ratelimit-reset"));
}

Result<QJsonObject> jsonObject(const HttpReply &reply, const QString &server)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(reply.body, &problem);
    if (document.isObject())
        return document.object();
    return fail(ErrorCode::ProtocolViolation,
                QStringLiteral("%1 answered %2 without a JSON object").arg(server).arg(reply.status), {},
                problem.error == QJsonParseError::NoError ? QString() : problem.errorString());
}

} // namespace understudy
