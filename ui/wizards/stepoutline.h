// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runview.h"

#include <QWidget>

class QGridLayout;

namespace understudy::ui {

/// The steps of a run that has not begun: what each can cost, how it is confirmed, and whether
/// there is a way back.
class StepOutline : public QWidget
{
    Q_OBJECT
public:
    explicit StepOutline(QWidget *parent = nullptr);
    void setRun(const RunView &outline);

private:
    QGridLayout *m_table;
};

} // namespace understudy::ui
