// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/neon/neonprovider.h"

#include "core/base/quantity.h"

#include <algorithm>
#include <future>

namespace understudy {
namespace {

RestoredCopy copyOfBranch(const NeonBranch &branch)
{
    return {.id = branch.id, .name = branch.name, .server = {}, .moment = branch.parentTimestamp, .createdAt = branch.createdAt};
}

QString endpointServer(const NeonEndpoint &endpoint) { return endpoint.host + QStringLiteral(":5432"); }

void beginLater(RestoreWindow &window, const QDateTime &at, const QString &by)
{
    if (!at.isValid() || at <= window.earliest)
        return;
    window.earliest = std::min(at, window.latest);
    window.earliestBy = by;
}

/// Whether the service said that there is no such thing, as against not answering.
bool isNoSuchThing(const Error &error) { return error.code == ErrorCode::NotFound || error.code == ErrorCode::InvalidInput; }

} // namespace

NeonProvider::NeonProvider(const NeonPlan &plan, const Secret &key, const NeonPace &pace)
    : m_plan(plan)
    , m_api(plan, key)
    , m_pace(pace)
{
}

QString NeonProvider::name() const { return QStringLiteral("Neon project ") + m_plan.project; }

Result<NeonBranch> NeonProvider::sourceAmong(const QList<NeonBranch> &branches) const
{
    std::optional<NeonBranch> found;
    QStringList names;
    for (const NeonBranch &one : branches) {
        names << one.name;
        const bool isNamed = one.name == m_plan.branch && (!found || (found->id != m_plan.branch && one.createdAt < found->createdAt));
        if (m_plan.branch.isEmpty() ? one.isDefault : one.id == m_plan.branch || isNamed)
            found = one;
    }
    if (!found)
        return fail(ErrorCode::NotFound,
                    m_plan.branch.isEmpty() ? QStringLiteral("%1 has no default branch").arg(name())
                                            : QStringLiteral("%1 has no branch '%2'").arg(name(), m_plan.branch),
                    QStringLiteral("Look at database.provider.neon.branch; there are: %1.").arg(names.mid(0, 10).join(QStringLiteral(", "))));
    const std::lock_guard lock(m_mutex);
    m_sourceId = found->id;
    return *found;
}

Result<NeonBranch> NeonProvider::sourceBranch(const NeonTime &time) const
{
    const Result<QList<NeonBranch>> all = m_api.branches(time.left(), time.cancel());
    if (!all)
        return fail(all.error());
    return sourceAmong(*all);
}

Result<RestoredCopy> NeonProvider::source(Milliseconds deadline, const CancelToken &cancel) const
{
    const NeonTime time(deadline, cancel);
    const Result<NeonBranch> branch = sourceBranch(time);
    if (!branch)
        return fail(branch.error());
    const Result<QList<NeonEndpoint>> endpoints = m_api.endpoints(branch->id, time.left(), cancel);
    if (!endpoints)
        return fail(endpoints.error());
    RestoredCopy copy = copyOfBranch(*branch);
    const std::optional<NeonEndpoint> endpoint = readWriteEndpoint(*endpoints);
    copy.ready = branch->isUsable() && endpoint && endpoint->isUsable();
    if (!endpoint)
        return copy;
    copy.server = endpointServer(*endpoint);
    if (!cannotConnect()) {
        // For its port; the address with its password goes no further.
        const Result<NeonAddress> address = m_api.connectionUri({.database = m_plan.database, .role = m_plan.role, .branchId = branch->id},
                                                                time.left(), cancel);
        if (address)
            copy.server = address->server;
    }
    return copy;
}

Result<RestoreWindow> NeonProvider::window(Milliseconds deadline, const CancelToken &cancel) const
{
    const NeonTime time(deadline, cancel);
    const Result<NeonProject> project = m_api.project(time.left(), cancel);
    if (!project)
        return fail(project.error());
    const Result<NeonBranch> branch = sourceBranch(time);
    if (!branch)
        return fail(branch.error());
    if (project->historyKept == Milliseconds(0))
        return fail(ErrorCode::NotFound, QStringLiteral("%1 keeps no history, so nothing can be restored from it").arg(name()),
                    QStringLiteral("Set the project's history retention in Neon's console; until then only plan B restores."));
    const bool hasClock = project->clock.isValid();
    RestoreWindow window{.latest = hasClock ? project->clock : QDateTime::currentDateTimeUtc(),
                         .kept = project->historyKept,
                         .earliestBy = QStringLiteral("history is kept for %1 at most").arg(durationText(project->historyKept)),
                         .latestBy = hasClock ? QStringLiteral("the API's clock") : QStringLiteral("this machine's clock")};
    window.earliest = window.latest.addMSecs(-project->historyKept.count());
    beginLater(window, branch->createdAt, QStringLiteral("branch %1 was created then").arg(branch->name));
    beginLater(window, branch->lastResetAt, QStringLiteral("branch %1 was reset then").arg(branch->name));
    return window;
}

Result<QList<RestoredCopy>> NeonProvider::copies(Milliseconds deadline, const CancelToken &cancel) const
{
    const Result<QList<NeonBranch>> branches = m_api.branches(deadline, cancel);
    if (!branches)
        return fail(branches.error());
    const Result<NeonBranch> source = sourceAmong(*branches);
    QList<RestoredCopy> all;
    for (const NeonBranch &branch : *branches) {
        if (source && branch.id == source->id)
            continue;
        all.append({.id = branch.id, .name = branch.name, .moment = branch.parentTimestamp, .createdAt = branch.createdAt, .ready = branch.isUsable()});
    }
    std::sort(all.begin(), all.end(), [](const RestoredCopy &a, const RestoredCopy &b) { return a.createdAt > b.createdAt; });
    return all;
}

std::optional<Error> NeonProvider::cannotConnect() const
{
    if (!m_plan.database.isEmpty() && !m_plan.role.isEmpty())
        return {};
    return Error{ErrorCode::InvalidInput, QStringLiteral("the plan does not say with which role to connect to which database at Neon"),
                 QStringLiteral("Set database.provider.neon.database and database.provider.neon.role.")};
}

Result<Unit> NeonProvider::addAddresses(RestoredCopy &copy, const NeonServed &served, const NeonTime &time) const
{
    if (const std::optional<Error> error = cannotConnect())
        return fail(*error);
    // Never put together from the parent's: a protected parent's roles get new passwords.
    NeonConnection wanted{.database = m_plan.database, .role = m_plan.role, .branchId = served.branch.id, .endpointId = served.endpoint.id};
    std::future<Result<NeonAddress>> pooled = std::async(std::launch::async, [this, wanted, &time]() mutable {
        wanted.pooled = true;
        return m_api.connectionUri(wanted, time.left(), time.cancel());
    });
    const Result<NeonAddress> direct = m_api.connectionUri(wanted, time.left(), time.cancel());
    const Result<NeonAddress> second = pooled.get();
    if (!direct)
        return fail(direct.error());
    if (!second && !isNoSuchThing(second.error()))
        return fail(second.error());
    copy.server = direct->server;
    copy.url = direct->uri;
    copy.pooledUrl = second ? second->uri : Secret();
    copy.ready = true;
    return Unit{};
}

Result<RestoredCopy> NeonProvider::copyOf(const NeonBranch &branch, const NeonTime &time) const
{
    const Result<QList<NeonEndpoint>> endpoints = m_api.endpoints(branch.id, time.left(), time.cancel());
    if (!endpoints)
        return fail(endpoints.error());
    RestoredCopy copy = copyOfBranch(branch);
    const std::optional<NeonEndpoint> endpoint = readWriteEndpoint(*endpoints);
    if (endpoint)
        copy.server = endpointServer(*endpoint);
    if (endpoint && endpoint->isUsable() && branch.isUsable()) {
        const Result<Unit> added = addAddresses(copy, {.branch = branch, .endpoint = *endpoint}, time);
        if (!added)
            return fail(added.error());
    }
    return copy;
}

Result<std::optional<RestoredCopy>> NeonProvider::find(const QString &copyName, Milliseconds deadline, const CancelToken &cancel) const
{
    const NeonTime time(deadline, cancel);
    const Result<std::optional<NeonBranch>> branch = m_api.branchNamed(copyName, time.left(), cancel);
    if (!branch)
        return fail(branch.error());
    if (!*branch)
        return std::optional<RestoredCopy>();
    const Result<RestoredCopy> copy = copyOf(**branch, time);
    if (!copy)
        return fail(copy.error());
    return std::optional<RestoredCopy>(*copy);
}

Result<NeonChange> NeonProvider::beginRestore(const RestoreRequest &request, const NeonTime &time,
                                              const std::function<void(const QString &)> &say) const
{
    const Result<QList<NeonBranch>> all = m_api.branches(time.left(), time.cancel());
    if (!all)
        return fail(all.error());
    const Result<NeonBranch> source = sourceAmong(*all);
    if (!source)
        return fail(source.error());
    const std::optional<NeonBranch> found = neonBranchNamed(request.name, *all);
    if (!found) {
        say(QStringLiteral("asking for branch %1 of %2 at %3").arg(request.name, source->name, toRfc3339(request.moment)));
        NeonNewBranch branch = wanted(request);
        branch.parentId = source->id;
        return m_api.createBranch(branch, time.left(), time.cancel(), say);
    }
    if (found->parentId != source->id)
        return fail(ErrorCode::InvalidInput, QStringLiteral("there is a branch %1 already, and it was not made from %2").arg(found->name, source->name),
                    QStringLiteral("Choose another name."));
    say(QStringLiteral("going on with branch %1 (%2)").arg(found->name, found->id));
    const Result<QList<NeonEndpoint>> endpoints = m_api.endpoints(found->id, time.left(), time.cancel());
    if (!endpoints)
        return fail(endpoints.error());
    // What was done to a branch that works, and failed, is no failure of its making.
    const std::optional<NeonEndpoint> endpoint = readWriteEndpoint(*endpoints);
    if (found->isUsable() && endpoint && endpoint->isUsable())
        return NeonChange{.branch = *found, .operations = {}};
    const Result<QList<NeonOperation>> operations = m_api.operationsOf(found->id, time.left(), time.cancel());
    if (!operations)
        return fail(operations.error());
    return NeonChange{.branch = *found, .operations = *operations};
}

Result<RestoredCopy> NeonProvider::restore(const RestoreRequest &request, const RestoreProgress &progress) const
{
    // All that could fail after the branch is made, and can be known before.
    if (const std::optional<Error> error = cannotConnect())
        return fail(*error);
    if (!request.moment.isValid())
        return fail(ErrorCode::InvalidInput, QStringLiteral("no moment to restore to"));
    const NeonTime time(progress.deadline, progress.cancel);
    const std::function<void(const QString &)> say = [&progress](const QString &line) {
        if (progress.say)
            progress.say(line);
    };
    const Result<NeonChange> begun = beginRestore(request, time, say);
    if (!begun)
        return fail(begun.error());
    NeonWait wait(m_api, time, m_pace, say);
    if (const Result<Unit> done = wait.untilDone(begun->operations); !done)
        return fail(done.error());
    const Result<NeonServed> served = wait.untilUsable(begun->branch.id);
    if (!served)
        return fail(served.error());
    RestoredCopy copy = copyOfBranch(served->branch);
    if (const Result<Unit> added = addAddresses(copy, *served, time); !added)
        return fail(added.error());
    say(QStringLiteral("branch %1 is ready at %2").arg(copy.id, copy.server));
    return copy;
}

Result<Unit> NeonProvider::remove(const QString &id, Milliseconds deadline, const CancelToken &cancel) const
{
    const NeonTime time(deadline, cancel);
    const Result<QList<NeonBranch>> all = m_api.branches(time.left(), cancel);
    if (!all)
        return fail(all.error());
    const auto branch = std::find_if(all->begin(), all->end(), [&id](const NeonBranch &one) { return one.id == id; });
    if (branch == all->end())
        return Unit{};
    const Result<NeonBranch> source = sourceAmong(*all);
    if (branch->isDefault || (source && source->id == id))
        return fail(ErrorCode::InvalidInput, QStringLiteral("branch %1 is what the application is restored from: it is not removed").arg(branch->name));
    const Result<QList<NeonOperation>> operations = m_api.deleteBranch(id, time.left(), cancel);
    if (!operations)
        return fail(operations.error());
    return NeonWait(m_api, time, m_pace, {}).untilDone(*operations);
}

} // namespace understudy
