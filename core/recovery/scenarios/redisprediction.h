// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/scenarios/redislook.h"

namespace understudy {

/// What one Sentinel would answer to FAILOVER, worked out from its own view by its own rules.
struct FailoverPrediction
{
    struct Candidate
    {
        Endpoint address;
        QString unfit; ///< why it would be passed over; empty: fit
        int priority = 100;
        qint64 offset = 0;
        bool operator==(const Candidate &) const = default;
    };
    QString reply;   ///< "OK", "INPROG", "NOGOODSLAVE"
    Endpoint choice; ///< its expected choice; null unless OK
    QList<Candidate> candidates; ///< best first
    /// No choice now, and one within ten seconds: the Sentinel only has to look at its replicas again.
    bool soon = false;
    bool operator==(const FailoverPrediction &) const = default;
};

FailoverPrediction predictFailover(const SentinelSeen &sentinel);

/// The Sentinel to ask: it answers, names the master that most name, and would say OK if any would.
/// Null when none does.
const SentinelSeen *sentinelToAsk(const RedisLook &look);

} // namespace understudy
