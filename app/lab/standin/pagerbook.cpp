// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/pagerbook.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QUuid>

#include <algorithm>

namespace understudy::lab {
namespace {

QByteArray compact(const QJsonObject &json) { return QJsonDocument(json).toJson(QJsonDocument::Compact); }

PagerAnswer ok(const QString &key, const QJsonValue &value, int status = 200)
{
    return {.status = status, .body = compact({{key, value}})};
}

PagerAnswer error(int status, int code, const QString &message, const QStringList &errors = {})
{
    return {.status = status,
            .body = compact({{QStringLiteral("error"), QJsonObject{{QStringLiteral("message"), message}, {QStringLiteral("code"), code},
                                                                   {QStringLiteral("errors"), QJsonArray::fromStringList(errors)}}}})};
}

PagerAnswer badEvent(const QString &status, const QString &message, const QString &why)
{
    return {.status = 400, .body = compact({{QStringLiteral("status"), status}, {QStringLiteral("message"), message},
                                            {QStringLiteral("errors"), QJsonArray{why}}})};
}

QString text(const QJsonObject &json, const char *key) { return json[QLatin1String(key)].toString(); }

/// What is missing or too long in an event; empty: nothing.
QString mistakeIn(const QJsonObject &event)
{
    static const QRegularExpression keyForm(QStringLiteral("^[A-Za-z0-9]{32}$"));
    static const QStringList severities{QStringLiteral("critical"), QStringLiteral("error"), QStringLiteral("warning"), QStringLiteral("info")};
    const QString action = text(event, "event_action"), dedupKey = text(event, "dedup_key");
    if (!keyForm.match(text(event, "routing_key")).hasMatch())
        return QStringLiteral("'routing_key' must be 32 letters and digits");
    if (dedupKey.size() > 255)
        return QStringLiteral("'dedup_key' is longer than 255 characters");
    if (action == QLatin1String("acknowledge") || action == QLatin1String("resolve"))
        return dedupKey.isEmpty() ? QStringLiteral("'dedup_key' is missing or blank") : QString();
    if (action != QLatin1String("trigger"))
        return QStringLiteral("'event_action' must be trigger, acknowledge or resolve");
    const QJsonObject payload = event[QStringLiteral("payload")].toObject();
    if (text(payload, "summary").isEmpty() || text(payload, "source").isEmpty())
        return QStringLiteral("'payload.summary' or 'payload.source' is missing or blank");
    if (text(payload, "summary").size() > 1024)
        return QStringLiteral("'payload.summary' is longer than 1024 characters");
    return severities.contains(text(payload, "severity")) ? QString() : QStringLiteral("'payload.severity' is invalid");
}

} // namespace

PagerBook::PagerBook(const Settings &settings, const Clock &clock) : m_settings(settings), m_clock(clock) { load(); }

PagerAnswer PagerBook::answer(const PagerCall &call)
{
    PagerAnswer refused;
    if (call.path == QLatin1String("/v2/enqueue")) {
        if (call.method != "POST")
            return error(405, 2100, QStringLiteral("Method Not Allowed"));
        if (isTooMuch(m_eventCalls, 120, refused)) {
            refused.body = "429 - Request Limit Exceeded";
            refused.type = "text/plain";
            return refused;
        }
        return enqueue(call.body);
    }
    if (call.authorization != "Token token=" + m_settings.token.reveal())
        return error(401, 2006, QStringLiteral("Unauthorized"));
    const bool tooMuch = isTooMuch(m_restCalls, 960, refused);
    PagerAnswer answer = tooMuch ? error(429, 2020, QStringLiteral("Rate Limit Exceeded")) : rest(call);
    answer.headers = refused.headers;
    return answer;
}

/// `refused` is filled with the headers that go with every answer, and with 429's status.
bool PagerBook::isTooMuch(QList<Milliseconds> &calls, int most, PagerAnswer &refused) const
{
    const Milliseconds now = m_clock.monotonic();
    calls.removeIf([now](Milliseconds at) { return now - at >= std::chrono::minutes(1); });
    const bool tooMuch = calls.size() >= most;
    if (!tooMuch)
        calls.append(now);
    const qint64 reset = (std::chrono::minutes(1) - (now - calls.first())) / std::chrono::seconds(1) + 1;
    refused = {.status = 429, .headers = {{"ratelimit-limit", QByteArray::number(most)},
                                          {"ratelimit-remaining", QByteArray::number(most - calls.size())},
                                          {"ratelimit-reset", QByteArray::number(reset)}}};
    return tooMuch;
}

PagerAnswer PagerBook::enqueue(const QByteArray &body)
{
    if (body.size() > 512 * 1024)
        return badEvent(QStringLiteral("invalid event"), QStringLiteral("Event object is invalid"), QStringLiteral("larger than 512 KB"));
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (!document.isObject())
        return badEvent(QStringLiteral("Unrecognized object"), QStringLiteral("Event object format is unrecognized"), QStringLiteral("JSON parse error"));
    const QJsonObject event = document.object();
    if (const QString mistake = mistakeIn(event); !mistake.isEmpty())
        return badEvent(QStringLiteral("invalid event"), QStringLiteral("Event object is invalid"), mistake);
    QString dedupKey = text(event, "dedup_key");
    if (dedupKey.isEmpty())
        dedupKey = QUuid::createUuid().toString(QUuid::Id128);
    // An event for another service's key, or for no open alert, is accepted and dropped without a word.
    if (text(event, "routing_key").toLatin1() == m_settings.routingKey.reveal()) {
        Incident *known = openWith(dedupKey);
        const QString action = text(event, "event_action");
        if (action == QLatin1String("trigger") && !known)
            open(event[QStringLiteral("payload")].toObject(), dedupKey);
        else if (action == QLatin1String("trigger"))
            ++known->alerts;
        else if (known)
            setStatus(*known, action == QLatin1String("resolve") ? QStringLiteral("resolved") : QStringLiteral("acknowledged"));
        save();
    }
    return {.status = 202, .body = compact({{QStringLiteral("status"), QStringLiteral("success")},
                                            {QStringLiteral("message"), QStringLiteral("Event processed")},
                                            {QStringLiteral("dedup_key"), dedupKey}})};
}

void PagerBook::open(const QJsonObject &payload, const QString &dedupKey)
{
    const int number = m_incidents.isEmpty() ? 1 : m_incidents.last().number + 1;
    const bool low = text(payload, "severity") == QLatin1String("info");
    m_incidents.append({.id = QStringLiteral("PLAB%1").arg(number, 4, 10, QLatin1Char('0')),
                        .title = text(payload, "summary"),
                        .status = QStringLiteral("triggered"),
                        .urgency = low ? QStringLiteral("low") : QStringLiteral("high"),
                        .dedupKey = dedupKey,
                        .number = number,
                        .createdAt = m_clock.now(),
                        .changedAt = m_clock.now()});
}

void PagerBook::setStatus(Incident &incident, const QString &status)
{
    if (status == QLatin1String("acknowledged"))
        incident.acknowledgedAt.append(m_clock.now());
    else
        incident.acknowledgedAt.clear();
    if (incident.status != status)
        incident.changedAt = m_clock.now();
    incident.status = status;
}

PagerAnswer PagerBook::rest(const PagerCall &call)
{
    if (call.method != "GET" && call.from != m_settings.user)
        return error(400, 1008, QStringLiteral("Requester User Not Found"));
    const QStringList parts = call.path.mid(1).split(QLatin1Char('/'));
    const QJsonObject body = QJsonDocument::fromJson(call.body).object();
    if (parts.value(0) != QLatin1String("incidents") || parts.size() > 3)
        return error(404, 2100, QStringLiteral("Not Found"));
    if (parts.size() == 1)
        return call.method == "GET"   ? list(call.query)
               : call.method == "PUT" ? changeMany(body)
                                      : error(405, 2100, QStringLiteral("Method Not Allowed"));
    Incident *incident = find(parts.at(1));
    const bool notes = parts.value(2) == QLatin1String("notes");
    if (!incident || (parts.size() == 3 && !notes))
        return error(404, 2100, QStringLiteral("Not Found"));
    if (call.method == "GET")
        return notes ? notesOf(*incident) : ok(QStringLiteral("incident"), toJson(*incident));
    if (call.method == "POST" && notes)
        return addNote(*incident, body);
    if (call.method == "PUT" && !notes)
        return change(*incident, body[QStringLiteral("incident")].toObject());
    return error(405, 2100, QStringLiteral("Method Not Allowed"));
}

PagerAnswer PagerBook::list(const QUrlQuery &query) const
{
    const auto values = [&query](const char *key) { return query.allQueryItemValues(QLatin1String(key), QUrl::FullyDecoded); };
    const auto number = [&query](const char *key, int otherwise) {
        return query.hasQueryItem(QLatin1String(key)) ? query.queryItemValue(QLatin1String(key)).toInt() : otherwise;
    };
    const int limit = number("limit", 25), offset = number("offset", 0);
    if (limit < 1 || limit > 100 || offset < 0 || offset + limit > 10'000)
        return error(400, 2001, QStringLiteral("Invalid Input Provided"), {QStringLiteral("Offset or limit is out of range.")});
    const QStringList statuses = values("statuses[]"), services = values("service_ids[]");
    QList<Incident> found;
    for (const Incident &one : m_incidents) {
        const bool fits = (statuses.isEmpty() || statuses.contains(one.status))
            && (services.isEmpty() || services.contains(m_settings.service))
            && (!query.hasQueryItem(QStringLiteral("incident_key")) || values("incident_key").contains(one.dedupKey));
        if (fits)
            found.append(one);
    }
    if (query.queryItemValue(QStringLiteral("sort_by")) == QLatin1String("created_at:desc"))
        std::reverse(found.begin(), found.end());
    QJsonArray incidents;
    for (const Incident &one : found.mid(offset, limit))
        incidents.append(toJson(one));
    return {.body = compact({{QStringLiteral("incidents"), incidents}, {QStringLiteral("limit"), limit}, {QStringLiteral("offset"), offset},
                             {QStringLiteral("more"), offset + limit < found.size()}, {QStringLiteral("total"), QJsonValue()}})};
}

PagerAnswer PagerBook::change(Incident &incident, const QJsonObject &wanted)
{
    static const QStringList statuses{QStringLiteral("triggered"), QStringLiteral("acknowledged"), QStringLiteral("resolved")};
    const QString status = text(wanted, "status");
    if (text(wanted, "type").isEmpty() || !statuses.contains(status))
        return error(400, 1003, QStringLiteral("Invalid Status Provided"));
    if (incident.status == QLatin1String("resolved") && status == QLatin1String("resolved"))
        return error(400, 1001, QStringLiteral("Incident Already Resolved"));
    setStatus(incident, status);
    save();
    return ok(QStringLiteral("incident"), toJson(incident));
}

PagerAnswer PagerBook::changeMany(const QJsonObject &body)
{
    const QJsonArray wanted = body[QStringLiteral("incidents")].toArray();
    if (wanted.size() > 250)
        return error(413, 2001, QStringLiteral("Too Many Incidents"));
    QJsonArray changed;
    for (const QJsonValue &value : wanted) {
        Incident *incident = find(text(value.toObject(), "id"));
        if (!incident)
            return error(404, 2100, QStringLiteral("Not Found"));
        if (const PagerAnswer answer = change(*incident, value.toObject()); answer.status != 200)
            return answer;
        changed.append(toJson(*incident));
    }
    return ok(QStringLiteral("incidents"), changed);
}

PagerAnswer PagerBook::addNote(Incident &incident, const QJsonObject &body)
{
    const QString content = text(body[QStringLiteral("note")].toObject(), "content");
    if (content.isEmpty() || incident.notes.size() >= 2000)
        return error(400, 2001, QStringLiteral("Invalid Input Provided"), {QStringLiteral("Content is empty, or there are 2000 notes.")});
    incident.notes.append({QStringLiteral("N%1").arg(incident.notes.size() + 1), content, m_clock.now()});
    save();
    return ok(QStringLiteral("note"), toJson(incident.notes.last()));
}

PagerAnswer PagerBook::notesOf(const Incident &incident) const
{
    QJsonArray notes;
    for (const Note &one : incident.notes)
        notes.append(toJson(one));
    return ok(QStringLiteral("notes"), notes);
}

QJsonObject PagerBook::toJson(const Note &note) const
{
    return {{QStringLiteral("id"), note.id}, {QStringLiteral("user"), userJson()}, {QStringLiteral("content"), note.content},
            {QStringLiteral("created_at"), toRfc3339(note.at)}};
}

QJsonObject PagerBook::userJson() const
{
    return {{QStringLiteral("id"), QStringLiteral("PLABUSER")}, {QStringLiteral("type"), QStringLiteral("user_reference")},
            {QStringLiteral("summary"), QStringLiteral("Lab operator")}};
}

QJsonObject PagerBook::toJson(const Incident &incident) const
{
    QJsonArray acknowledgements;
    for (const QDateTime &at : incident.acknowledgedAt)
        acknowledgements.append(QJsonObject{{QStringLiteral("at"), toRfc3339(at)}, {QStringLiteral("acknowledger"), userJson()}});
    const QJsonObject service{{QStringLiteral("id"), m_settings.service}, {QStringLiteral("type"), QStringLiteral("service_reference")},
                              {QStringLiteral("summary"), QStringLiteral("Understudy lab")}};
    return {{QStringLiteral("id"), incident.id},
            {QStringLiteral("type"), QStringLiteral("incident")},
            {QStringLiteral("summary"), QStringLiteral("[#%1] %2").arg(incident.number).arg(incident.title)},
            {QStringLiteral("incident_number"), incident.number},
            {QStringLiteral("title"), incident.title},
            {QStringLiteral("status"), incident.status},
            {QStringLiteral("urgency"), incident.urgency},
            {QStringLiteral("created_at"), toRfc3339(incident.createdAt)},
            {QStringLiteral("last_status_change_at"), toRfc3339(incident.changedAt)},
            {QStringLiteral("incident_key"), incident.dedupKey},
            {QStringLiteral("service"), service},
            {QStringLiteral("assignments"), QJsonArray{QJsonObject{{QStringLiteral("at"), toRfc3339(incident.createdAt)},
                                                                   {QStringLiteral("assignee"), userJson()}}}},
            {QStringLiteral("acknowledgements"), acknowledgements},
            {QStringLiteral("alert_counts"), QJsonObject{{QStringLiteral("all"), incident.alerts}}}};
}

PagerBook::Incident *PagerBook::find(const QString &id)
{
    const auto found = std::find_if(m_incidents.begin(), m_incidents.end(), [&id](const Incident &one) { return one.id == id; });
    return found == m_incidents.end() ? nullptr : &*found;
}

PagerBook::Incident *PagerBook::openWith(const QString &dedupKey)
{
    const auto found = std::find_if(m_incidents.begin(), m_incidents.end(), [&dedupKey](const Incident &one) {
        return one.dedupKey == dedupKey && one.status != QLatin1String("resolved");
    });
    return found == m_incidents.end() ? nullptr : &*found;
}

} // namespace understudy::lab
