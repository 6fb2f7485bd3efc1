// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runview.h"

#include <QFrame>

class QLabel;

namespace understudy::ui {

class ElidedLabel;
class RaceBar;

/// What is recovered, how much of the objective is used, and which run this is: on one line.
class RunLine : public QFrame
{
    Q_OBJECT
public:
    explicit RunLine(QWidget *parent = nullptr);
    void setRun(const RunView &run, const QDateTime &now);

private:
    ElidedLabel *m_title;
    RaceBar *m_bar;
    QLabel *m_race;
    ElidedLabel *m_id;
};

} // namespace understudy::ui
