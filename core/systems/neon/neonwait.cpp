// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/neon/neonwait.h"

#include "core/base/quantity.h"

#include <algorithm>
#include <future>

namespace understudy {
namespace {

QString operationWords(const QList<NeonOperation> &operations)
{
    QStringList out;
    for (const NeonOperation &one : operations)
        out << one.words();
    return out.mid(0, 5).join(QStringLiteral(", "));
}

Error failedHalfWay(const QString &what)
{
    return {ErrorCode::NotProved, QStringLiteral("it failed half-way at Neon: %1").arg(what),
            QStringLiteral("Remove the copy before it is tried again; when it fails again, go to plan B.")};
}

} // namespace

std::optional<NeonEndpoint> readWriteEndpoint(const QList<NeonEndpoint> &endpoints)
{
    const auto found = std::find_if(endpoints.begin(), endpoints.end(), [](const NeonEndpoint &one) { return one.isReadWrite(); });
    return found == endpoints.end() ? std::nullopt : std::optional(*found);
}

NeonWait::NeonWait(const NeonApi &api, const NeonTime &time, const NeonPace &pace, std::function<void(const QString &)> say)
    : m_api(api)
    , m_time(time)
    , m_pace(pace)
    , m_say(std::move(say))
    , m_began(time.passed())
{
}

void NeonWait::tell(const QString &line)
{
    if (m_told != line && m_say)
        m_say(line);
    m_told = line;
}

/// What the service has taken on goes on without an answer for a while.
bool NeonWait::isPassing(const Error &error)
{
    // A proxy's page in its place is such a while as well.
    static const QList<ErrorCode> passing{ErrorCode::ControlPlaneDown, ErrorCode::Busy, ErrorCode::ProtocolViolation, ErrorCode::TooLarge};
    if (!passing.contains(error.code))
        return false;
    if (!m_silence)
        m_silentSince = m_time.passed();
    m_silence = error;
    if (m_time.passed() - m_silentSince >= m_pace.silence)
        return false;
    tell(QStringLiteral("%1; asking again").arg(error.message));
    return true;
}

Error NeonWait::late() const
{
    if (m_time.isCancelled())
        return {ErrorCode::Cancelled, QStringLiteral("waiting for Neon was cancelled; what it began goes on")};
    if (m_silence)
        return *m_silence;
    return {ErrorCode::TimedOut, QStringLiteral("Neon was not done within %1: %2").arg(durationText(m_time.passed()), m_told),
            QStringLiteral("It goes on by itself: go on with this copy later, or remove it.")};
}

bool NeonWait::pause() { return m_time.rest(std::clamp((m_time.passed() - m_began) / 20, m_pace.first, std::max(m_pace.first, m_pace.most))); }

Result<Unit> NeonWait::askAgain(QList<NeonOperation> &pending)
{
    for (NeonOperation &one : pending) {
        const Result<NeonOperation> now = m_api.operation(one.id, m_time.left(), m_time.cancel());
        if (!now)
            return isPassing(now.error()) ? Result<Unit>(Unit{}) : fail(now.error());
        m_silence.reset();
        one = *now;
    }
    return Unit{};
}

Result<Unit> NeonWait::untilDone(const QList<NeonOperation> &operations)
{
    QList<NeonOperation> pending = operations;
    for (;;) {
        for (const NeonOperation &one : std::as_const(pending)) {
            if (one.stage() == NeonOperation::Stage::Failed)
                return fail(failedHalfWay(one.words()));
        }
        pending.removeIf([](const NeonOperation &one) { return one.stage() == NeonOperation::Stage::Done; });
        if (pending.isEmpty())
            return Unit{};
        if (!m_silence)
            tell(operationWords(pending));
        if (!pause())
            return fail(late());
        if (const Result<Unit> asked = askAgain(pending); !asked)
            return fail(asked.error());
    }
}

Result<NeonServed> NeonWait::untilUsable(const QString &branchId)
{
    for (;;) {
        // Side by side: this stands between the restore's end and the switch to it.
        std::future<Result<QList<NeonEndpoint>>> asked = std::async(
            std::launch::async, [&] { return m_api.endpoints(branchId, m_time.left(), m_time.cancel()); });
        const Result<NeonBranch> branch = m_api.branch(branchId, m_time.left(), m_time.cancel());
        const Result<QList<NeonEndpoint>> endpoints = asked.get();
        if (branch && endpoints) {
            m_silence.reset();
            const std::optional<NeonEndpoint> endpoint = readWriteEndpoint(*endpoints);
            if (endpoint && endpoint->isDisabled)
                return fail(failedHalfWay(QStringLiteral("endpoint %1 is disabled").arg(endpoint->id)));
            if (endpoint && branch->isUsable() && endpoint->isUsable())
                return NeonServed{.branch = *branch, .endpoint = *endpoint};
            if (!endpoint && m_time.passed() - m_began > m_pace.endpoint)
                return fail(failedHalfWay(QStringLiteral("branch %1 has no read-write endpoint").arg(branch->name)));
            tell(QStringLiteral("branch %1, endpoint %2").arg(branch->state, endpoint ? endpoint->state : QStringLiteral("missing")));
        } else if (const Error error = branch ? endpoints.error() : branch.error(); !isPassing(error)) {
            return fail(error);
        }
        if (!pause())
            return fail(late());
    }
}

} // namespace understudy
