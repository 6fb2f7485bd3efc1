// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What calls change: branches made, renamed, made the default, deleted, and why not.
#include "app/lab/plane/planebook.h"

#include "app/lab/plane/planejson.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUuid>

namespace understudy::lab {
namespace {

PlaneAnswer changed(const QJsonObject &json, int status = 200)
{
    return {.status = status, .body = QJsonDocument(json).toJson(QJsonDocument::Compact)};
}

/// Nothing when the body is neither empty nor a JSON object.
std::optional<QJsonObject> bodyOf(const PlaneCall &call)
{
    if (call.body.trimmed().isEmpty())
        return QJsonObject();
    const QJsonDocument document = QJsonDocument::fromJson(call.body);
    return document.isObject() ? std::optional(document.object()) : std::nullopt;
}

QString randomId(const QString &prefix)
{
    return prefix + QUuid::createUuid().toString(QUuid::Id128).left(12);
}

/// Reads expires_at; false when it is no moment in the future.
bool readExpiry(const QJsonValue &value, Moment &expiresAt)
{
    if (value.isUndefined())
        return true;
    const std::optional<Moment> moment = readMoment(value.toString());
    expiresAt = value.isNull() ? 0 : moment.value_or(0);
    return value.isNull() || expiresAt > momentNow();
}

} // namespace

QString PlaneBook::outsideWindow(const PlaneBranch &parent, Moment moment) const
{
    const Moment now = momentNow();
    if (moment > now)
        return QStringLiteral("timestamp %1 is in the future").arg(momentText(moment));
    const Moment floor = qMax(parent.createdAt, now - historySeconds * 1'000'000);
    if (moment < floor)
        return QStringLiteral("timestamp %1 is before the beginning of the branch's history, %2").arg(momentText(moment), momentText(floor));
    return {};
}

int PlaneBook::freeSlot() const
{
    for (int slot = 1; slot <= m_settings.branchPorts.size(); ++slot) {
        const bool taken = std::any_of(m_branches.cbegin(), m_branches.cend(), [slot](const PlaneBranch &one) { return one.slot == slot; });
        if (!taken)
            return slot;
    }
    return 0;
}

/// The wanted name, or one made up; empty when it is taken or too long.
QString PlaneBook::freeName(const QString &wanted) const
{
    if (wanted.isEmpty())
        return randomId(QStringLiteral("branch-"));
    const bool taken = std::any_of(m_branches.cbegin(), m_branches.cend(), [&wanted](const PlaneBranch &one) { return one.name == wanted; });
    return taken || wanted.size() > 256 ? QString() : wanted;
}

PlaneAnswer PlaneBook::createBranch(const PlaneCall &call)
{
    const std::optional<QJsonObject> body = bodyOf(call);
    if (!body)
        return refusal(400, QStringLiteral("the request's body is not a JSON object"), call.requestId);
    if (isBusy())
        return refusal(423, lockedMessage(), call.requestId);
    const QJsonObject wanted = (*body)[QStringLiteral("branch")].toObject();
    const QString parentId = wanted[QStringLiteral("parent_id")].toString(), at = wanted[QStringLiteral("parent_timestamp")].toString();
    const PlaneBranch *parent = parentId.isEmpty() ? defaultBranch() : find(parentId);
    if (!parent)
        return refusal(404, QStringLiteral("parent branch not found"), call.requestId);
    if (wanted.contains(QStringLiteral("parent_lsn")) || wanted[QStringLiteral("init_source")].toString(QStringLiteral("parent-data")) != QLatin1String("parent-data"))
        return refusal(400, QStringLiteral("parent_lsn and init_source are not supported in this project"), call.requestId);
    const std::optional<Moment> asked = at.isEmpty() ? std::optional<Moment>(0) : readMoment(at);
    if (!asked)
        return refusal(400, QStringLiteral("parent_timestamp is not an ISO 8601 time with a zone"), call.requestId);
    if (const QString outside = *asked > 0 ? outsideWindow(*parent, *asked) : QString(); !outside.isEmpty())
        return refusal(400, outside, call.requestId);
    if (parent->state != QLatin1String("ready"))
        return refusal(400, QStringLiteral("the parent branch is not ready"), call.requestId);
    Moment expiresAt = 0;
    if (!readExpiry(wanted[QStringLiteral("expires_at")], expiresAt))
        return refusal(400, QStringLiteral("expires_at is not a time in the future"), call.requestId);
    const QString name = freeName(wanted[QStringLiteral("name")].toString());
    if (name.isEmpty())
        return refusal(409, QStringLiteral("branch with the provided name already exists"), call.requestId, QStringLiteral("BRANCH_ALREADY_EXISTS"));
    const int slot = freeSlot();
    if (m_branches.size() >= branchLimit || slot == 0)
        return refusal(422, QStringLiteral("branches limit exceeded"), call.requestId, QStringLiteral("BRANCHES_LIMIT_EXCEEDED"));

    const bool hasEndpoint = !(*body)[QStringLiteral("endpoints")].toArray().isEmpty();
    const Moment now = stamp();
    const Moment earlier = *asked > 0 ? *asked : now;
    m_branches.append({.id = randomId(QStringLiteral("br-")), .name = name, .parentId = parent->id,
                       .endpointId = hasEndpoint ? randomId(QStringLiteral("ep-")) : QString(),
                       .endpointState = hasEndpoint ? QStringLiteral("init") : QString(), .slot = slot,
                       .port = m_settings.branchPorts.at(slot - 1), .createdAt = now, .updatedAt = now, .stateChangedAt = now,
                       .asked = *asked, .restoreTo = m_wrongBy > 0 ? qMax(parent->createdAt, earlier - m_wrongBy) : *asked,
                       .expiresAt = expiresAt, .isProtected = wanted[QStringLiteral("protected")].toBool()});
    const PlaneBranch &made = m_branches.last();
    QStringList scheduled{schedule(made, QStringLiteral("create_branch"))};
    if (hasEndpoint)
        scheduled.append(schedule(made, QStringLiteral("start_compute")));
    begin();
    QJsonObject json = branchAndOperations(made, scheduled);
    json[QStringLiteral("roles")] = QJsonArray{roleJson(made)};
    json[QStringLiteral("databases")] = QJsonArray{databaseJson(made)};
    json[QStringLiteral("endpoints")] = hasEndpoint ? QJsonArray{endpointJson(projectId(), made)} : QJsonArray();
    if (hasEndpoint) {
        const QJsonObject parameters{{QStringLiteral("database"), QStringLiteral("thecopy")}, {QStringLiteral("role"), QStringLiteral("thecopy")},
                                     {QStringLiteral("password"), QString::fromLatin1(m_settings.databasePassword.reveal())},
                                     {QStringLiteral("host"), endpointHost(made)}, {QStringLiteral("pooler_host"), endpointHost(made)}};
        json[QStringLiteral("connection_uris")] = QJsonArray{QJsonObject{{QStringLiteral("connection_uri"), uriOf(made)},
                                                                        {QStringLiteral("connection_parameters"), parameters}}};
    }
    return changed(json, 201);
}

PlaneAnswer PlaneBook::changeBranch(const PlaneCall &call, PlaneBranch &branch)
{
    const std::optional<QJsonObject> body = bodyOf(call);
    if (!body || !(*body)[QStringLiteral("branch")].isObject())
        return refusal(400, QStringLiteral("the request's body holds no branch"), call.requestId);
    const QJsonObject wanted = (*body)[QStringLiteral("branch")].toObject();
    PlaneBranch next = branch;
    if (const QString name = wanted[QStringLiteral("name")].toString(branch.name); name != branch.name) {
        next.name = name.isEmpty() ? QString() : freeName(name);
        if (next.name.isEmpty())
            return refusal(409, QStringLiteral("branch with the provided name already exists"), call.requestId, QStringLiteral("BRANCH_ALREADY_EXISTS"));
    }
    if (!readExpiry(wanted[QStringLiteral("expires_at")], next.expiresAt))
        return refusal(400, QStringLiteral("expires_at is not a time in the future"), call.requestId);
    next.isProtected = wanted[QStringLiteral("protected")].toBool(branch.isProtected);
    if (next.expiresAt > 0 && (next.isDefault || next.parentId.isEmpty() || next.isProtected))
        return refusal(400, QStringLiteral("a root, default or protected branch cannot expire"), call.requestId);
    next.updatedAt = stamp();
    branch = next;
    save();
    return changed(branchAndOperations(branch, {}));
}

PlaneAnswer PlaneBook::deleteBranch(const PlaneCall &call, PlaneBranch &branch)
{
    const bool isParent = std::any_of(m_branches.cbegin(), m_branches.cend(), [&branch](const PlaneBranch &one) { return one.parentId == branch.id; });
    const QString why = branch.parentId.isEmpty() ? QStringLiteral("root") : branch.isDefault ? QStringLiteral("default")
                        : branch.isProtected ? QStringLiteral("protected") : QString();
    if (!why.isEmpty())
        return refusal(422, QStringLiteral("cannot delete a project's %1 branch").arg(why), call.requestId);
    if (isParent)
        return refusal(422, QStringLiteral("cannot delete a branch that has children"), call.requestId);
    const QStringList scheduled = scheduleDeletion(branch);
    begin();
    return changed(branchAndOperations(branch, scheduled));
}

QStringList PlaneBook::scheduleDeletion(PlaneBranch &branch)
{
    branch.isGoing = true;
    branch.updatedAt = stamp();
    QStringList scheduled;
    if (!branch.endpointId.isEmpty())
        scheduled.append(schedule(branch, QStringLiteral("suspend_compute")));
    return scheduled << schedule(branch, QStringLiteral("delete_timeline"));
}

PlaneAnswer PlaneBook::makeDefault(PlaneBranch &branch)
{
    for (PlaneBranch &one : m_branches)
        one.isDefault = false;
    branch.isDefault = true;
    branch.expiresAt = 0;
    branch.updatedAt = stamp();
    save();
    return changed(branchAndOperations(branch, {}));
}

PlaneAnswer PlaneBook::restoreBranch(const PlaneCall &call, const PlaneBranch &branch) const
{
    const QJsonObject body = bodyOf(call).value_or(QJsonObject());
    const QString source = body[QStringLiteral("source_branch_id")].toString();
    if (!find(source))
        return refusal(source.isEmpty() ? 400 : 404, QStringLiteral("source branch not found"), call.requestId);
    const bool isItself = source == branch.id;
    const bool hasTime = body.contains(QStringLiteral("source_timestamp")) || body.contains(QStringLiteral("source_lsn"));
    if (isItself && (!hasTime || body[QStringLiteral("preserve_under_name")].toString().isEmpty()))
        return refusal(400, QStringLiteral("source_timestamp or source_lsn, and preserve_under_name, are required to restore a branch to its own history"), call.requestId);
    return refusal(422, noRestoreInPlace(), call.requestId);
}

} // namespace understudy::lab
