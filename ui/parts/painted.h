// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAccessible>
#include <QWidget>

namespace understudy::ui {

/// Base of widgets that paint themselves. What they show is also said in words: the accessible
/// name, kept up to date by `say`, and a description made when it is asked for, so that a screen
/// reader has all that an eye has and an age that grows costs nothing.
class Painted : public QWidget
{
    Q_OBJECT
public:
    explicit Painted(QWidget *parent = nullptr);
    void say(const QString &words);
    virtual QString description() const { return {}; }
    virtual QAccessible::Role spokenRole() const { return QAccessible::Graphic; }
    /// An interface of its own, for what has a value; null: name, role and description suffice.
    virtual QAccessibleInterface *spoken() { return nullptr; }

    /// Makes painted widgets known to assistive technology. Once, when the program starts.
    static void installAccessibility();
};

} // namespace understudy::ui
