// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/neon/neontime.h"

#include <QThread>

#include <algorithm>

namespace understudy {

NeonTime::NeonTime(Milliseconds deadline, const CancelToken &cancel)
    : m_deadline(deadline)
    , m_cancel(cancel)
{
    m_since.start();
}

Milliseconds NeonTime::left() const { return std::max(Milliseconds(1), m_deadline - passed()); }

bool NeonTime::rest(Milliseconds time) const
{
    const Milliseconds until = std::min(m_deadline, passed() + time);
    while (passed() < until && !isCancelled())
        QThread::msleep(ulong(std::clamp<qint64>((until - passed()).count(), 1, 10)));
    return !isCancelled() && !isOver();
}

} // namespace understudy
