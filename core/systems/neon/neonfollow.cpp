// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/neon/neonfollow.h"

#include <algorithm>

namespace understudy {
namespace {

constexpr qsizetype mostAddressesAsked = 10;

} // namespace

Result<QString> branchReachedAt(const QString &server, const NeonPlan &plan, const Secret &key, Milliseconds deadline, const CancelToken &cancel)
{
    const NeonApi api(plan, key);
    const NeonTime time(deadline, cancel);
    const Result<QList<NeonEndpoint>> endpoints = api.endpoints(time.left(), cancel);
    if (!endpoints)
        return fail(endpoints.error());
    // A compatible service may write the port beside the host.
    const QString host = server.left(server.lastIndexOf(QLatin1Char(':')));
    QList<NeonEndpoint> there;
    std::copy_if(endpoints->begin(), endpoints->end(), std::back_inserter(there),
                 [&](const NeonEndpoint &one) { return one.isReadWrite() && (one.host == host || one.host == server); });
    if (there.size() == 1)
        return there.first().branchId;
    // A service of one host tells its branches apart by their ports, which only the address holds.
    for (const NeonEndpoint &one : there.mid(0, mostAddressesAsked)) {
        const Result<NeonAddress> address = api.connectionUri({.database = plan.database, .role = plan.role, .branchId = one.branchId}, time.left(), cancel);
        if (!address)
            return fail(address.error());
        if (address->server == server)
            return one.branchId;
    }
    return QString();
}

NeonPlan followed(const NeonPlan &plan, const Secret &key, const QString &server, Milliseconds deadline, const CancelToken &cancel)
{
    NeonPlan out = plan;
    if (server.isEmpty())
        return out;
    const NeonTime time(deadline, cancel);
    const Result<RestoredCopy> named = NeonProvider(plan, key).source(time.left(), cancel);
    if (named && named->server == server)
        return out;
    const Result<QString> branch = branchReachedAt(server, plan, key, time.left(), cancel);
    if (branch && !branch->isEmpty())
        out.branch = *branch;
    return out;
}

} // namespace understudy
