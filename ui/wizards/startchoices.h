// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/recipe.h"

#include <QObject>

namespace understudy::ui {

class RowGrid;

/// What a scenario lets the operator choose before its recovery begins: one class a scenario.
class StartChoices : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    /// Called once; the rows own what is added to them, and live as long as this does.
    virtual void addRows(RowGrid &rows) = 0;
    virtual RunOptions options() const = 0;
    /// For the list of steps, also while something is still to be chosen.
    virtual RunOptions outlineOptions() const { return options(); }
    virtual QString buttonText() const = 0; ///< "Begin: look before …"
    /// Why it cannot begin yet, in words; empty: it can.
    virtual QString missing() const { return {}; }

signals:
    void changed();
};

} // namespace understudy::ui
