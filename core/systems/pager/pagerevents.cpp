// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/pager/pagerevents.h"

#include "core/systems/pager/pageranswer.h"

#include <QJsonDocument>

namespace understudy {
namespace {

constexpr qsizetype keyLimit = 255;
constexpr qsizetype summaryLimit = 1024;
constexpr qsizetype eventLimit = 512 * 1024;

QString nameOf(PagerEvent::Action action)
{
    switch (action) {
    case PagerEvent::Action::Trigger: return QStringLiteral("trigger");
    case PagerEvent::Action::Acknowledge: return QStringLiteral("acknowledge");
    case PagerEvent::Action::Resolve: break;
    }
    return QStringLiteral("resolve");
}

QString nameOf(PagerEvent::Severity severity)
{
    switch (severity) {
    case PagerEvent::Severity::Critical: return QStringLiteral("critical");
    case PagerEvent::Severity::Error: return QStringLiteral("error");
    case PagerEvent::Severity::Warning: return QStringLiteral("warning");
    case PagerEvent::Severity::Info: break;
    }
    return QStringLiteral("info");
}

QJsonObject payloadOf(const PagerEvent &event)
{
    QString summary = event.summary;
    if (summary.size() > summaryLimit)
        summary = summary.left(summaryLimit - 1) + QChar(0x2026);
    QJsonObject payload{{QStringLiteral("summary"), summary},
                        {QStringLiteral("source"), event.source},
                        {QStringLiteral("severity"), nameOf(event.severity)}};
    if (event.at.isValid())
        payload.insert(QStringLiteral("timestamp"), toRfc3339(event.at));
    const auto text = [&payload](const QString &key, const QString &value) {
        if (!value.isEmpty())
            payload.insert(key, value);
    };
    text(QStringLiteral("component"), event.component);
    text(QStringLiteral("group"), event.group);
    text(QStringLiteral("class"), event.kind);
    if (!event.details.isEmpty())
        payload.insert(QStringLiteral("custom_details"), event.details);
    return payload;
}

} // namespace

QString PagerEvents::publicAddress() { return QStringLiteral("https://events.pagerduty.com"); }

PagerEvents::PagerEvents(const QString &base, const Secret &routingKey)
    : m_address(pager::address(base.isEmpty() ? publicAddress() : base, QStringLiteral("/v2/enqueue")))
    , m_routingKey(routingKey)
{
}

Result<QByteArray> PagerEvents::bodyOf(const PagerEvent &event) const
{
    const bool isTrigger = event.action == PagerEvent::Action::Trigger;
    if (m_routingKey.isEmpty())
        return fail(ErrorCode::SecretMissing, QStringLiteral("no routing key for PagerDuty"),
                    QStringLiteral("Name one at paging.pagerduty.routing_key."));
    // A key that was cut could fold two alerts into one.
    if (event.dedupKey.size() > keyLimit || (event.dedupKey.isEmpty() && !isTrigger))
        return fail(ErrorCode::InvalidInput, QStringLiteral("an alert's key has 1 to %1 characters").arg(keyLimit));
    if (isTrigger && (event.summary.trimmed().isEmpty() || event.source.trimmed().isEmpty()))
        return fail(ErrorCode::InvalidInput, QStringLiteral("an alert needs a summary and a source"));
    QJsonObject body{{QStringLiteral("routing_key"), QString::fromLatin1(m_routingKey.reveal())},
                     {QStringLiteral("event_action"), nameOf(event.action)}};
    if (!event.dedupKey.isEmpty())
        body.insert(QStringLiteral("dedup_key"), event.dedupKey);
    if (isTrigger) {
        body.insert(QStringLiteral("client"), QStringLiteral("Understudy"));
        body.insert(QStringLiteral("payload"), payloadOf(event));
    }
    const QByteArray bytes = QJsonDocument(body).toJson(QJsonDocument::Compact);
    if (bytes.size() > eventLimit)
        return fail(ErrorCode::TooLarge, QStringLiteral("the event is larger than 512 KB"),
                    QStringLiteral("Send fewer details."));
    return bytes;
}

Result<QString> PagerEvents::send(const PagerEvent &event, Milliseconds deadline, const CancelToken &cancel) const
{
    const Result<QByteArray> body = bodyOf(event);
    if (!body)
        return fail(body.error());
    const HttpRequest request{.url = m_address,
                              .headers = {{"Content-Type", "application/json"}},
                              .deadline = deadline,
                              .bodyLimit = 64 * 1024,
                              .method = "POST",
                              .body = *body};
    const Result<HttpReply> reply = httpCall(request, {.repeatable = !event.dedupKey.isEmpty()}, cancel);
    if (!reply)
        return fail(reply.error());
    if (reply->status != 202)
        return fail(pager::refusal(*reply, QStringLiteral("%1 an alert").arg(nameOf(event.action))));
    // What was accepted is accepted, whatever the body looks like.
    const Result<QJsonObject> answer = jsonObject(*reply, request.name());
    const QString key = answer ? (*answer)[QStringLiteral("dedup_key")].toString() : QString();
    return key.isEmpty() ? event.dedupKey : key;
}

} // namespace understudy
