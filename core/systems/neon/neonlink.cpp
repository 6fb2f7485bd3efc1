// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/neon/neonlink.h"

#include "core/systems/http/httpretry.h"
#include "core/systems/neon/neonanswer.h"
#include "core/systems/neon/neonapi.h"

#include <QJsonDocument>

namespace understudy {

using namespace std::chrono_literals;

namespace {

constexpr Milliseconds lookLimit = 15s;
constexpr Milliseconds changeLimit = 30s;
constexpr Milliseconds lockPause = 1s; // after the shorter ones of httpCall
constexpr qint64 neonBodyLimit = 8 * 1024 * 1024;

HttpRequest neonRequest(const NeonCall &call, const QUrl &url, const Secret &key)
{
    HttpRequest request{.url = url,
                        .headers = {{"Accept", "application/json"}, {"Authorization", "Bearer " + key.reveal()}},
                        .bodyLimit = neonBodyLimit,
                        .method = call.method};
    if (!request.isGet() && !call.body.isEmpty()) {
        request.headers.append(HttpHeader{"Content-Type", "application/json"});
        request.body = QJsonDocument(call.body).toJson(QJsonDocument::Compact);
    }
    return request;
}

/// Locked, or too many requests: it has not been done.
bool isPutOff(const HttpReply &reply) { return reply.status == 423 || reply.status == 429; }

} // namespace

NeonLink::NeonLink(const NeonPlan &plan, const Secret &key)
    : m_base(plan.api.isEmpty() ? NeonApi::publicAddress() : plan.api)
    , m_key(key.reveal().trimmed())
{
    while (m_base.endsWith(QLatin1Char('/')))
        m_base.chop(1);
    m_base += QStringLiteral("/projects/") + QString::fromLatin1(QUrl::toPercentEncoding(plan.project));
}

QUrl NeonLink::address(const QString &path) const { return QUrl(m_base + path); }

NeonAnswer NeonLink::ask(const NeonCall &call, const NeonTime &time) const
{
    if (m_key.isEmpty())
        return {.json = fail(ErrorCode::SecretMissing, QStringLiteral("no API key for Neon"),
                             QStringLiteral("Name one at database.provider.neon.api_key."))};
    HttpRequest request = neonRequest(call, address(call.path), m_key);
    const HttpRetry retry{.attempts = 4, .repeatable = call.repeatable, .comeAgain = {423, 429, 503}};
    for (;;) {
        request.deadline = time.left(request.isGet() ? lookLimit : changeLimit);
        const Result<HttpReply> reply = httpCall(request, retry, time.cancel());
        if (!reply)
            return {.json = fail(neon::outage(reply.error(), call.what)),
                    .isLost = !request.isGet() && neon::mayHaveHappened(reply.error())};
        const Milliseconds pause = retryAfter(*reply).value_or(lockPause);
        const bool isWaitedFor = isPutOff(*reply) && pause < time.left();
        if (isWaitedFor && call.say)
            call.say(neon::refusal(*reply, call.what, m_key).message + QStringLiteral("; waiting"));
        if (isWaitedFor && time.rest(pause))
            continue;
        if (isWaitedFor && time.isCancelled())
            return {.json = fail(ErrorCode::Cancelled, QStringLiteral("calling %1 was cancelled").arg(request.name()))};
        NeonAnswer answer{.clock = reply->date().value_or(QDateTime()), .status = reply->status};
        if (!reply->isOk()) {
            answer.json = fail(neon::refusal(*reply, call.what, m_key));
            answer.isLost = !request.isGet() && neon::mayHaveHappened(*reply);
        } else if (reply->status != 204) {
            answer.json = jsonObject(*reply, request.name());
            answer.isLost = !request.isGet() && !answer.json;
        }
        return answer;
    }
}

} // namespace understudy
