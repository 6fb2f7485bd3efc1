// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/plan/plan.h"
#include "core/recovery/scenarios/salvagerun.h"

#include <QObject>

#include <thread>

namespace understudy {

/// An export of lost rows that goes on beside the window. Signals come on the thread that made it.
class SalvageJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void cancel() = 0; ///< `ended` follows within 100 ms; nothing is left of the file

signals:
    void progressed(const QString &words); ///< "public.users (3 of 12)"
    /// `problem` in words with what to do; empty: `salvage` is what was written.
    void ended(const understudy::Salvage &salvage, const QString &problem);
};

/// salvageRun() on a thread of its own, of the run of that id.
class LiveSalvageJob : public SalvageJob
{
    Q_OBJECT
public:
    /// `secrets` and `clock` outlive it.
    LiveSalvageJob(const Plan &plan, const SecretResolver &secrets, const Clock &clock, const QString &folder, const QString &runId, const QString &file);
    ~LiveSalvageJob() override; ///< cancels, and waits
    void cancel() override { m_cancel.cancel(); }

private:
    const CancelToken m_cancel;
    std::thread m_thread;
};

} // namespace understudy
