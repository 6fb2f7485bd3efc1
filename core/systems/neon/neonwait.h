// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/neon/neonapi.h"

#include <functional>

namespace understudy {

/// How often it is asked whether something has ended: a pause is a twentieth of what was waited so far,
/// within these bounds, so that the console adds a twentieth to the provider's own time and a minute of
/// waiting costs a sixth of the requests that the service allows.
struct NeonPace
{
    Milliseconds first{200};
    Milliseconds most{2000};
    Milliseconds silence{30'000}; ///< a control plane that is away for so long is down
    Milliseconds endpoint{3000};  ///< a list of endpoints may lag behind the answer to a creation
};

/// A branch, and the endpoint through which it is connected to.
struct NeonServed
{
    NeonBranch branch;
    NeonEndpoint endpoint;
};

/// Waits for what Neon does meanwhile. Blocks; for one run, one thread. Errors: NotProved when it
/// failed half-way, TimedOut with where it stands, ControlPlaneDown, Cancelled, and as NeonApi.
class NeonWait
{
public:
    /// What is referred to outlives it. `say` may be empty.
    NeonWait(const NeonApi &api, const NeonTime &time, const NeonPace &pace, std::function<void(const QString &)> say);

    [[nodiscard]] Result<Unit> untilDone(const QList<NeonOperation> &operations);
    /// The operations' list lags, so their end alone does not say that one can connect.
    [[nodiscard]] Result<NeonServed> untilUsable(const QString &branchId);

private:
    bool isPassing(const Error &error);
    Error late() const;
    bool pause();
    void tell(const QString &line);
    Result<Unit> askAgain(QList<NeonOperation> &pending);

    const NeonApi &m_api;
    const NeonTime &m_time;
    const NeonPace m_pace;
    const std::function<void(const QString &)> m_say;
    const Milliseconds m_began;
    Milliseconds m_silentSince{-1}; ///< -1: it answers
    std::optional<Error> m_silence;
    QString m_told; ///< the line that was said last: where it stands
};

/// The read-write one of a list, if there is one.
std::optional<NeonEndpoint> readWriteEndpoint(const QList<NeonEndpoint> &endpoints);

} // namespace understudy
