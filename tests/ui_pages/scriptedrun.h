// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runcontroller.h"

namespace understudy::tests {

/// A run that does nothing but show what the test tells it to, and remembers what was decided.
class ScriptedRun : public RunController
{
    Q_OBJECT
public:
    explicit ScriptedRun(RunView view)
        : m_view(std::move(view))
    {}
    void start() override { ++started; }
    void decide(const Decision &decision) override { decisions << decision; }
    void cancel() override { ++cancelled; }
    RunView view() const override { return m_view; }
    void become(const RunView &view)
    {
        m_view = view;
        emit changed(m_view);
        if (m_view.state == RunView::State::Ended)
            emit ended(m_view);
    }
    QList<Decision> decisions;
    int started = 0;
    int cancelled = 0;

private:
    RunView m_view;
};

/// Hands out one prepared run, and lists prepared open ones.
class ScriptedFactory : public RunFactory
{
public:
    std::unique_ptr<RunController> begin(const RunOptions &options,
                                         const QDateTime &outageBegan) override
    {
        begun << options;
        began = outageBegan;
        auto run = std::make_unique<ScriptedRun>(first);
        last = run.get();
        return run;
    }
    Result<std::unique_ptr<RunController>> resume(const QString &runId) override
    {
        for (const RunView &view : standing) {
            if (view.id == runId) {
                auto run = std::make_unique<ScriptedRun>(view);
                last = run.get();
                return run;
            }
        }
        return fail(ErrorCode::NotFound, QStringLiteral("no run %1").arg(runId));
    }
    RunView outline(const RunOptions &options) const override
    {
        RunView view = first;
        for (StepView &step : view.steps) {
            if (step.state != StepState::Skipped)
                step.state = StepState::Waiting;
            if (step.id == QLatin1String("restart") && options.restartBackends)
                step.state = StepState::Waiting;
        }
        return view;
    }
    QList<RunView> open() const override { return standing; }

    RunView first;
    QList<RunView> standing;
    QList<RunOptions> begun;
    QDateTime began;
    ScriptedRun *last = nullptr;
};

} // namespace understudy::tests
