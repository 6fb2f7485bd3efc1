// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

namespace understudy {

/// One event as a Sentinel publishes it on its own port: channel is the name, text is
/// "<type> <name> <ip> <port>", for a replica or a Sentinel followed by "@ <master> <ip> <port>".
struct SentinelEvent
{
    enum class Subject { None, Master, Replica, Sentinel };
    QString name; ///< "+sdown", "-sdown", "+odown", "+switch-master", …
    QString text; ///< the whole payload, cleaned
    Subject subject = Subject::None;
    QString instance; ///< the master's name, a replica's "ip:port", a Sentinel's run id
    Endpoint address; ///< of the subject; the old master of +switch-master
    QString masterName; ///< empty for events that concern no master: +new-epoch, +vote-for-leader, +tilt
    Endpoint masterAddress;
    Endpoint newMaster; ///< +switch-master only
    QString note;       ///< what follows: "#quorum 3/2", "new reported role is master"
    bool operator==(const SentinelEvent &) const = default;

    bool isAboutMaster() const { return subject == Subject::Master; }
};

/// Never fails: an unknown event keeps its name and text.
SentinelEvent parseSentinelEvent(const QByteArray &channel, const QByteArray &payload);

} // namespace understudy
