// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/clock.h"

#include <QElapsedTimer>

namespace understudy {

/// One deadline over several calls and the pauses between them, which a cancel ends.
class NeonTime
{
public:
    NeonTime(Milliseconds deadline, const CancelToken &cancel);

    const CancelToken &cancel() const { return m_cancel; }
    bool isCancelled() const { return m_cancel.isCancelled(); }
    Milliseconds passed() const { return Milliseconds(m_since.elapsed()); }
    Milliseconds left() const;                          ///< 1 ms when it is over
    Milliseconds left(Milliseconds most) const { return std::min(most, left()); }
    bool isOver() const { return passed() >= m_deadline; }
    /// Sleeps so long, at most until the deadline. False when there is no more time or a cancel came;
    /// the latter within 10 ms.
    bool rest(Milliseconds time) const;

private:
    Milliseconds m_deadline;
    CancelToken m_cancel;
    QElapsedTimer m_since;
};

} // namespace understudy
