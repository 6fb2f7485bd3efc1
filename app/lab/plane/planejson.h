// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/plane/planerecords.h"

#include <QJsonObject>

namespace understudy::lab {

/// The shapes of Neon's API v2, with every field that it requires. What a lab does not count (computing
/// time, bytes moved) is 0.
QJsonObject projectJson(const QString &project, Moment createdAt, qint64 historySeconds, int branchLimit);
QJsonObject branchJson(const QString &project, const PlaneBranch &branch);
QJsonObject endpointJson(const QString &project, const PlaneBranch &branch);
QJsonObject operationJson(const QString &project, const PlaneOperation &operation);
QJsonObject roleJson(const PlaneBranch &branch);
QJsonObject databaseJson(const PlaneBranch &branch);
/// An endpoint's host. A lab's servers share one address, so the port belongs to it.
QString endpointHost(const PlaneBranch &branch);
/// Why a lab restores no branch in place; also named among the branch's restricted actions.
QString noRestoreInPlace();

} // namespace understudy::lab
