// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runview.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace understudy::ui {

class ConsoleState;
class StateBadge;

/// The first line of the overview: what to do now, on what evidence, and the way there; or, calmly,
/// that there is nothing to do. Always of the same height, so that nothing below it ever jumps.
class WhatToDoBanner : public QFrame
{
    Q_OBJECT
public:
    explicit WhatToDoBanner(const ConsoleState &state, QWidget *parent = nullptr);
    void refresh();

signals:
    void recoveryAsked(const QString &scenario);
    void runAsked(const QString &id); ///< one is open already
    void planAsked(); ///< the scenario has no guided recovery yet: the plan's own words are what there is

private:
    struct Words
    {
        QString frame, badge, title, evidence;
        int tone = 0;
    };
    Words words() const;
    Words wordsOf(const RunView &run) const;
    const Recommendation *recommended() const;
    const RunView *runFirst() const;

    const ConsoleState &m_state;
    StateBadge *m_badge;
    QLabel *m_title;
    QLabel *m_evidence;
    QPushButton *m_start;
    QString m_scenario;
    bool hasRecipe() const;
};

} // namespace understudy::ui
