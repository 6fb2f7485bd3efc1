// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"

#include <QList>
#include <QStringList>

namespace understudy::lab {

struct PgTarget
{
    quint16 port = 0;
    QString database;
    QString user;
    Secret password;
};

using PgRows = QList<QStringList>; ///< of the last statement; NULL is a null QString

/// One connection on loopback, one text of SQL, closed again. Blocks to the deadline at most, also on
/// a server that accepts and never answers.
[[nodiscard]] Result<PgRows> callPostgres(const PgTarget &target, const QString &sql, Milliseconds deadline);

} // namespace understudy::lab
