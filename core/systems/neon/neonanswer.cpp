// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/neon/neonanswer.h"

#include "core/base/quantity.h"
#include "core/base/redact.h"
#include "core/systems/http/httpretry.h"

#include <QJsonDocument>

namespace understudy::neon {
namespace {

constexpr qsizetype causeLimit = 300;

const QString planB = QStringLiteral("Look at neonstatus.com and this machine's network; else go to plan B, the newest logical backup.");

/// "BRANCHES_LIMIT_EXCEEDED: branches limit exceeded", or the start of what is no JSON.
QString neonWords(const HttpReply &reply, const Secret &key)
{
    const QJsonObject body = QJsonDocument::fromJson(reply.body).object();
    QStringList parts{body[QStringLiteral("code")].toString(), body[QStringLiteral("message")].toString()};
    parts.removeAll(QString());
    QString text = body.isEmpty() ? QString::fromUtf8(reply.body.left(4 * causeLimit)) : parts.join(QStringLiteral(": "));
    // A proxy on the way may tell what it was sent.
    if (!key.isEmpty())
        text.replace(QString::fromLatin1(key.reveal()), QStringLiteral("***"));
    return redacted(text.left(4 * causeLimit).simplified()).left(causeLimit);
}

bool isLimit(const HttpReply &reply)
{
    // The code may be empty.
    const QJsonObject body = QJsonDocument::fromJson(reply.body).object();
    return reply.status == 422
           && (body[QStringLiteral("code")].toString().contains(QLatin1String("LIMIT_EXCEEDED"))
               || body[QStringLiteral("message")].toString().contains(QLatin1String("branches limit"), Qt::CaseInsensitive));
}

Error askedToWait(const HttpReply &reply, const QString &cause)
{
    const std::optional<Milliseconds> wait = retryAfter(reply);
    return {ErrorCode::Busy,
            wait ? QStringLiteral("Neon asks to be left alone for %1").arg(durationText(*wait))
                 : QStringLiteral("Neon asks to be left alone for a while"),
            QStringLiteral("Its limit of requests a minute is used up, maybe by other programs of the account; try again then, "
                           "or do it in Neon's own console."),
            cause};
}

} // namespace

Error refusal(const HttpReply &reply, const QString &what, const Secret &key)
{
    const QString cause = neonWords(reply, key);
    if (isLimit(reply))
        return {ErrorCode::LimitReached, QStringLiteral("Neon allows no more branches: %1").arg(what),
                QStringLiteral("Delete a branch that nobody needs, or have the plan's limit raised; then go on."), cause};
    switch (reply.status) {
    case 401:
        return {ErrorCode::AuthenticationFailed, QStringLiteral("Neon refuses the API key"),
                QStringLiteral("Look at database.provider.neon.api_key: the key may be wrong, or revoked."), cause};
    case 403:
        return {ErrorCode::PermissionDenied, QStringLiteral("the API key may not do this at Neon: %1").arg(what),
                QStringLiteral("Make a key that may manage this project, and name it at database.provider.neon.api_key."), cause};
    case 404:
        return {ErrorCode::NotFound, QStringLiteral("Neon does not know what this is about: %1").arg(what),
                QStringLiteral("Look at database.provider.neon: project is its id, such as shiny-wind-028834."), cause};
    case 423:
        return {ErrorCode::Busy, QStringLiteral("the Neon project is locked by another operation: %1").arg(what),
                QStringLiteral("See in Neon's console what runs there, let it end, then try again."), cause};
    case 429: return askedToWait(reply, cause);
    default: break;
    }
    if (reply.status < 400)
        return {ErrorCode::ProtocolViolation, QStringLiteral("Neon's address answers %1 instead of the API: %2").arg(reply.status).arg(what),
                QStringLiteral("Look at database.provider.neon.api: it has to be the API itself, redirects are not followed."), cause};
    if (reply.status >= 500)
        return {ErrorCode::ControlPlaneDown, QStringLiteral("Neon's control plane does not work, it answers %1: %2").arg(reply.status).arg(what),
                planB, cause};
    return {ErrorCode::InvalidInput, QStringLiteral("Neon refuses this (%1): %2").arg(reply.status).arg(what),
            QStringLiteral("Its own words say why; a moment must lie within the history that the project keeps."), cause};
}

Error outage(const Error &error, const QString &what)
{
    switch (error.code) {
    case ErrorCode::ConnectionRefused:
    case ErrorCode::TimedOut:
    case ErrorCode::Unreachable:
    case ErrorCode::NameNotFound:
    case ErrorCode::TlsFailed:
    case ErrorCode::ConnectionLost:
        return {ErrorCode::ControlPlaneDown, QStringLiteral("Neon's control plane cannot be reached: %1").arg(what), planB,
                error.cause.isEmpty() ? error.message : QStringLiteral("%1 (%2)").arg(error.message, error.cause)};
    default: return error;
    }
}

bool mayHaveHappened(const Error &error)
{
    switch (error.code) {
    case ErrorCode::ConnectionRefused:
    case ErrorCode::NameNotFound:
    case ErrorCode::TlsFailed:
    case ErrorCode::InvalidInput: return false; // nothing was sent
    default: return true;
    }
}

bool mayHaveHappened(const HttpReply &reply)
{
    // 503 always means not done, 501 cannot be done; any other weakness says nothing.
    return reply.status >= 500 && reply.status != 501 && reply.status != 503;
}

Error unknownOutcome(const Error &error, const QString &what)
{
    Error out = error;
    out.message = QStringLiteral("whether it was done is not known, as Neon's answer was lost: %1").arg(what);
    out.hint = QStringLiteral("Look in Neon's console before it is done again.");
    out.cause = error.cause.isEmpty() ? error.message : QStringLiteral("%1 (%2)").arg(error.message, error.cause);
    return out;
}

} // namespace understudy::neon
