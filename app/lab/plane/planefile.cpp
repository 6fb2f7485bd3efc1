// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the control plane knows outlives its process, as it does with the real one.
#include "app/lab/plane/planebook.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

namespace understudy::lab {
namespace {

QJsonObject kept(const PlaneBranch &one)
{
    return {{QStringLiteral("id"), one.id}, {QStringLiteral("name"), one.name}, {QStringLiteral("parent"), one.parentId},
            {QStringLiteral("state"), one.state}, {QStringLiteral("endpoint"), one.endpointId}, {QStringLiteral("endpoint_state"), one.endpointState},
            {QStringLiteral("slot"), one.slot}, {QStringLiteral("port"), one.port}, {QStringLiteral("created"), one.createdAt},
            {QStringLiteral("updated"), one.updatedAt}, {QStringLiteral("state_changed"), one.stateChangedAt}, {QStringLiteral("asked"), one.asked},
            {QStringLiteral("restore_to"), one.restoreTo}, {QStringLiteral("expires"), one.expiresAt}, {QStringLiteral("default"), one.isDefault},
            {QStringLiteral("protected"), one.isProtected}, {QStringLiteral("going"), one.isGoing}};
}

PlaneBranch branchFrom(const QJsonObject &json)
{
    const auto text = [&json](const char *key) { return json[QLatin1String(key)].toString(); };
    const auto moment = [&json](const char *key) { return Moment(json[QLatin1String(key)].toInteger()); };
    return {.id = text("id"), .name = text("name"), .parentId = text("parent"), .state = text("state"), .endpointId = text("endpoint"),
            .endpointState = text("endpoint_state"), .slot = int(moment("slot")), .port = quint16(moment("port")), .createdAt = moment("created"),
            .updatedAt = moment("updated"), .stateChangedAt = moment("state_changed"), .asked = moment("asked"), .restoreTo = moment("restore_to"),
            .expiresAt = moment("expires"), .isDefault = json[QStringLiteral("default")].toBool(),
            .isProtected = json[QStringLiteral("protected")].toBool(), .isGoing = json[QStringLiteral("going")].toBool()};
}

QJsonObject kept(const PlaneOperation &one)
{
    return {{QStringLiteral("id"), one.id}, {QStringLiteral("branch"), one.branchId}, {QStringLiteral("endpoint"), one.endpointId},
            {QStringLiteral("action"), one.action}, {QStringLiteral("status"), one.status}, {QStringLiteral("error"), one.error},
            {QStringLiteral("failures"), one.failures}, {QStringLiteral("duration_ms"), one.durationMs}, {QStringLiteral("created"), one.createdAt},
            {QStringLiteral("updated"), one.updatedAt}, {QStringLiteral("started"), one.startedAt}, {QStringLiteral("retry"), one.retryAt}};
}

PlaneOperation operationFrom(const QJsonObject &json)
{
    const auto text = [&json](const char *key) { return json[QLatin1String(key)].toString(); };
    const auto moment = [&json](const char *key) { return Moment(json[QLatin1String(key)].toInteger()); };
    return {.id = text("id"), .branchId = text("branch"), .endpointId = text("endpoint"), .action = text("action"), .status = text("status"),
            .error = text("error"), .failures = int(moment("failures")), .durationMs = int(moment("duration_ms")), .createdAt = moment("created"),
            .updatedAt = moment("updated"), .startedAt = moment("started"), .retryAt = moment("retry")};
}

} // namespace

void PlaneBook::load()
{
    QFile file(m_settings.file);
    if (m_settings.file.isEmpty() || !file.open(QIODevice::ReadOnly))
        return;
    const QJsonObject json = QJsonDocument::fromJson(file.read(16'000'000)).object();
    QList<PlaneBranch> branches;
    for (const QJsonValue &value : json[QStringLiteral("branches")].toArray())
        branches.append(branchFrom(value.toObject()));
    if (!branches.isEmpty())
        m_branches = branches;
    for (const QJsonValue &value : json[QStringLiteral("operations")].toArray()) {
        m_operations.append(operationFrom(value.toObject()));
        m_lastStamp = qMax(m_lastStamp, qMax(m_operations.last().createdAt, m_operations.last().updatedAt));
    }
}

void PlaneBook::save() const
{
    if (m_settings.file.isEmpty())
        return;
    QJsonArray branches, operations;
    for (const PlaneBranch &one : m_branches)
        branches.append(kept(one));
    for (const PlaneOperation &one : m_operations)
        operations.append(kept(one));
    QSaveFile file(m_settings.file);
    if (file.open(QIODevice::WriteOnly)
        && file.write(QJsonDocument(QJsonObject{{QStringLiteral("branches"), branches}, {QStringLiteral("operations"), operations}}).toJson()) >= 0)
        file.commit();
}

} // namespace understudy::lab
