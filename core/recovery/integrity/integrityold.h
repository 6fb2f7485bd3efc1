// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/integrity/integrity.h"
#include "core/recovery/integrity/integrityreading.h"
#include "core/recovery/integrity/integrityschema.h"

#include <QDeadlineTimer>

namespace understudy::integrity {

/// What the old database still says, each answer by itself.
struct OldSide
{
    Result<SchemaPicture> schema = fail(ErrorCode::NotFound, QStringLiteral("it was not asked"));
    QMap<QString, Result<qint64>> rows; ///< by table
    QString note;                       ///< why no more tables were counted; empty: all were
};

/// Asks the old database on this thread. Gives up when it no longer answers.
OldSide askOldSide(const IntegritySetup &setup, const QDeadlineTimer &until);

/// Schema and row counts, worded; what could not be compared says why.
QList<IntegrityFinding> compareWithOld(const Result<SchemaPicture> &copy, const RowCounts &rows,
                                       const OldSide &old);

} // namespace understudy::integrity
