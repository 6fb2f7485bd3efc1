// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/scenarios/databaseswitch.h"

namespace understudy::databasesteps {

/// One of the plan's env files, as it stands and as it is to be.
struct FileEdit
{
    EnvFile file;
    EnvFileStore store;
    EnvFileLook look;
    EnvEdit edit;
};
/// Reads all files; the first that cannot be read or changed for sure is the Error.
Result<QList<FileEdit>> editsOf(StepContext &context, const DatabaseSwitch &database,
                                const DatabaseTarget &target);

/// Changes all, or none: when one cannot be written, those before it are put back. Facts of each
/// file are on disk before it is touched.
Result<QString> switchFiles(StepContext &context, const DatabaseSwitch &database);
/// Puts each file back that still holds what this run wrote; names those that do not.
Result<QString> putFilesBack(StepContext &context, const DatabaseSwitch &database);

/// Has this run begun to switch any?
bool filesWereSwitched(const StepContext &context);

QString hashOfText(const QByteArray &text); ///< SHA-256 in hex

} // namespace understudy::databasesteps
