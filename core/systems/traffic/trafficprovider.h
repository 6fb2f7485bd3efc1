// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"
#include "core/plan/plan.h"

#include <memory>

namespace understudy {

class SecretResolver;

/// What says who serves, beside the traffic itself.
struct TrafficLook
{
    bool told = true;    ///< false: nobody can be asked, the traffic alone tells
    QStringList colours; ///< that the configuration on disk sends requests to; one, if it is well
    QString disk;        ///< in words, with the place: "/etc/nginx/…/site names blue"
    QString running;     ///< what the running program itself says; empty: see runsWith
    QByteArray state;    ///< the configuration as read; another one refuses a switch
};

/// Who decides which colour users reach. Blocks; for a run's thread. No call sends a secret anywhere.
class TrafficProvider
{
public:
    virtual ~TrafficProvider() = default;
    /// For the plan's traffic section; InvalidInput for none. `secrets` outlives it and is needed by Cloudflare only.
    [[nodiscard]] static Result<std::unique_ptr<TrafficProvider>> forPlan(const Plan &plan, const SecretResolver *secrets = nullptr);

    [[nodiscard]] virtual Result<TrafficLook> look(const CancelToken &cancel) const = 0;
    /// What the running program has of what was seen, in words: as it says itself, or as can be inferred.
    virtual QString runsWith(const TrafficLook &seen, const CancelToken &cancel) const;
    /// Whether the configuration for `colour` would be accepted; changes nothing that serves.
    [[nodiscard]] virtual Result<QString> check(const QString &colour, const CancelToken &cancel) const = 0;
    /// Makes it so, from the state that `seen` holds (else TargetChanged). When anything fails on the
    /// way the old configuration stands again; NeedsOperator when even that failed. `tag` names the
    /// backup; one tag for one run. Idempotent.
    [[nodiscard]] virtual Result<QString> switchTo(const QString &colour, const TrafficLook &seen, const QString &tag,
                                                   const CancelToken &cancel) const = 0;
    /// Back to `colour`: byte for byte as the backup of `tag` where nobody has changed it since. Where nothing is
    /// kept it is a switch like any other.
    [[nodiscard]] virtual Result<QString> putBack(const QString &colour, const QString &tag, const CancelToken &cancel) const;
    /// What the run has to keep for the way back, for a provider that keeps nothing itself; no secret.
    virtual QByteArray stateToNote(const TrafficLook &seen) const
    {
        Q_UNUSED(seen);
        return {};
    }
    /// As putBack, with what was noted.
    [[nodiscard]] virtual Result<QString> putBackState(const QByteArray &state, const QString &colour, const QString &tag,
                                                       const CancelToken &cancel) const
    {
        Q_UNUSED(state);
        return putBack(colour, tag, cancel);
    }

    /// Whether what a switch of that tag has begun goes on somewhere, although its answer was lost.
    [[nodiscard]] virtual Result<bool> stillRunning(const QString &tag, const CancelToken &cancel) const
    {
        Q_UNUSED(tag);
        Q_UNUSED(cancel);
        return false;
    }

    virtual QStringList willDo(const QString &colour) const = 0; ///< one line a change, for the preview
    virtual QString where() const = 0;                           ///< "app-1:/etc/nginx/…"
    virtual QString restoreText() const = 0;                     ///< how the way back goes
    virtual QStringList byHand(const QString &colour) const = 0;
};

} // namespace understudy
