// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/liveruncontroller.h"

#include "core/recovery/runexecution.h"

#include <QMutexLocker>
#include <QThread>

namespace understudy {

LiveRunController::LiveRunController(Setup setup) : m_setup(std::move(setup)), m_view(m_setup.view) {}

LiveRunController::~LiveRunController()
{
    cancel();
    if (m_thread)
        m_thread->wait();
}

void LiveRunController::start()
{
    if (m_thread)
        return;
    m_thread.reset(QThread::create([this] { work(); }));
    m_thread->setObjectName(QStringLiteral("run"));
    m_thread->start();
}

void LiveRunController::decide(const Decision &decision)
{
    const QMutexLocker guard(&m_mutex);
    m_decisions.append(decision);
    m_said.wakeAll();
}

void LiveRunController::cancel()
{
    m_cancel.cancel();
    const QMutexLocker guard(&m_mutex);
    m_said.wakeAll();
}

void LiveRunController::aboutToAsk()
{
    const QMutexLocker guard(&m_mutex);
    m_decisions.clear();
}

std::optional<Decision> LiveRunController::ask(const Question &question, const CancelToken &cancel)
{
    QMutexLocker guard(&m_mutex);
    while (!cancel.isCancelled()) {
        while (!m_decisions.isEmpty()) {
            const Decision decision = m_decisions.takeFirst();
            if (decision.step == question.step)
                return decision;
        }
        if (question.until.isValid() && m_setup.clock.now() >= question.until)
            return std::nullopt;
        m_said.wait(&m_mutex, 200);
    }
    return std::nullopt;
}

void LiveRunController::work()
{
    const RunResult result = execute({.plan = m_setup.plan,
                                      .secrets = m_setup.secrets,
                                      .clock = m_setup.clock,
                                      .folder = m_setup.folder,
                                      .options = m_setup.options,
                                      .outageBegan = m_setup.outageBegan,
                                      .resume = m_setup.resume,
                                      .person = *this,
                                      .cancel = m_cancel,
                                      .hold = true,
                                      .onView = [this](const RunView &view) {
                                          QMetaObject::invokeMethod(this, [this, view] {
                                              m_view = view;
                                              emit changed(m_view);
                                          }, Qt::QueuedConnection);
                                      }});
    QMetaObject::invokeMethod(this, [this, result] {
        if (!result.run.isEmpty())
            m_view = result.view;
        // The run may be open and can be resumed by its id; this controller has ended with it.
        m_view.state = RunView::State::Ended;
        m_view.outcome = result.outcome;
        m_view.explanation = result.explanation;
        emit changed(m_view);
        emit ended(m_view);
    }, Qt::QueuedConnection);
}

} // namespace understudy
