// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/neon/neonapi.h"

#include "core/systems/neon/neonfields.h"

#include <QSet>
#include <QUrlQuery>

#include <algorithm>

namespace understudy {
namespace {

constexpr int branchesAtOnce = 1000; // under 1 KB each: far below the bound of a body
constexpr int operationsAtOnce = 200;
constexpr int mostPages = 20;
constexpr qsizetype cursorLimit = 2048;

QString percentEncoded(const QString &text) { return QString::fromLatin1(QUrl::toPercentEncoding(text)); }

/// Anything else would be another path: an empty id is the list of all.
std::optional<Error> unusable(const QString &id)
{
    if (NeonFields::isId(id))
        return {};
    return Error{ErrorCode::InvalidInput, QStringLiteral("not an id of Neon's: '%1'").arg(id.left(64))};
}

/// Pages until `most` are there or the service has no more. `cursorName`: each list has its own.
template<typename T>
Result<QList<T>> neonPages(const NeonLink &link, const NeonCall &first, const char *list, const char *cursorName, qsizetype most, const NeonTime &time)
{
    QList<T> found;
    QString cursor;
    for (int page = 0; page < mostPages; ++page) {
        NeonCall call = first;
        if (!cursor.isEmpty())
            call.path += QStringLiteral("&cursor=") + percentEncoded(cursor);
        const NeonAnswer answer = link.ask(call, time);
        if (!answer.json)
            return fail(answer.json.error());
        const Result<QList<T>> some = neonList<T>(*answer.json, list, &T::fromJson);
        if (!some)
            return fail(some.error());
        found += *some;
        const QString next = (*answer.json)[QStringLiteral("pagination")].toObject()[QLatin1String(cursorName)].toString();
        // The last page of some lists tells a cursor too; one that stands still would be asked for ever.
        if (next.isEmpty() || next == cursor || next.size() > cursorLimit || some->isEmpty() || found.size() >= most)
            break;
        cursor = next;
    }
    return found.mid(0, most);
}

} // namespace

std::optional<NeonBranch> neonBranchNamed(const QString &name, const QList<NeonBranch> &branches)
{
    std::optional<NeonBranch> oldest;
    for (const NeonBranch &one : branches) {
        if (one.name == name && (!oldest || one.createdAt < oldest->createdAt))
            oldest = one;
    }
    return oldest;
}

QString NeonApi::publicAddress() { return QStringLiteral("https://console.neon.tech/api/v2"); }

NeonApi::NeonApi(const NeonPlan &plan, const Secret &key)
    : m_link(plan, key)
{
}

Result<NeonProject> NeonApi::project(Milliseconds deadline, const CancelToken &cancel) const
{
    const NeonAnswer answer = m_link.ask({.what = QStringLiteral("reading the project")}, NeonTime(deadline, cancel));
    if (!answer.json)
        return fail(answer.json.error());
    Result<NeonProject> project = NeonProject::fromJson((*answer.json)[QStringLiteral("project")]);
    if (project)
        project->clock = answer.clock;
    return project;
}

Result<QList<NeonBranch>> NeonApi::branches(Milliseconds deadline, const CancelToken &cancel) const
{
    // Without `search`: what it finds is the service's affair, and a branch that it did not find would be
    // made a second time.
    return neonPages<NeonBranch>(m_link, {.path = QStringLiteral("/branches?limit=%1").arg(branchesAtOnce), .what = QStringLiteral("listing the branches")},
                                 "branches", "next", branchesAtOnce * mostPages, NeonTime(deadline, cancel));
}

Result<NeonBranch> NeonApi::branch(const QString &id, Milliseconds deadline, const CancelToken &cancel) const
{
    if (const std::optional<Error> error = unusable(id))
        return fail(*error);
    const NeonAnswer answer = m_link.ask({.path = QStringLiteral("/branches/") + id, .what = QStringLiteral("reading branch %1").arg(id)},
                                         NeonTime(deadline, cancel));
    if (!answer.json)
        return fail(answer.json.error());
    return NeonBranch::fromJson((*answer.json)[QStringLiteral("branch")]);
}

Result<std::optional<NeonBranch>> NeonApi::branchNamed(const QString &name, Milliseconds deadline, const CancelToken &cancel) const
{
    const Result<QList<NeonBranch>> all = branches(deadline, cancel);
    if (!all)
        return fail(all.error());
    return neonBranchNamed(name, *all);
}

Result<QList<NeonEndpoint>> NeonApi::endpoints(Milliseconds deadline, const CancelToken &cancel) const
{
    const NeonAnswer answer = m_link.ask({.path = QStringLiteral("/endpoints"), .what = QStringLiteral("listing the endpoints")}, NeonTime(deadline, cancel));
    if (!answer.json)
        return fail(answer.json.error());
    return neonList<NeonEndpoint>(*answer.json, "endpoints", &NeonEndpoint::fromJson);
}

Result<QList<NeonEndpoint>> NeonApi::endpoints(const QString &branchId, Milliseconds deadline, const CancelToken &cancel) const
{
    if (const std::optional<Error> error = unusable(branchId))
        return fail(*error);
    const NeonAnswer answer = m_link.ask({.path = QStringLiteral("/branches/%1/endpoints").arg(branchId),
                                          .what = QStringLiteral("listing the endpoints of %1").arg(branchId)},
                                         NeonTime(deadline, cancel));
    if (!answer.json)
        return fail(answer.json.error());
    return neonList<NeonEndpoint>(*answer.json, "endpoints", &NeonEndpoint::fromJson);
}

Result<NeonOperation> NeonApi::operation(const QString &id, Milliseconds deadline, const CancelToken &cancel) const
{
    if (const std::optional<Error> error = unusable(id))
        return fail(*error);
    const NeonAnswer answer = m_link.ask({.path = QStringLiteral("/operations/") + id, .what = QStringLiteral("reading an operation")},
                                         NeonTime(deadline, cancel));
    if (!answer.json)
        return fail(answer.json.error());
    return NeonOperation::fromJson((*answer.json)[QStringLiteral("operation")]);
}

Result<QList<NeonOperation>> NeonApi::operations(int most, Milliseconds deadline, const CancelToken &cancel) const
{
    const int atOnce = std::clamp(most, 1, operationsAtOnce);
    return neonPages<NeonOperation>(m_link, {.path = QStringLiteral("/operations?limit=%1").arg(atOnce), .what = QStringLiteral("listing the operations")},
                                    "operations", "cursor", most, NeonTime(deadline, cancel));
}

Result<QList<NeonOperation>> NeonApi::operationsOf(const QString &branchId, Milliseconds deadline, const CancelToken &cancel) const
{
    const Result<QList<NeonOperation>> newest = operations(operationsAtOnce, deadline, cancel);
    if (!newest)
        return fail(newest.error());
    QList<NeonOperation> own;
    QSet<QString> seen;
    for (const NeonOperation &one : *newest) {
        // What failed and was done again later is no failure.
        const QString action = one.action + QLatin1Char(' ') + one.endpointId;
        if (one.branchId == branchId && !seen.contains(action))
            own.append(one);
        seen.insert(one.branchId == branchId ? action : QString());
    }
    return own;
}

QString NeonApi::uriPath(const NeonConnection &wanted)
{
    QString path = QStringLiteral("/connection_uri?branch_id=%1&database_name=%2&role_name=%3&pooled=%4")
                       .arg(percentEncoded(wanted.branchId), percentEncoded(wanted.database), percentEncoded(wanted.role),
                            wanted.pooled ? QStringLiteral("true") : QStringLiteral("false"));
    if (!wanted.endpointId.isEmpty())
        path += QStringLiteral("&endpoint_id=") + percentEncoded(wanted.endpointId);
    return path;
}

Result<NeonAddress> NeonApi::connectionUri(const NeonConnection &wanted, Milliseconds deadline, const CancelToken &cancel) const
{
    const NeonAnswer answer = m_link.ask({.path = uriPath(wanted), .what = QStringLiteral("asking for the address of %1").arg(wanted.branchId)},
                                         NeonTime(deadline, cancel));
    if (!answer.json)
        return fail(answer.json.error());
    return NeonAddress::fromJson((*answer.json)[QStringLiteral("uri")]);
}

} // namespace understudy
