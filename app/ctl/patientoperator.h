// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/recovery/operator.h"

#include <QThread>

namespace understudy::ctl {

/// The operator of --hold: says nothing at the end, and says it only when the commit window has passed
/// or the run is interrupted. Until then the run stays, and keeps an eye on what it gave up.
class PatientOperator : public UnattendedOperator
{
public:
    PatientOperator(QString phrase, const Clock &clock) : UnattendedOperator(std::move(phrase)), m_clock(clock) {}
    std::optional<Decision> ask(const Question &question, const CancelToken &cancel) override
    {
        if (question.about != Question::About::Commit)
            return UnattendedOperator::ask(question, cancel);
        while (!cancel.isCancelled() && m_clock.now() < question.until)
            QThread::msleep(100);
        return std::nullopt;
    }

private:
    const Clock &m_clock;
};

} // namespace understudy::ctl
