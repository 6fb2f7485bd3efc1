// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/scenarios/databaseswitch.h"

#include <optional>

namespace understudy::databasesteps {

/// A session in pg_stat_activity, and whose it is as far as that can be seen.
struct DatabaseSession
{
    Endpoint client; ///< null: hidden from our role
    QString user, application;
    qint64 process = 0; ///< on one of the plan's hosts; 0: on none that could be looked at
    QString who; ///< "blue-1 (pid 12 on app-1)", "psql (pid 9 on app-1), no process of the plan",
                 ///< "from 10.0.0.9:4242"
    QString instance; ///< its URL; empty: of no instance
};

/// Sessions of others on a database, as its server tells: neither ours nor the server's own. 5 s at most.
Result<QList<DatabaseSession>> sessionsOn(const Secret &url, const CancelToken &cancel);

/// Who is on the old database and who on the new one, in one look.
struct DrainLook
{
    std::optional<Error> oldFault, newFault; ///< that server could not be asked
    QList<DatabaseSession> onOld, onNew;
    QStringList kept;    ///< processes of the plan that are on the old database or elsewhere, named
    QStringList foreign; ///< other sessions on the old database
    QStringList unknown; ///< what cannot be seen, with the reason
    QStringList moved;   ///< processes that are on the new one, with what shows it
    bool isDrained() const
    {
        return kept.isEmpty() && foreign.isEmpty() && unknown.isEmpty() && !newFault;
    }
    QString text() const;
};
Result<DrainLook> lookAtDrain(StepContext &context, const DatabaseSwitch &database);

} // namespace understudy::databasesteps
