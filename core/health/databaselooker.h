// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/databaselook.h"
#include "core/plan/plan.h"
#include "core/systems/postgres/pgconnection.h"

namespace understudy {

class SecretResolver;

/// Looks at one PostgreSQL; blocks, so it lives on a worker thread and is used by one at a time. Keeps
/// its connection between looks. A look ends within five seconds (finding the secret not counted).
class DatabaseLooker
{
public:
    /// `secrets` and `clock` outlive it.
    DatabaseLooker(const DatabasePlan &plan, const SecretResolver &secrets, const Clock &clock,
                   const CancelToken &cancel);

    struct Wish
    {
        bool addressAgain = false; ///< the secret may have changed since: a restore changes it
        bool checksNow = false;    ///< the plan's checks, not when their minute is over
    };
    DatabaseLook look(Wish wish);

private:
    std::optional<Error> connect(DatabaseLook &look);
    std::optional<Error> decide(DatabaseLook &look);
    void count(DatabaseLook &look);
    void seeOthers(DatabaseLook &look);
    void seeSegment(DatabaseLook &look);
    void measureSize(DatabaseLook &look);
    void askChecks(DatabaseLook &look, bool now);
    Result<PgTable> ask(const QString &sql);
    Milliseconds left(Milliseconds most) const;

    const DatabasePlan m_plan;
    const SecretResolver &m_secrets;
    const Clock &m_clock;
    const CancelToken m_cancel;
    Secret m_url;
    QString m_lastAddress; ///< of the server, for when its name does not resolve
    std::unique_ptr<PgConnection> m_connection;
    Milliseconds m_until{0}; ///< monotonic end of the look under way
    std::optional<Milliseconds> m_addressReadAt, m_sizeAskedAt;
    std::optional<double> m_size;
    QDateTime m_sizeAt;
    QString m_sizeWhy;
    struct AskedCheck
    {
        IntegrityCheck check;
        LiveCheck last;
        std::optional<Milliseconds> askedAt; ///< monotonic
        bool tooSlow = false;
    };
    QList<AskedCheck> m_checks;
    QString m_checkedServer; ///< of which the checks' last answers are
    QString m_segment; ///< whose last write m_segmentWrittenAt is
    QDateTime m_segmentWrittenAt;
};

} // namespace understudy
