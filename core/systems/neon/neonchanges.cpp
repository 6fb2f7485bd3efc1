// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/neon/neonapi.h"
#include "core/systems/neon/neonanswer.h"
#include "core/systems/neon/neonfields.h"

#include <algorithm>
#include <optional>

namespace understudy {

using namespace std::chrono_literals;

namespace {

/// A lost request may still be under way: three looks, further and further apart.
constexpr Milliseconds looksForLost[] = {200ms, 800ms, 2000ms};

QString wholeSeconds(const QDateTime &time) { return time.toUTC().toString(Qt::ISODate); }

Result<NeonChange> changeFrom(const QJsonObject &json)
{
    const Result<NeonBranch> branch = NeonBranch::fromJson(json[QStringLiteral("branch")]);
    if (!branch)
        return fail(branch.error());
    const Result<QList<NeonOperation>> operations = neonList<NeonOperation>(json, "operations", &NeonOperation::fromJson);
    if (!operations)
        return fail(operations.error());
    return NeonChange{.branch = *branch, .operations = *operations};
}

std::optional<Error> noBranch(const QString &id)
{
    if (NeonFields::isId(id))
        return {};
    return Error{ErrorCode::InvalidInput, QStringLiteral("not a branch's id: '%1'").arg(id.left(64))};
}

} // namespace

QJsonObject NeonApi::bodyOf(const NeonNewBranch &wanted)
{
    QJsonObject branch{{QStringLiteral("name"), wanted.name}};
    if (!wanted.parentId.isEmpty())
        branch.insert(QStringLiteral("parent_id"), wanted.parentId);
    if (wanted.at.isValid())
        branch.insert(QStringLiteral("parent_timestamp"), toRfc3339(wanted.at));
    if (wanted.expiresAt.isValid())
        branch.insert(QStringLiteral("expires_at"), wholeSeconds(wanted.expiresAt));
    // Without an endpoint there would be a branch that nobody can connect to.
    const QJsonArray endpoints{QJsonObject{{QStringLiteral("type"), QStringLiteral("read_write")}}};
    return {{QStringLiteral("branch"), branch}, {QStringLiteral("endpoints"), endpoints}};
}

Result<std::optional<NeonChange>> NeonApi::lookForLost(const QString &name, const NeonTime &time) const
{
    for (const Milliseconds pause : looksForLost) {
        if (!time.rest(pause))
            break;
        const Result<std::optional<NeonBranch>> found = branchNamed(name, time.left(), time.cancel());
        if (!found)
            return fail(found.error());
        if (!*found)
            continue;
        const Result<QList<NeonOperation>> operations = operationsOf((*found)->id, time.left(), time.cancel());
        if (!operations)
            return fail(operations.error());
        return NeonChange{.branch = **found, .operations = *operations};
    }
    if (time.isCancelled())
        return fail(ErrorCode::Cancelled, QStringLiteral("looking for branch %1 was cancelled").arg(name));
    return std::optional<NeonChange>();
}

Result<NeonChange> NeonApi::createBranch(const NeonNewBranch &wanted, Milliseconds deadline, const CancelToken &cancel,
                                         const std::function<void(const QString &)> &say) const
{
    if (wanted.name.isEmpty() || wanted.name.size() > 256)
        return fail(ErrorCode::InvalidInput, QStringLiteral("a branch's name has 1 to 256 characters"));
    const NeonTime time(deadline, cancel);
    const NeonCall call{.method = "POST", .path = QStringLiteral("/branches"), .body = bodyOf(wanted),
                        .what = QStringLiteral("creating branch %1").arg(wanted.name), .say = say};
    for (int sent = 1;; ++sent) {
        const NeonAnswer answer = m_link.ask(call, time);
        const Result<NeonChange> made = answer.json ? changeFrom(*answer.json) : Result<NeonChange>(fail(answer.json.error()));
        if (made || time.isCancelled())
            return made;
        // A second one may be refused because the first one came through late.
        const bool isUnsure = answer.isLost || answer.json || sent > 1;
        if (!isUnsure)
            return made;
        const Result<std::optional<NeonChange>> found = lookForLost(wanted.name, time);
        if (!found)
            return fail(found.error().code == ErrorCode::Cancelled ? found.error() : neon::unknownOutcome(found.error(), call.what));
        if (*found)
            return **found;
        if (sent == 2 || time.isOver())
            return fail(answer.isLost ? neon::unknownOutcome(made.error(), call.what) : made.error());
    }
}

Result<NeonChange> NeonApi::change(const NeonCall &call, const NeonTime &time) const
{
    const NeonAnswer answer = m_link.ask(call, time);
    if (answer.json)
        return changeFrom(*answer.json);
    return fail(answer.isLost && answer.json.error().code != ErrorCode::Cancelled ? neon::unknownOutcome(answer.json.error(), call.what)
                                                                                  : answer.json.error());
}

Result<NeonChange> NeonApi::restoreInPlace(const QString &branchId, const NeonInPlace &wanted, Milliseconds deadline, const CancelToken &cancel) const
{
    if (const std::optional<Error> error = noBranch(branchId))
        return fail(*error);
    if (branchId == wanted.sourceBranchId && (!wanted.at.isValid() || wanted.preserveUnderName.isEmpty()))
        return fail(ErrorCode::InvalidInput, QStringLiteral("a branch restored from its own past needs a moment, and a name for its present state"));
    QJsonObject body{{QStringLiteral("source_branch_id"), wanted.sourceBranchId}};
    if (wanted.at.isValid())
        body.insert(QStringLiteral("source_timestamp"), toRfc3339(wanted.at));
    if (!wanted.preserveUnderName.isEmpty())
        body.insert(QStringLiteral("preserve_under_name"), wanted.preserveUnderName);
    const NeonTime time(deadline, cancel);
    const NeonCall call{.method = "POST", .path = QStringLiteral("/branches/%1/restore").arg(branchId), .body = body,
                        .what = QStringLiteral("restoring branch %1 in place").arg(branchId)};
    const NeonAnswer answer = m_link.ask(call, time);
    if (answer.json)
        return changeFrom(*answer.json);
    if (!answer.isLost || time.isCancelled())
        return fail(answer.json.error());
    const Error lost = neon::unknownOutcome(answer.json.error(), call.what);
    if (wanted.preserveUnderName.isEmpty())
        return fail(lost);
    // The branch keeps its id and name: what tells is that its former state stands under the other name.
    const Result<std::optional<NeonChange>> kept = lookForLost(wanted.preserveUnderName, time);
    if (!kept || !*kept)
        return fail(lost);
    const Result<NeonBranch> branch = this->branch(branchId, time.left(), cancel);
    const Result<QList<NeonOperation>> operations = operationsOf(branchId, time.left(), cancel);
    if (!branch || !operations)
        return fail(branch ? operations.error() : branch.error());
    return NeonChange{.branch = *branch, .operations = *operations};
}

Result<NeonChange> NeonApi::setAsDefault(const QString &branchId, Milliseconds deadline, const CancelToken &cancel) const
{
    if (const std::optional<Error> error = noBranch(branchId))
        return fail(*error);
    return change({.method = "POST", .path = QStringLiteral("/branches/%1/set_as_default").arg(branchId),
                   .what = QStringLiteral("making %1 the default branch").arg(branchId), .repeatable = true},
                  NeonTime(deadline, cancel));
}

Result<NeonChange> NeonApi::updateBranch(const QString &branchId, const NeonBranchUpdate &wanted, Milliseconds deadline, const CancelToken &cancel) const
{
    if (const std::optional<Error> error = noBranch(branchId))
        return fail(*error);
    QJsonObject branch;
    if (wanted.name)
        branch.insert(QStringLiteral("name"), *wanted.name);
    if (wanted.isProtected)
        branch.insert(QStringLiteral("protected"), *wanted.isProtected);
    if (wanted.expiresAt)
        branch.insert(QStringLiteral("expires_at"), wanted.expiresAt->isValid() ? QJsonValue(wholeSeconds(*wanted.expiresAt)) : QJsonValue());
    return change({.method = "PATCH", .path = QStringLiteral("/branches/") + branchId, .body = {{QStringLiteral("branch"), branch}},
                   .what = QStringLiteral("changing branch %1").arg(branchId), .repeatable = true},
                  NeonTime(deadline, cancel));
}

Result<QList<NeonOperation>> NeonApi::deleteBranch(const QString &branchId, Milliseconds deadline, const CancelToken &cancel) const
{
    if (const std::optional<Error> error = noBranch(branchId))
        return fail(*error);
    const NeonTime time(deadline, cancel);
    const NeonAnswer answer = m_link.ask({.method = "DELETE", .path = QStringLiteral("/branches/") + branchId,
                                          .what = QStringLiteral("deleting branch %1").arg(branchId), .repeatable = true},
                                         time);
    if (answer.status == 204)
        return QList<NeonOperation>();
    if (answer.status == 404) {
        // The same is said of a project that does not exist.
        const Result<QList<NeonBranch>> all = branches(time.left(), cancel);
        if (!all)
            return fail(all.error());
        if (std::none_of(all->begin(), all->end(), [&](const NeonBranch &one) { return one.id == branchId; }))
            return QList<NeonOperation>();
    }
    if (!answer.json)
        return fail(answer.json.error());
    return neonList<NeonOperation>(*answer.json, "operations", &NeonOperation::fromJson);
}

} // namespace understudy
