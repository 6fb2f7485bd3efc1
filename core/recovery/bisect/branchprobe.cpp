// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/bisect/branchprobe.h"

#include "core/base/quantity.h"
#include "core/recovery/errorjson.h"

#include <algorithm>
#include <cstdlib>

namespace understudy {
namespace {

constexpr Milliseconds oneConnection{5000};
/// A copy further from its moment says nothing about it.
constexpr qint64 besideTheMoment = 1000;

/// A refusal: nothing was begun that could still come.
bool isPlainRefusal(const Error &error)
{
    switch (error.code) {
    case ErrorCode::LimitReached:
    case ErrorCode::Busy:
    case ErrorCode::InvalidInput:
    case ErrorCode::NotFound:
    case ErrorCode::AuthenticationFailed:
    case ErrorCode::PermissionDenied: return true;
    default: return false;
    }
}

} // namespace

BranchProbe::BranchProbe(const RestoreProvider &provider, ProbeBook &book, const Clock &clock, SymptomQuery query, bool errorIsBad, const ProbePace &pace,
                         CancelToken cancel, SayLine say)
    : m_provider(provider)
    , m_book(book)
    , m_clock(clock)
    , m_query(std::move(query))
    , m_errorIsBad(errorIsBad)
    , m_pace(pace)
    , m_cancel(std::move(cancel))
    , m_say(std::move(say))
{
}

void BranchProbe::say(const QString &line) const
{
    if (m_say)
        m_say(line);
}

Result<MomentSight> BranchProbe::look(const QDateTime &moment)
{
    if (const Result<Unit> removed = removeLeft(); !removed)
        return fail(removed.error());
    bool failedHalfWay = false;
    const Result<MomentSight> sight = lookOnce(moment, failedHalfWay);
    // A copy that failed half-way says nothing about its moment; another one may not fail.
    if (!failedHalfWay || m_cancel.isCancelled() || !m_left.isEmpty())
        return sight;
    say(QStringLiteral("making another copy of the same moment"));
    return lookOnce(moment, failedHalfWay);
}

Result<MomentSight> BranchProbe::lookOnce(const QDateTime &moment, bool &failedHalfWay)
{
    const QDateTime expiresAt = m_clock.now().addSecs(m_pace.expires.count());
    const Result<ProbeCopy> copy = m_book.announce(moment, expiresAt);
    if (!copy)
        return fail(copy.error());
    const Result<RestoredCopy> made = make(*copy, moment, expiresAt);
    Result<MomentSight> sight = made ? askCopy(*made, moment) : fail(made.error());
    failedHalfWay = !made && made.error().code == ErrorCode::NotProved;
    if (failedHalfWay)
        sight = MomentSight{MomentSight::Kind::CannotTell, QStringLiteral("no copy can be made: ") + made.error().message};
    const Result<Unit> told = sight ? m_book.record(copy->step, QStringLiteral("verified"),
                                                    {{QStringLiteral("sight"), sightWord(sight->kind)}, {QStringLiteral("why"), sight->why}})
                                    : m_book.record(copy->step, QStringLiteral("failed"), {{QStringLiteral("error"), errorToJson(sight.error())}});
    // Whatever happened: the copy goes. What was seen of it counts all the same.
    if (const Result<Unit> removed = remove(*copy, made || isPlainRefusal(made.error()) ? Milliseconds(0) : m_pace.lostFor); !removed) {
        m_left.append(*copy);
        say(QStringLiteral("%1 could not be deleted: %2").arg(copy->name, removed.error().message));
    }
    return told ? sight : fail(told.error());
}

Result<RestoredCopy> BranchProbe::make(const ProbeCopy &copy, const QDateTime &moment, const QDateTime &expiresAt) const
{
    const Milliseconds began = m_clock.monotonic();
    for (;;) {
        const Result<RestoredCopy> made = m_provider.restore({.name = copy.name, .moment = moment, .expiresAt = expiresAt},
                                                             {.cancel = m_cancel, .deadline = m_pace.making, .say = m_say});
        if (m_cancel.isCancelled())
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
        if (made) {
            const Result<Unit> told = m_book.record(copy.step, QStringLiteral("acted"), {{QStringLiteral("id"), made->id}, {QStringLiteral("server"), made->server}});
            return told ? made : fail(told.error());
        }
        const Milliseconds patience = made.error().code == ErrorCode::ControlPlaneDown ? m_pace.downFor : m_pace.patience;
        if (!isPassingTrouble(made.error()) || m_clock.monotonic() - began >= patience)
            return made;
        say(QStringLiteral("%1; asking again in %2").arg(made.error().message, durationText(m_pace.pause)));
        if (!restBetweenProbes(m_clock, m_pace.pause, m_cancel))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
}

Result<std::unique_ptr<PgConnection>> BranchProbe::connect(const RestoredCopy &made) const
{
    const Milliseconds until = m_clock.monotonic() + m_pace.connecting;
    for (;;) {
        Result<std::unique_ptr<PgConnection>> session = PgConnection::connect(made.url, std::min(oneConnection, m_pace.connecting), m_cancel);
        if (session || m_cancel.isCancelled() || m_clock.monotonic() >= until)
            return session;
        restBetweenProbes(m_clock, Milliseconds(100), m_cancel);
    }
}

Result<MomentSight> BranchProbe::askCopy(const RestoredCopy &made, const QDateTime &moment) const
{
    using Kind = MomentSight::Kind;
    if (made.moment.isValid() && std::llabs(made.moment.msecsTo(moment)) > besideTheMoment)
        return MomentSight{Kind::CannotTell, QStringLiteral("the provider says that its copy stands at %1").arg(toRfc3339(made.moment))};
    const Result<std::unique_ptr<PgConnection>> session = connect(made);
    if (m_cancel.isCancelled())
        return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    if (!session)
        return MomentSight{Kind::CannotTell, QStringLiteral("the copy lets nobody in: %1").arg(session.error().message)};
    return m_query.ask(**session, m_pace.statement, m_errorIsBad);
}

Result<Unit> BranchProbe::remove(const ProbeCopy &copy, Milliseconds absentFor)
{
    // Not with the search's cancel: a cancelled search cleans up too, within its own deadline.
    const Result<QString> done = removeProbeCopy(m_provider, copy.name,
                                                 {.deadline = m_pace.removing, .pause = std::min(m_pace.pause, Milliseconds(500)),
                                                  .absentFor = absentFor, .say = m_say}, m_clock);
    return done ? m_book.recordGone(copy, *done) : fail(done.error());
}

Result<Unit> BranchProbe::removeLeft()
{
    while (!m_left.isEmpty()) {
        if (const Result<Unit> removed = remove(m_left.first(), Milliseconds(0)); !removed)
            return removed;
        m_left.removeFirst();
    }
    return Unit{};
}

QStringList BranchProbe::finish()
{
    QStringList names;
    if (!removeLeft()) {
        for (const ProbeCopy &copy : std::as_const(m_left))
            names.append(copy.name);
    }
    return names;
}

} // namespace understudy
