// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runcontroller.h"

#include <optional>

namespace understudy {

/// What a run asks of the person who drives it.
struct Question
{
    enum class About { Act, Failure, Unknown, Commit };
    About about = About::Act;
    QString run;
    QString step;  ///< id
    Confirmation confirmation = Confirmation::None;
    QString phrase; ///< what has to be typed, whole
    std::optional<Error> problem; ///< Failure and Unknown
    QDateTime until; ///< Commit: after that the plan decides
    bool offered = false; ///< Act: the run would be whole without it, and nobody has asked for it
    bool courtesy = false; ///< Act: the run can do without it
};

/// Answers a run's questions; called on the run's thread and may block. No answer (cancelled, gone, or
/// `until` has passed) lets the run stand still; it is never taken for a yes.
class Operator
{
public:
    virtual ~Operator() = default;
    /// Called before the question can be seen: what was said until now is not the answer to it.
    virtual void aboutToAsk() {}
    virtual std::optional<Decision> ask(const Question &question, const CancelToken &cancel) = 0;
};

/// Goes on whenever it can prove that it may: it was given the run's phrase. Stops at every problem, and
/// does nothing that is only offered.
/// For command lines, and for tests.
class UnattendedOperator : public Operator
{
public:
    explicit UnattendedOperator(QString phrase) : m_phrase(std::move(phrase)) {}
    std::optional<Decision> ask(const Question &question, const CancelToken &) override
    {
        if (question.about == Question::About::Commit)
            return std::nullopt;
        if (question.offered)
            return Decision{.kind = Decision::Kind::Skip, .reason = QStringLiteral("not asked for"),
                            .step = question.step};
        const bool may = question.about == Question::About::Act && m_phrase == question.phrase;
        if (!may && question.courtesy)
            return Decision{.kind = Decision::Kind::Skip, .reason = QStringLiteral("not confirmed"), .step = question.step};
        return Decision{.kind = may ? Decision::Kind::Proceed : Decision::Kind::Stop, .phrase = m_phrase,
                        .step = question.step};
    }

private:
    QString m_phrase;
};

} // namespace understudy
