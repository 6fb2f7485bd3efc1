// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/operator.h"
#include "core/systems/secrets/secretresolver.h"

#include <QList>
#include <QMutex>
#include <QWaitCondition>

class QThread;

namespace understudy {

/// A run on a thread of its own, driven by an operator's decisions.
class LiveRunController : public RunController, private Operator
{
    Q_OBJECT
public:
    struct Setup
    {
        Plan plan;
        const SecretResolver &secrets; ///< must outlive the controller
        const Clock &clock;            ///< likewise
        QString folder;
        RunOptions options = {};
        QDateTime outageBegan = {};
        QString resume = {};
        RunView view = {}; ///< of a resumed run, until it says more
    };
    explicit LiveRunController(Setup setup);
    /// The run stands still at its next decision; what is being done is let end first.
    ~LiveRunController() override;

    void start() override;
    void decide(const Decision &decision) override;
    void cancel() override;
    RunView view() const override { return m_view; }

private:
    void aboutToAsk() override;
    std::optional<Decision> ask(const Question &question, const CancelToken &cancel) override;
    void work();

    const Setup m_setup;
    RunView m_view; ///< this thread's copy
    CancelToken m_cancel;
    QMutex m_mutex;
    QWaitCondition m_said;
    QList<Decision> m_decisions; ///< guarded by m_mutex
    std::unique_ptr<QThread> m_thread;
};

} // namespace understudy
