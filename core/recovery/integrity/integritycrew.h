// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/integrity/integrity.h"
#include "core/recovery/integrity/integrityjob.h"
#include "core/recovery/integrity/readsession.h"

#include <QDeadlineTimer>

#include <mutex>

namespace understudy::integrity {

/// Works off a list of jobs over several connections, a thread each. A server that goes down in a
/// job is waited for once and asked again; if it goes down again, the job is to blame.
class Crew
{
public:
    Crew(const IntegritySetup &setup, const QDeadlineTimer &until);

    /// Uses `first` as one of its connections. Blocks.
    QList<IntegrityFinding> work(QList<Job> jobs, std::unique_ptr<ReadSession> first);
    int done() const { return m_done; }
    int total() const { return int(m_jobs.size()); }

private:
    void workAlong(std::unique_ptr<ReadSession> session);
    void workOff(std::unique_ptr<ReadSession> session);
    const Job *next();
    Result<PgTable> carryOut(const Job &job, std::unique_ptr<ReadSession> &session);
    bool reopen(std::unique_ptr<ReadSession> &session) const;
    bool isOver() const { return m_setup.cancel.isCancelled() || m_until.hasExpired(); }
    Milliseconds left() const { return Milliseconds(m_until.remainingTime()); }
    void tell(const Job &job, const Result<PgTable> &answer);
    IntegrityFinding leftOver() const;

    const IntegritySetup &m_setup;
    const QDeadlineTimer m_until;
    std::mutex m_mutex; ///< guards what follows
    QList<Job> m_jobs;
    qsizetype m_next = 0;
    int m_done = 0;
    QList<IntegrityFinding> m_findings;
};

} // namespace understudy::integrity
