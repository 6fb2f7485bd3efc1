// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/integrity/integrityreport.h"
#include "core/systems/postgres/pgtable.h"
#include "core/base/result.h"

#include <functional>

namespace understudy::integrity {

/// One check: one statement and what its answer means.
struct Job
{
    QString words; ///< "read public.scenes"
    QString sql;
    /// Called exactly once if the check was made, never by two threads at a time.
    std::function<QList<IntegrityFinding>(const Result<PgTable> &)> judge;
    qint64 weight = 0;          ///< pages to read; heavy ones begin first
    bool asApplication = false; ///< with the application's search path: the plan's own SQL
};

/// What an error says about a subject that was being read: damage fails, a missing right is not
/// known.
IntegrityFinding findingFor(const Error &error, const QString &subject, const QString &what);

} // namespace understudy::integrity
