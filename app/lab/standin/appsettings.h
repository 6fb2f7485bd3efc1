// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/secret.h"

#include <QList>
#include <QString>

namespace understudy::lab {

/// What one instance was started with: its arguments, and the environment as it was at its start.
struct AppSettings
{
    QString name;
    quint16 port = 0;
    Milliseconds warmUp{30'000};
    QString misbehaviourFile;
    QString databaseUrl;
    QString build;
    QList<quint16> sentinels;
    QByteArray redisMaster;
    Secret redisPassword;
    Secret sentinelPassword;
};

} // namespace understudy::lab
