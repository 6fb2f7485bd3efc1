// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/plane/planebook.h"

#include "app/lab/plane/planejson.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUuid>

#include <algorithm>

namespace understudy::lab {
namespace {

PlaneAnswer planeOk(const QJsonObject &json)
{
    return {.body = QJsonDocument(json).toJson(QJsonDocument::Compact)};
}

PlaneAnswer absentHere(const PlaneCall &call, const QString &what)
{
    return PlaneBook::refusal(404, QStringLiteral("%1 not found").arg(what), call.requestId);
}

PlaneAnswer wrongMethod(const PlaneCall &call)
{
    return PlaneBook::refusal(405, QStringLiteral("method not allowed"), call.requestId);
}

QString parameter(const PlaneCall &call, const char *name)
{
    return call.query.queryItemValue(QLatin1String(name), QUrl::FullyDecoded);
}

/// Nothing when it is out of 1 to `most`.
std::optional<int> limitOf(const PlaneCall &call, int most)
{
    if (!call.query.hasQueryItem(QStringLiteral("limit")))
        return most;
    const int limit = parameter(call, "limit").toInt();
    return limit >= 1 && limit <= most ? std::optional(limit) : std::nullopt;
}

} // namespace

PlaneBook::PlaneBook(const Settings &settings) : m_settings(settings)
{
    const Moment since = settings.since;
    m_branches.append({.id = rootId(), .name = QStringLiteral("main"), .state = QStringLiteral("ready"),
                       .endpointId = QStringLiteral("ep-understudy-lab-main"), .endpointState = QStringLiteral("active"),
                       .port = settings.rootPort, .createdAt = since, .updatedAt = since, .stateChangedAt = since, .isDefault = true});
    load();
}

PlaneAnswer PlaneBook::refusal(int status, const QString &message, const QByteArray &requestId, const QString &code)
{
    const QString request = requestId.isEmpty() ? QUuid::createUuid().toString(QUuid::WithoutBraces) : QString::fromUtf8(requestId.left(100));
    PlaneAnswer refused = planeOk({{QStringLiteral("request_id"), request}, {QStringLiteral("code"), code}, {QStringLiteral("message"), message}});
    refused.status = status;
    return refused;
}

QString PlaneBook::lockedMessage()
{
    return QStringLiteral("project already has running conflicting operations, scheduling of new ones is prohibited");
}

PlaneAnswer PlaneBook::answer(const PlaneCall &call)
{
    if (isTooMuch())
        return refusal(429, QStringLiteral("too many requests"), call.requestId);
    if (call.authorization != "Bearer " + m_settings.key.reveal())
        return refusal(401, QStringLiteral("authentication required"), call.requestId);
    const QStringList parts = call.path.split(QLatin1Char('/'), Qt::SkipEmptyParts);
    if (parts.mid(0, 3) != QStringList{QStringLiteral("api"), QStringLiteral("v2"), QStringLiteral("projects")} || parts.size() < 4)
        return absentHere(call, QStringLiteral("this page"));
    if (parts.at(3) != projectId())
        return absentHere(call, QStringLiteral("project"));
    return inProject(call, parts.mid(4));
}

PlaneAnswer PlaneBook::inProject(const PlaneCall &call, const QStringList &rest)
{
    const QString what = rest.value(0);
    const bool isGet = call.method == "GET";
    if (what == QLatin1String("branches"))
        return rest.size() > 1 ? onBranch(call, rest.mid(1)) : isGet ? listBranches(call) : call.method == "POST" ? createBranch(call) : wrongMethod(call);
    if (!isGet)
        return wrongMethod(call);
    if (rest.isEmpty()) {
        const Moment since = m_branches.first().createdAt;
        return planeOk({{QStringLiteral("project"), projectJson(projectId(), since, historySeconds, branchLimit)}});
    }
    if (what == QLatin1String("operations") && rest.size() <= 2)
        return rest.size() == 1 ? listOperations(call) : oneOperation(call, rest.at(1));
    if (what == QLatin1String("endpoints") && rest.size() <= 2)
        return listEndpoints(call, rest.value(1));
    if (what == QLatin1String("connection_uri") && rest.size() == 1)
        return connectionUri(call);
    return absentHere(call, QStringLiteral("this page"));
}

PlaneAnswer PlaneBook::onBranch(const PlaneCall &call, const QStringList &rest)
{
    PlaneBranch *branch = find(rest.first());
    const QString act = rest.value(1);
    if (!branch && rest.size() == 1 && call.method == "DELETE")
        return {.status = 204};
    if (!branch || rest.size() > 2)
        return absentHere(call, QStringLiteral("branch"));
    if (call.method == "GET" && act == QLatin1String("endpoints"))
        return listEndpoints(call, {}, branch->id);
    if (call.method == "GET")
        return act.isEmpty() ? planeOk({{QStringLiteral("branch"), branchJson(projectId(), *branch)}}) : absentHere(call, QStringLiteral("this page"));
    const bool known = act.isEmpty() ? call.method == "PATCH" || call.method == "DELETE"
                                     : call.method == "POST" && (act == QLatin1String("set_as_default") || act == QLatin1String("restore"));
    if (!known)
        return wrongMethod(call);
    if (isBusy())
        return refusal(423, lockedMessage(), call.requestId);
    if (act == QLatin1String("restore"))
        return restoreBranch(call, *branch);
    return !act.isEmpty() ? makeDefault(*branch) : call.method == "PATCH" ? changeBranch(call, *branch) : deleteBranch(call, *branch);
}

PlaneAnswer PlaneBook::listBranches(const PlaneCall &call) const
{
    const std::optional<int> limit = limitOf(call, 10'000);
    const QString search = parameter(call, "search"), cursor = parameter(call, "cursor");
    const QString sortBy = call.query.hasQueryItem(QStringLiteral("sort_by")) ? parameter(call, "sort_by") : QStringLiteral("updated_at");
    const bool ascending = parameter(call, "sort_order") == QLatin1String("asc");
    if (!limit || !QStringList{QStringLiteral("name"), QStringLiteral("created_at"), QStringLiteral("updated_at")}.contains(sortBy))
        return refusal(400, QStringLiteral("limit or sort_by is out of range"), call.requestId);
    QList<PlaneBranch> found;
    for (const PlaneBranch &one : m_branches) {
        if (one.name.contains(search) || one.id.contains(search))
            found.append(one);
    }
    std::stable_sort(found.begin(), found.end(), [&sortBy, ascending](const PlaneBranch &a, const PlaneBranch &b) {
        const PlaneBranch &first = ascending ? a : b, &second = ascending ? b : a;
        return sortBy == QLatin1String("name") ? first.name < second.name
               : sortBy == QLatin1String("created_at") ? first.createdAt < second.createdAt : first.updatedAt < second.updatedAt;
    });
    // A cursor is the last branch that was given.
    const auto last = std::find_if(found.cbegin(), found.cend(), [&cursor](const PlaneBranch &one) { return one.id == cursor; });
    if (!cursor.isEmpty() && last == found.cend())
        return refusal(400, QStringLiteral("the cursor is not valid"), call.requestId);
    const qsizetype from = cursor.isEmpty() ? 0 : last - found.cbegin() + 1;
    QJsonArray branches;
    for (const PlaneBranch &one : found.mid(from, *limit))
        branches.append(branchJson(projectId(), one));
    QJsonObject pagination{{QStringLiteral("sort_by"), sortBy}, {QStringLiteral("sort_order"), ascending ? QStringLiteral("asc") : QStringLiteral("desc")}};
    if (from + *limit < found.size())
        pagination[QStringLiteral("next")] = found.at(from + *limit - 1).id;
    return planeOk({{QStringLiteral("branches"), branches}, {QStringLiteral("annotations"), QJsonObject()}, {QStringLiteral("pagination"), pagination}});
}

PlaneAnswer PlaneBook::listOperations(const PlaneCall &call) const
{
    const std::optional<int> limit = limitOf(call, 1000);
    const QString cursor = parameter(call, "cursor");
    const std::optional<Moment> before = cursor.isEmpty() ? std::optional(std::numeric_limits<Moment>::max()) : readMoment(cursor);
    if (!limit || !before)
        return refusal(400, QStringLiteral("limit or cursor is not valid"), call.requestId);
    QJsonArray operations;
    QJsonObject json;
    for (auto one = m_operations.crbegin(); one != m_operations.crend() && operations.size() < *limit; ++one) {
        if (one->createdAt >= *before)
            continue;
        operations.append(operationJson(projectId(), *one));
        json[QStringLiteral("pagination")] = QJsonObject{{QStringLiteral("cursor"), momentText(one->createdAt)}};
    }
    json[QStringLiteral("operations")] = operations;
    return planeOk(json);
}

PlaneAnswer PlaneBook::oneOperation(const PlaneCall &call, const QString &id) const
{
    for (const PlaneOperation &one : m_operations) {
        if (one.id == id)
            return planeOk({{QStringLiteral("operation"), operationJson(projectId(), one)}});
    }
    return absentHere(call, QStringLiteral("operation"));
}

PlaneAnswer PlaneBook::listEndpoints(const PlaneCall &call, const QString &only, const QString &ofBranch) const
{
    QJsonArray endpoints;
    for (const PlaneBranch &one : m_branches) {
        if (one.endpointId.isEmpty() || (!ofBranch.isEmpty() && one.id != ofBranch))
            continue;
        if (one.endpointId == only)
            return planeOk({{QStringLiteral("endpoint"), endpointJson(projectId(), one)}});
        endpoints.append(endpointJson(projectId(), one));
    }
    return only.isEmpty() ? planeOk({{QStringLiteral("endpoints"), endpoints}}) : absentHere(call, QStringLiteral("endpoint"));
}

PlaneAnswer PlaneBook::connectionUri(const PlaneCall &call) const
{
    const QString database = parameter(call, "database_name"), role = parameter(call, "role_name");
    const QString wanted = parameter(call, "branch_id"), endpoint = parameter(call, "endpoint_id");
    if (database.isEmpty() || role.isEmpty())
        return refusal(400, QStringLiteral("database_name and role_name are required"), call.requestId);
    const PlaneBranch *branch = wanted.isEmpty() ? defaultBranch() : find(wanted);
    if (!branch)
        return absentHere(call, QStringLiteral("branch"));
    if (database != QLatin1String("thecopy"))
        return absentHere(call, QStringLiteral("database"));
    if (role != QLatin1String("thecopy"))
        return absentHere(call, QStringLiteral("role"));
    if (branch->endpointId.isEmpty() || (!endpoint.isEmpty() && endpoint != branch->endpointId))
        return absentHere(call, QStringLiteral("endpoint"));
    // A lab has no pooler: who asks for a pooled address gets the server's own, which serves the same.
    return planeOk({{QStringLiteral("uri"), uriOf(*branch)}});
}

QString PlaneBook::uriOf(const PlaneBranch &branch) const
{
    return QStringLiteral("postgresql://thecopy:%1@127.0.0.1:%2/thecopy").arg(QString::fromLatin1(m_settings.databasePassword.reveal())).arg(branch.port);
}

PlaneBranch *PlaneBook::find(const QString &id)
{
    const auto found = std::find_if(m_branches.begin(), m_branches.end(), [&id](const PlaneBranch &one) { return one.id == id; });
    return found == m_branches.end() ? nullptr : &*found;
}

const PlaneBranch *PlaneBook::defaultBranch() const
{
    const auto found = std::find_if(m_branches.cbegin(), m_branches.cend(), [](const PlaneBranch &one) { return one.isDefault; });
    return found == m_branches.cend() ? &m_branches.first() : &*found;
}

/// 700 calls a minute are an account's.
bool PlaneBook::isTooMuch()
{
    const Milliseconds now = m_clock.monotonic();
    m_calls.removeIf([now](Milliseconds at) { return now - at >= std::chrono::minutes(1); });
    if (m_calls.size() >= 700)
        return true;
    m_calls.append(now);
    return false;
}

} // namespace understudy::lab
