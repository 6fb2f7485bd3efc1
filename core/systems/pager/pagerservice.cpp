// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/pager/pagerservice.h"

#include "core/systems/pager/pageranswer.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QUrlQuery>

#include <algorithm>

namespace understudy {
namespace {

constexpr int pageSize = 100; // the most that it gives at once

QJsonObject acknowledged()
{
    return {{QStringLiteral("type"), QStringLiteral("incident_reference")},
            {QStringLiteral("status"), QStringLiteral("acknowledged")}};
}

} // namespace

QString PagerService::publicAddress() { return QStringLiteral("https://api.pagerduty.com"); }

PagerService::PagerService(const PagingPlan &plan, const Secret &token)
    : m_base(plan.api.isEmpty() ? publicAddress() : plan.api)
    , m_service(plan.service)
    , m_from(plan.from)
    , m_token(token)
{
}

Result<QJsonObject> PagerService::call(const Call &call, Milliseconds deadline, const CancelToken &cancel) const
{
    HttpRequest request{.url = pager::address(m_base, call.path),
                        .headers = {{"Accept", "application/vnd.pagerduty+json;version=2"},
                                    {"Authorization", "Token token=" + m_token.reveal()}},
                        .deadline = deadline,
                        .bodyLimit = 4 * 1024 * 1024,
                        .method = call.method};
    if (!request.isGet()) {
        request.headers.append(HttpHeader{"Content-Type", "application/json"});
        request.headers.append(HttpHeader{"From", m_from.toUtf8()});
        request.body = QJsonDocument(call.body).toJson(QJsonDocument::Compact);
    }
    const Result<HttpReply> reply = httpCall(request, {.repeatable = call.repeatable}, cancel);
    if (!reply)
        return fail(reply.error());
    if (!reply->isOk())
        return fail(pager::refusal(*reply, call.what));
    return jsonObject(*reply, request.name());
}

Result<Unit> PagerService::write(const Call &call, Milliseconds deadline, const CancelToken &cancel) const
{
    if (m_from.isEmpty())
        return fail(ErrorCode::InvalidInput, QStringLiteral("PagerDuty wants to know who acts"),
                    QStringLiteral("Set paging.pagerduty.from to the e-mail address of a user of the account."));
    const Result<QJsonObject> answer = this->call(call, deadline, cancel);
    if (!answer)
        return fail(answer.error());
    return Unit{};
}

QString PagerService::pagePath(int offset) const
{
    QUrlQuery query;
    query.addQueryItem(QStringLiteral("service_ids[]"), QString::fromLatin1(QUrl::toPercentEncoding(m_service)));
    query.addQueryItem(QStringLiteral("statuses[]"), QStringLiteral("triggered"));
    query.addQueryItem(QStringLiteral("statuses[]"), QStringLiteral("acknowledged"));
    query.addQueryItem(QStringLiteral("date_range"), QStringLiteral("all"));
    query.addQueryItem(QStringLiteral("sort_by"), QStringLiteral("created_at:asc"));
    query.addQueryItem(QStringLiteral("limit"), QString::number(pageSize));
    query.addQueryItem(QStringLiteral("offset"), QString::number(offset));
    return QStringLiteral("/incidents?") + query.toString(QUrl::FullyEncoded);
}

Result<PagerIncidents> PagerService::openIncidents(Milliseconds deadline, const CancelToken &cancel) const
{
    QElapsedTimer since;
    since.start();
    PagerIncidents found;
    qsizetype told = 0; // whatever their status: what the next page begins after
    do {
        const Milliseconds left = std::max(Milliseconds(1), deadline - Milliseconds(since.elapsed()));
        const Result<QJsonObject> page = call({.method = "GET", .path = pagePath(int(told)),
                                               .what = QStringLiteral("listing open incidents")},
                                              left, cancel);
        if (!page)
            return fail(page.error());
        const QJsonValue list = (*page)[QStringLiteral("incidents")];
        if (!list.isArray())
            return fail(ErrorCode::ProtocolViolation, QStringLiteral("PagerDuty answered without a list of incidents"));
        told += list.toArray().size();
        for (const QJsonValue &value : list.toArray()) {
            const Result<PagerIncident> one = PagerIncident::fromJson(value.toObject());
            if (!one)
                return fail(one.error());
            if (one->status != PagerIncident::Status::Resolved)
                found.list.append(*one);
        }
        // A page without entries that promises more would be asked for again and again.
        found.more = (*page)[QStringLiteral("more")].toBool() && !list.toArray().isEmpty();
    } while (found.more && told < mostIncidents);
    std::stable_sort(found.list.begin(), found.list.end(),
                     [](const PagerIncident &a, const PagerIncident &b) { return a.createdAt < b.createdAt; });
    return found;
}

Result<PagerIncident> PagerService::incident(const QString &id, Milliseconds deadline, const CancelToken &cancel) const
{
    const Result<QJsonObject> answer = call({.method = "GET", .path = QStringLiteral("/incidents/") + id,
                                             .what = QStringLiteral("reading an incident")},
                                            deadline, cancel);
    if (!answer)
        return fail(answer.error());
    return PagerIncident::fromJson((*answer)[QStringLiteral("incident")].toObject());
}

Result<Unit> PagerService::acknowledge(const QStringList &ids, Milliseconds deadline, const CancelToken &cancel) const
{
    Call call{.method = "PUT", .path = QStringLiteral("/incidents"), .what = QStringLiteral("acknowledging")};
    if (ids.size() == 1) {
        // The plural form has a limit of its own.
        call.path += QLatin1Char('/') + ids.first();
        call.body = {{QStringLiteral("incident"), acknowledged()}};
        return write(call, deadline, cancel);
    }
    QJsonArray incidents;
    for (const QString &id : ids.mid(0, 100)) {
        QJsonObject one = acknowledged();
        one.insert(QStringLiteral("id"), id);
        incidents.append(one);
    }
    call.body = {{QStringLiteral("incidents"), incidents}};
    return write(call, deadline, cancel);
}

Result<Unit> PagerService::resolve(const QString &id, Milliseconds deadline, const CancelToken &cancel) const
{
    const QJsonObject incident{{QStringLiteral("type"), QStringLiteral("incident_reference")},
                               {QStringLiteral("status"), QStringLiteral("resolved")}};
    return write({.method = "PUT", .path = QStringLiteral("/incidents/") + id,
                  .body = {{QStringLiteral("incident"), incident}}, .what = QStringLiteral("resolving")},
                 deadline, cancel);
}

Result<Unit> PagerService::addNote(const QString &id, const QString &text, Milliseconds deadline, const CancelToken &cancel) const
{
    return write({.method = "POST", .path = QStringLiteral("/incidents/%1/notes").arg(id),
                  .body = {{QStringLiteral("note"), QJsonObject{{QStringLiteral("content"), text}}}},
                  .what = QStringLiteral("adding a note"), .repeatable = false},
                 deadline, cancel);
}

QString PagerService::acknowledgeRequest(const QStringList &ids) const
{
    const QString path = ids.size() == 1 ? QStringLiteral("/incidents/") + ids.first() : QStringLiteral("/incidents");
    return QStringLiteral("PUT ") + pager::address(m_base, path).toString() + QStringLiteral(" status: acknowledged");
}

} // namespace understudy
