// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace understudy::ui {

/// One thing that must be asked before going on. The buttons repeat the verb, never "OK" or "Yes".
struct Question
{
    QString title;
    QString text;
    QString field; ///< label of a text field; empty: there is none
    bool fieldRequired = true;
    QString expected;    ///< what must be typed, exactly; empty: anything
    bool secret = false; ///< what is typed is not shown, and not trimmed
    QString accept;      ///< "Skip this step"
    QString refuse;      ///< "Go back"; empty: only told, nothing to refuse
};

struct Answer
{
    bool accepted = false;
    QString text;
};

/// Asks the operator. An interface, so that tests answer without windows. Never blocks: the answer
/// comes later, once, and not at all when `over` is gone by then.
class Prompter
{
public:
    virtual ~Prompter() = default;
    virtual void ask(QWidget *over, const Question &question,
                     std::function<void(const Answer &)> then) = 0;
};

/// Asks in a window of its own.
class WindowPrompter : public Prompter
{
public:
    void ask(QWidget *over, const Question &question,
             std::function<void(const Answer &)> then) override;
};

} // namespace understudy::ui
