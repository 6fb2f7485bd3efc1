// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/bisect/bisection.h"

#include <QObject>

#include <thread>

namespace understudy {

/// A search for the good moment that goes on beside the window. Signals come on the thread that made it.
class MomentSearch : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    /// The copy that exists is deleted first; `ended` follows within seconds.
    virtual void cancel() = 0;

signals:
    /// Before each look with its moment, after it with an invalid one.
    void viewChanged(const understudy::SearchView &view, const QDateTime &next);
    void ended(const understudy::BisectionReport &report);
};

/// bisect() on a thread of its own. Plan's provider and secrets are resolved there.
class LiveMomentSearch : public MomentSearch
{
    Q_OBJECT
public:
    LiveMomentSearch(const Plan &plan, const SecretResolver &secrets, const Clock &clock, const QString &folder,
                     const BisectionOptions &options);
    ~LiveMomentSearch() override; ///< cancels, and waits until the copy is deleted
    void cancel() override { m_cancel.cancel(); }

private:
    BisectionReport search(const SecretResolver &secrets, const Clock &clock);

    const Plan m_plan;
    const QString m_folder;
    const BisectionOptions m_options;
    const CancelToken m_cancel;
    std::thread m_thread;
};

} // namespace understudy

Q_DECLARE_METATYPE(understudy::SearchView)
Q_DECLARE_METATYPE(understudy::BisectionReport)
