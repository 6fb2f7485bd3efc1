// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/pager/pageranswer.h"

#include "core/base/quantity.h"
#include "core/base/redact.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace understudy::pager {
namespace {

constexpr qsizetype wordsLimit = 300;

/// {"error": {"code", "message", "errors"}} from the REST API, {"status", "message", "errors"} from
/// the Events API, plain text from either's front door.
QString serviceWords(const HttpReply &reply)
{
    const QJsonObject body = QJsonDocument::fromJson(reply.body).object();
    const QJsonObject error =
        body[QStringLiteral("error")].isObject() ? body[QStringLiteral("error")].toObject() : body;
    QStringList parts;
    if (const int code = error[QStringLiteral("code")].toInt())
        parts.append(QString::number(code));
    parts.append(error[QStringLiteral("message")].toString());
    for (const QJsonValue &one : error[QStringLiteral("errors")].toArray())
        parts.append(one.toString());
    parts.removeAll(QString());
    const QString text =
        body.isEmpty() ? QString::fromUtf8(reply.body.left(wordsLimit)).simplified() : parts.join(QStringLiteral(", "));
    return redacted(text).left(wordsLimit);
}

} // namespace

QUrl address(const QString &base, const QString &path)
{
    QString start = base;
    while (start.endsWith(QLatin1Char('/')))
        start.chop(1);
    return QUrl(start + path);
}

Error refusal(const HttpReply &reply, const QString &what)
{
    const QString cause = serviceWords(reply);
    switch (reply.status) {
    case 400:
        return {ErrorCode::InvalidInput, QStringLiteral("PagerDuty does not take this: %1").arg(what),
                QStringLiteral("If it does not know the requester, set paging.pagerduty.from to the "
                               "e-mail address of a user of the account."),
                cause};
    case 401:
        return {ErrorCode::AuthenticationFailed, QStringLiteral("PagerDuty refuses the API token"),
                QStringLiteral("Look at paging.pagerduty.api_token: a REST API key is needed."), cause};
    case 402:
    case 403:
        return {ErrorCode::PermissionDenied, QStringLiteral("PagerDuty does not allow this: %1").arg(what),
                QStringLiteral("The API token needs the right to write incidents."), cause};
    case 404:
        return {ErrorCode::NotFound, QStringLiteral("PagerDuty does not know what this is about: %1").arg(what),
                QStringLiteral("Look at paging.pagerduty.service."), cause};
    case 413:
        return {ErrorCode::TooLarge, QStringLiteral("too much at once for PagerDuty: %1").arg(what), {}, cause};
    case 429: {
        const std::optional<Milliseconds> wait = retryAfter(reply);
        return {ErrorCode::Busy,
                wait ? QStringLiteral("PagerDuty asks to be left alone for %1").arg(durationText(*wait))
                     : QStringLiteral("PagerDuty asks to be left alone for a while"),
                QStringLiteral("Its limit of requests is used up; do it in its own window."), cause};
    }
    default:
        return {ErrorCode::HttpStatus, QStringLiteral("PagerDuty answered %1: %2").arg(reply.status).arg(what), {}, cause};
    }
}

} // namespace understudy::pager
