// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"

#include <QList>
#include <QMetaType>
#include <QString>

#include <functional>

namespace understudy {

struct SalvageSetup
{
    Secret oldUrl; ///< the database that was left
    Secret newUrl; ///< the one that is used now
    QString file;  ///< to be written; must not exist, or be empty
    QDateTime now; ///< written into the file's head
    Milliseconds tableDeadline{300'000};
    Milliseconds deadline{3'600'000};
    CancelToken cancel;
    /// Called from the calling thread, before each table.
    std::function<void(int done, int total, const QString &table)> progress;
};

struct SalvagedTable
{
    QString table;
    qint64 rows = 0;
    QString note; ///< triggers that will run, columns left out; may be empty
    bool operator==(const SalvagedTable &) const = default;
};

struct NotSalvaged
{
    QString table;
    QString why;
    bool operator==(const NotSalvaged &) const = default;
};

struct Salvage
{
    QString file;
    qint64 rows = 0;
    QList<SalvagedTable> tables; ///< those with rows, in the order in which they are inserted
    QList<NotSalvaged> notExported;
    bool operator==(const Salvage &) const = default;
    QString summary() const; ///< "13 rows of 2 tables; 1 table not exported"
};

/// Writes the rows that are in the old database and not in the new one, by their key, as SQL that
/// puts them into the new one: one transaction, tables in the order of their foreign keys, nothing
/// overwritten. The file is readable by its owner alone and appears whole or not at all; it holds
/// the rows' content, so it is as confidential as the database. Changes neither database. Blocks,
/// for a worker thread; ends within 100 ms of a cancel.
[[nodiscard]] Result<Salvage> salvage(const SalvageSetup &setup);

} // namespace understudy

Q_DECLARE_METATYPE(understudy::Salvage)
