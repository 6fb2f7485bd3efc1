// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The queue of operations: what begins, what it leads to, and what is tried again.
#include "app/lab/plane/planebook.h"

#include "app/lab/plane/planejson.h"

#include <QJsonArray>
#include <QUuid>

#include <algorithm>

namespace understudy::lab {
namespace {

constexpr Moment retryAfter = 1'000'000;
constexpr int mostFailures = 2;

auto operationWith(QList<PlaneOperation> &operations, const QString &id)
{
    return std::find_if(operations.begin(), operations.end(), [&id](const PlaneOperation &one) { return one.id == id; });
}

} // namespace

/// Now, and later than any moment that was given out: cursors tell operations apart by it.
Moment PlaneBook::stamp()
{
    m_lastStamp = qMax(momentNow(), m_lastStamp + 1);
    return m_lastStamp;
}

QString PlaneBook::schedule(const PlaneBranch &branch, const QString &action)
{
    const Moment now = stamp();
    const bool isCompute = action.endsWith(QLatin1String("_compute"));
    m_operations.append({.id = QUuid::createUuid().toString(QUuid::WithoutBraces), .branchId = branch.id,
                         .endpointId = isCompute ? branch.endpointId : QString(), .action = action, .createdAt = now, .updatedAt = now});
    return m_operations.last().id;
}

QJsonObject PlaneBook::branchAndOperations(const PlaneBranch &branch, const QStringList &ids) const
{
    QJsonArray operations;
    for (const PlaneOperation &one : m_operations) {
        if (ids.contains(one.id))
            operations.append(operationJson(projectId(), one));
    }
    return {{QStringLiteral("branch"), branchJson(projectId(), branch)}, {QStringLiteral("operations"), operations}};
}

bool PlaneBook::isBusy() const
{
    return std::any_of(m_operations.cbegin(), m_operations.cend(), [](const PlaneOperation &one) { return !one.isOver(); });
}

void PlaneBook::begin()
{
    if (!m_running.isEmpty())
        return;
    const auto next = std::find_if(m_operations.begin(), m_operations.end(), [](const PlaneOperation &one) { return !one.isOver(); });
    if (next == m_operations.end() || next->retryAt > momentNow())
        return;
    next->status = QStringLiteral("running");
    next->updatedAt = stamp();
    if (next->startedAt == 0)
        next->startedAt = next->updatedAt;
    m_running = next->id;
    m_isHandedOut = false;
    save();
}

std::optional<BranchTask> PlaneBook::takeTask()
{
    begin();
    if (m_running.isEmpty() || m_isHandedOut)
        return std::nullopt;
    const auto operation = operationWith(m_operations, m_running);
    const PlaneBranch *branch = find(operation->branchId);
    if (!branch) {
        endTask(Unit{});
        return std::nullopt;
    }
    m_isHandedOut = true;
    BranchTask task{.action = operation->action, .slot = branch->slot, .port = branch->port, .lineage = {},
                    .restoreTo = branch->restoreTo, .keepsServer = !branch->endpointId.isEmpty()};
    for (const PlaneBranch *from = find(branch->parentId); from; from = find(from->parentId)) {
        if (task.lineage.isEmpty())
            task.parentPort = from->port;
        task.lineage.append(from->slot);
    }
    return task;
}

void PlaneBook::endTask(const Result<Unit> &outcome)
{
    const auto operation = operationWith(m_operations, m_running);
    m_running.clear();
    if (operation == m_operations.end())
        return;
    operation->updatedAt = stamp();
    operation->durationMs = int((operation->updatedAt - operation->startedAt) / 1000);
    if (outcome) {
        operation->status = QStringLiteral("finished");
        operation->error.clear();
        settle(*operation);
    } else {
        // Once more first, as a passing trouble deserves; then for good, with all that was to follow.
        ++operation->failures;
        operation->error = outcome.error().text();
        operation->status = operation->failures < mostFailures ? QStringLiteral("failed") : QStringLiteral("error");
        operation->retryAt = operation->updatedAt + retryAfter;
        if (operation->isOver()) {
            const QString failed = operation->branchId;
            for (PlaneOperation &one : m_operations) {
                if (one.branchId == failed && !one.isOver())
                    one.status = QStringLiteral("cancelled");
            }
        }
    }
    begin();
    save();
}

/// What a finished operation has made of its branch.
void PlaneBook::settle(const PlaneOperation &operation)
{
    PlaneBranch *branch = find(operation.branchId);
    if (!branch)
        return;
    branch->updatedAt = operation.updatedAt;
    if (operation.action == QLatin1String("create_branch")) {
        branch->state = QStringLiteral("ready");
        branch->stateChangedAt = operation.updatedAt;
    } else if (operation.action == QLatin1String("start_compute")) {
        branch->endpointState = QStringLiteral("active");
    } else if (operation.action == QLatin1String("suspend_compute")) {
        branch->endpointState = QStringLiteral("idle");
    } else if (operation.action == QLatin1String("delete_timeline")) {
        const QString gone = branch->id;
        m_branches.removeIf([&gone](const PlaneBranch &one) { return one.id == gone; });
    }
}

void PlaneBook::expire()
{
    const Moment now = momentNow();
    if (isBusy())
        return;
    for (PlaneBranch &one : m_branches) {
        const bool isParent = std::any_of(m_branches.cbegin(), m_branches.cend(), [&one](const PlaneBranch &other) { return other.parentId == one.id; });
        if (one.expiresAt == 0 || one.expiresAt > now || one.isGoing || one.isDefault || isParent)
            continue;
        scheduleDeletion(one);
        begin();
        return;
    }
}

} // namespace understudy::lab
