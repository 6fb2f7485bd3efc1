// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/integritycrew.h"

#include <algorithm>
#include <thread>
#include <vector>

namespace understudy::integrity {

using namespace std::chrono_literals;

namespace {

/// A server that crashed over a page needs about this long to be back.
constexpr Milliseconds waitForReturn = 10s;
constexpr qsizetype mostNamed = 5;

} // namespace

Crew::Crew(const IntegritySetup &setup, const QDeadlineTimer &until)
    : m_setup(setup)
    , m_until(until)
{}

QList<IntegrityFinding> Crew::work(QList<Job> jobs, std::unique_ptr<ReadSession> first)
{
    m_jobs = std::move(jobs);
    std::stable_sort(m_jobs.begin(), m_jobs.end(),
                     [](const Job &one, const Job &other) { return one.weight > other.weight; });
    const int hands = int(std::min<qsizetype>(std::clamp(m_setup.connections, 1, 16),
                                              std::max<qsizetype>(1, m_jobs.size())));
    std::vector<std::thread> threads;
    for (int i = 1; i < hands; ++i)
        threads.emplace_back([this] { workAlong(nullptr); });
    workOff(std::move(first));
    for (std::thread &thread : threads)
        thread.join();
    if (m_done < m_jobs.size())
        m_findings += leftOver();
    return m_findings;
}

/// A further connection that cannot be made (a limit of the server's) is no finding: the others do
/// its work.
void Crew::workAlong(std::unique_ptr<ReadSession> session)
{
    Result<std::unique_ptr<ReadSession>> opened =
        ReadSession::open(m_setup.newUrl, std::min(left(), Milliseconds(10s)), m_setup.cancel);
    if (opened)
        session = std::move(*opened);
    if (session)
        workOff(std::move(session));
}

void Crew::workOff(std::unique_ptr<ReadSession> session)
{
    while (session && !isOver()) {
        const Job *job = next();
        if (!job)
            return;
        const Result<PgTable> answer = carryOut(*job, session);
        // A cancel or the end of the time says nothing of what was being read.
        if (!answer && isOver())
            return;
        tell(*job, answer);
        if (!session->isOpen() && !reopen(session))
            return;
    }
}

const Job *Crew::next()
{
    const std::lock_guard lock(m_mutex);
    return m_next < m_jobs.size() ? &std::as_const(m_jobs).at(m_next++) : nullptr;
}

Result<PgTable> Crew::carryOut(const Job &job, std::unique_ptr<ReadSession> &session)
{
    const auto ask = [&] {
        return job.asApplication ? session->askAsApplication(job.sql, left())
                                 : session->ask(job.sql, left());
    };
    Result<PgTable> answer = ask();
    if (!answer && !session->isOpen() && !isOver() && reopen(session))
        answer = ask();
    return answer;
}

bool Crew::reopen(std::unique_ptr<ReadSession> &session) const
{
    const QDeadlineTimer until(std::min(left(), waitForReturn));
    while (!isOver() && !until.hasExpired()) {
        Result<std::unique_ptr<ReadSession>> opened =
            ReadSession::open(m_setup.newUrl, Milliseconds(until.remainingTime()), m_setup.cancel);
        if (opened) {
            session = std::move(*opened);
            return true;
        }
        std::this_thread::sleep_for(50ms);
    }
    return false;
}

void Crew::tell(const Job &job, const Result<PgTable> &answer)
{
    const std::lock_guard lock(m_mutex);
    m_findings += job.judge(answer);
    ++m_done;
    if (m_setup.progress)
        m_setup.progress(m_done, int(m_jobs.size()), job.words);
}

IntegrityFinding Crew::leftOver() const
{
    QStringList names;
    for (qsizetype i = std::max<qsizetype>(0, m_next - 1);
         i < m_jobs.size() && names.size() < mostNamed; ++i)
        names += m_jobs.at(i).words;
    const qsizetype missing = m_jobs.size() - m_done;
    const QString why = m_setup.cancel.isCancelled() ? QStringLiteral("it was cancelled")
                        : m_until.hasExpired()       ? QStringLiteral("the time was up")
                                               : QStringLiteral("the database no longer answers");
    return {.severity = FindingSeverity::Unknown,
            .subject = QStringLiteral("the checks"),
            .words = QStringLiteral(
                         "%1 of %2 checks were not made, because %3; the next would have been: %4")
                         .arg(missing)
                         .arg(m_jobs.size())
                         .arg(why, names.join(QStringLiteral(", "))),
            .hint = QStringLiteral("Check again with more time, or with more connections.")};
}

} // namespace understudy::integrity
