// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"
#include "core/plan/plan.h"

#include <QStringList>

namespace understudy {

class SecretResolver;

/// What can be found out before the first look: whether journals can be written, how much disk is
/// left for them, and which of the plan's secrets are there. Blocks; for a worker thread.
struct StartFindings
{
    bool mayAct = false;
    QString whyNot;
    qint64 bytesLeft = -1;
    int secretsNamed = 0;
    QList<SecretReference> missing;
};
StartFindings findAtStart(const Plan &plan, const SecretResolver &secrets, const QString &journals);

/// The first line: can reach, may act, clock right, disk left, secrets present.
QString startLine(const StartFindings &findings, const HealthSnapshot &firstLook, bool observeOnly);

} // namespace understudy
