// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/integrity/lossledger.h"
#include "core/recovery/integrity/readsession.h"
#include "core/recovery/integrity/tableshape.h"

namespace understudy::integrity {

/// One table against its copy. Both sessions hold a snapshot. `old` or `copy` null: it is not
/// there.
LedgerEntry compareTable(const LedgerSetup &setup, ReadSession &oldSession,
                         ReadSession &copySession, const TableShape *old, const TableShape *copy,
                         Milliseconds deadline);

/// One table by what it tells itself, without a copy.
LedgerEntry estimateTable(const LedgerSetup &setup, ReadSession &session, const TableShape &shape,
                          Milliseconds deadline);

} // namespace understudy::integrity
