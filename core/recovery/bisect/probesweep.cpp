// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/bisect/probesweep.h"

#include "core/journal/resourcelock.h"

#include <QThread>

#include <algorithm>

namespace understudy {
namespace {

/// One call to a provider, at most.
constexpr Milliseconds oneCall{15'000};

struct RemovalTime
{
    const Clock &clock;
    const Milliseconds until;
    Milliseconds left() const { return std::max(Milliseconds(1), until - clock.monotonic()); }
    bool isOver() const { return clock.monotonic() >= until; }
};

/// One look and one try. True: there was one and it was deleted; false: there is none.
Result<bool> removeOnce(const RestoreProvider &provider, const QString &name, const RemovalTime &time, const CancelToken &cancel)
{
    const Result<std::optional<RestoredCopy>> found = provider.find(name, std::min(oneCall, time.left()), cancel);
    if (!found)
        return fail(found.error());
    if (!*found)
        return false;
    const Result<Unit> removed = provider.remove((*found)->id, time.left(), cancel);
    return removed ? Result<bool>(true) : fail(removed.error());
}

} // namespace

bool restBetweenProbes(const Clock &clock, Milliseconds time, const CancelToken &cancel)
{
    const Milliseconds until = clock.monotonic() + time;
    while (clock.monotonic() < until && !cancel.isCancelled())
        QThread::msleep(20);
    return !cancel.isCancelled();
}

bool isPassingTrouble(const Error &error)
{
    return error.code == ErrorCode::Busy || error.code == ErrorCode::LimitReached || error.code == ErrorCode::ControlPlaneDown;
}

Result<QString> removeProbeCopy(const RestoreProvider &provider, const QString &name, const ProbeRemoval &removal, const Clock &clock)
{
    const RemovalTime time{clock, clock.monotonic() + removal.deadline};
    const Milliseconds began = clock.monotonic();
    bool wasThere = false;
    QString told;
    for (;;) {
        const Result<bool> done = removeOnce(provider, name, time, removal.cancel);
        const bool isFirstRemoval = done && *done && !wasThere;
        if (done) {
            wasThere = wasThere || *done;
            // Seen to be gone, not only said to be.
            if (!*done && (wasThere || clock.monotonic() - began >= removal.absentFor))
                return wasThere ? QStringLiteral("deleted") : QStringLiteral("there was none");
        } else if (!isPassingTrouble(done.error()) || time.isOver()) {
            return fail(done.error());
        } else if (removal.say && told != done.error().message) {
            told = done.error().message;
            removal.say(QStringLiteral("%1; %2 is deleted as soon as it can be").arg(told, name));
        }
        if (time.isOver())
            return fail(ErrorCode::NotProved, QStringLiteral("%1 is still there").arg(name), QStringLiteral("Delete it at its provider."));
        if (!isFirstRemoval && !restBetweenProbes(clock, removal.pause, removal.cancel))
            return fail(ErrorCode::Cancelled, QStringLiteral("deleting %1 was cancelled").arg(name));
    }
}

ProbeSweep sweepProbesLocked(const QString &folder, const QString &resource, const RestoreProvider &provider, const ProbeRemoval &removal, const Clock &clock)
{
    ProbeSweep sweep;
    ProbeRemoval each = removal;
    const Milliseconds until = clock.monotonic() + removal.deadline;
    for (const ProbeCopy &copy : ProbeBook::left(folder, resource)) {
        each.deadline = std::max(Milliseconds(0), until - clock.monotonic());
        const Result<QString> done = each.deadline > Milliseconds(0) ? removeProbeCopy(provider, copy.name, each, clock)
                                                                     : fail(ErrorCode::TimedOut, QStringLiteral("no time is left to delete %1").arg(copy.name));
        const Result<Unit> recorded = done ? ProbeBook::recordGoneLater(folder, copy, *done, clock) : fail(done.error());
        (recorded ? sweep.gone : sweep.left).append(copy.name);
        if (!recorded && !sweep.error)
            sweep.error = recorded.error();
        if (removal.cancel.isCancelled())
            break;
    }
    return sweep;
}

ProbeSweep sweepProbes(const QString &folder, const QString &resource, const RestoreProvider &provider, const ProbeRemoval &removal, const Clock &clock)
{
    if (ProbeBook::left(folder, resource).isEmpty())
        return {};
    const Result<std::unique_ptr<ResourceLock>> lock = ResourceLock::take(folder, resource, QStringLiteral("sweep"));
    if (!lock)
        return {.error = lock.error().code == ErrorCode::ResourceLocked ? std::nullopt : std::optional(lock.error()),
                .inUse = lock.error().code == ErrorCode::ResourceLocked};
    return sweepProbesLocked(folder, resource, provider, removal, clock);
}

} // namespace understudy
