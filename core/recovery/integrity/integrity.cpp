// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/integrity.h"

#include "core/recovery/integrity/integritycatalog.h"
#include "core/recovery/integrity/integritycrew.h"
#include "core/recovery/integrity/integrityold.h"
#include "core/systems/postgres/condition.h"

#include <QElapsedTimer>

#include <algorithm>
#include <thread>

namespace understudy {

using namespace std::chrono_literals;

namespace integrity {
namespace {

/// For each look at the catalog; the readings of tables have no limit but the whole one.
constexpr Milliseconds catalogLimit = 60s;

QList<IntegrityFinding> judgePlanCheck(const QString &name, const Result<PgTable> &answer)
{
    using State = ConditionAnswer::State;
    const ConditionAnswer told = conditionAnswer(answer);
    IntegrityFinding finding{.severity = FindingSeverity::Unknown, .subject = QStringLiteral("plan's check \"%1\"").arg(name), .words = told.words};
    switch (told.state) {
    case State::Holds: finding.severity = FindingSeverity::Pass; break;
    case State::Fails:
        finding.severity = FindingSeverity::Fail;
        finding.hint = QStringLiteral("See whether it holds in the old database, and choose an earlier moment if not.");
        break;
    case State::Lacks: // what such a check is for
        finding.severity = FindingSeverity::Fail;
        finding.hint = QStringLiteral("The database lacks what it asks for, or its SQL does not fit the schema: choose another moment, or mend the check in the plan.");
        break;
    case State::Unknown:
        if (answer)
            finding.hint = QStringLiteral("Its first column must be a condition: \"select count(*) = 0 from …\".");
        break;
    }
    return {finding};
}

QList<Job> planJobs(const QList<IntegrityCheck> &checks)
{
    QList<Job> jobs;
    for (const IntegrityCheck &check : checks)
        jobs += Job{.words = QStringLiteral("plan's check \"%1\"").arg(check.name),
                    .sql = check.sql,
                    .judge =
                        [name = check.name](const Result<PgTable> &answer) {
                            return judgePlanCheck(name, answer);
                        },
                    .weight = 1,
                    .asApplication = true};
    return jobs;
}

/// One run of the checks.
class Examination
{
public:
    explicit Examination(const IntegritySetup &setup)
        : m_setup(setup)
        , m_until(setup.deadline)
    {}

    IntegrityReport run()
    {
        m_elapsed.start();
        Result<std::unique_ptr<ReadSession>> session =
            ReadSession::open(m_setup.newUrl, std::min(limit(), Milliseconds(10s)), m_setup.cancel);
        if (session)
            examine(std::move(*session));
        else
            m_report.findings += unreachable(session.error());
        std::stable_sort(m_report.findings.begin(), m_report.findings.end(),
                         [](const IntegrityFinding &one, const IntegrityFinding &other) {
                             return one.severity > other.severity;
                         });
        m_report.took = Milliseconds(m_elapsed.elapsed());
        return m_report;
    }

private:
    Milliseconds limit() const
    {
        return std::max(Milliseconds(1),
                        std::min(catalogLimit, Milliseconds(m_until.remainingTime())));
    }

    static IntegrityFinding unreachable(const Error &error)
    {
        const bool ended = error.code == ErrorCode::Cancelled;
        return {ended ? FindingSeverity::Unknown : FindingSeverity::Fail,
                QStringLiteral("the new database"),
                QStringLiteral("nothing was checked: %1").arg(error.message), error.hint};
    }

    void examine(std::unique_ptr<ReadSession> session)
    {
        OldSide old; // the other thread's until it has been joined
        std::thread oldThread;
        if (m_setup.oldUrl)
            oldThread = std::thread([this, &old] { old = askOldSide(m_setup, m_until); });
        const QList<Job> jobs = collectJobs(*session);
        Crew crew(m_setup, m_until);
        m_report.findings += crew.work(jobs, std::move(session));
        m_report.done = crew.done();
        m_report.total = crew.total();
        if (!oldThread.joinable())
            return;
        oldThread.join();
        m_report.findings += compareWithOld(m_schema, *m_counts, old);
    }

    QList<Job> collectJobs(ReadSession &session)
    {
        QList<Job> jobs = planJobs(m_setup.checks);
        const Result<Inventory> inventory = takeInventory(session, limit());
        if (inventory) {
            jobs += readingJobs(*inventory, session.version(), m_counts, m_report.findings);
            jobs += structureJobs(*inventory, m_report.findings);
        } else {
            m_report.findings += findingFor(inventory.error(), QStringLiteral("the tables"),
                                            QStringLiteral("listed"));
        }
        add(jobs, QStringLiteral("the indexes"),
            indexJobs(session, inventory ? inventory->amcheck : AmcheckRights(), limit()));
        add(jobs, QStringLiteral("the constraints"), constraintJobs(session, limit()));
        add(jobs, QStringLiteral("the sequences"), sequenceJobs(session, limit()));
        jobs += serverJobs(session.version());
        if (m_setup.oldUrl)
            m_schema = takeSchema(session, limit());
        return jobs;
    }

    void add(QList<Job> &jobs, const QString &subject, const Result<QList<Job>> &more)
    {
        if (more)
            jobs += *more;
        else
            m_report.findings += findingFor(more.error(), subject, QStringLiteral("looked at"));
    }

    const IntegritySetup &m_setup;
    const QDeadlineTimer m_until;
    QElapsedTimer m_elapsed;
    IntegrityReport m_report;
    const std::shared_ptr<RowCounts> m_counts = std::make_shared<RowCounts>();
    Result<SchemaPicture> m_schema = fail(ErrorCode::NotFound, QStringLiteral("it was not read"));
};

} // namespace
} // namespace integrity

IntegrityReport checkIntegrity(const IntegritySetup &setup)
{
    return integrity::Examination(setup).run();
}

} // namespace understudy
