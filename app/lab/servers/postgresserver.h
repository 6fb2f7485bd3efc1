// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labprocess.h"
#include "app/lab/labsetup.h"
#include "app/lab/pgcall.h"

namespace understudy::lab {

/// Makes the data folder, which takes about two seconds; no server runs yet. Nothing is synced: a lab
/// that loses power is thrown away.
[[nodiscard]] Result<ProcessSpec> makePostgres(const LabSetup &setup);
/// Roles, tables and rows, on the running server.
[[nodiscard]] Result<Unit> seedDatabase(const LabSetup &setup);
/// A base backup to restore from; also what sets archiving going on a server that had no traffic.
[[nodiscard]] Result<Unit> makeBaseBackup(const LabSetup &setup);

/// postgresql.conf of the lab's servers: one of these archives its WAL into a folder of its own.
QByteArray postgresConfiguration(quint16 port, const QString &archive);

PgTarget adminTarget(quint16 port, const Secret &password);
/// What the application and the console connect with.
QString applicationUrl(const LabSetup &setup);

/// The statements that make the table "scenes", used again when that table was lost.
QString scenesTableSql();

} // namespace understudy::lab
