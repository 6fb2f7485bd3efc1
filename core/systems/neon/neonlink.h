// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/secret.h"
#include "core/plan/plan.h"
#include "core/systems/neon/neontime.h"

#include <QJsonObject>
#include <QUrl>

#include <functional>

namespace understudy {

/// One question to Neon's API, relative to the plan's project.
struct NeonCall
{
    QByteArray method = "GET";
    QString path = {};     ///< "/branches/br-1?x=y", percent-encoded; empty: the project itself
    QJsonObject body = {}; ///< not sent with a GET, nor when empty
    QString what;          ///< "listing the branches", for messages
    bool repeatable = false; ///< a change that made twice is as good as once; a GET always is
    std::function<void(const QString &)> say = {}; ///< told each time that the service puts it off
};

struct NeonAnswer
{
    Result<QJsonObject> json;
    bool isLost = false; ///< it failed, and may have been carried out all the same
    QDateTime clock;     ///< the service's; invalid: not told
    int status = 0;      ///< of the HTTP answer; 0: none came
};

/// The way to Neon's API: the key, the address, and when a call is made again. 423 and 429 are "not
/// done, come again" for every method, and waited for while the deadline lasts; 503 a few times; what
/// may have been carried out is sent again only if it is repeatable. One call waits 15 s (a change
/// 30 s) for its answer at most, so that a silent control plane is found before the deadline of a
/// restore. Blocks; thread safe: it holds only values.
class NeonLink
{
public:
    NeonLink(const NeonPlan &plan, const Secret &key);
    NeonAnswer ask(const NeonCall &call, const NeonTime &time) const;
    QUrl address(const QString &path) const;

private:
    QString m_base; ///< with the project, without a last slash
    Secret m_key;
};

} // namespace understudy
