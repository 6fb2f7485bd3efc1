// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"

class QUrl;

namespace understudy::ui {

/// The plan as a document to read: it is here when everything else is down.
class PlanPage : public Page
{
    Q_OBJECT
public:
    explicit PlanPage(const ConsoleState &state, QWidget *parent = nullptr);
    void refresh() override {} ///< a plan does not change while it is open

signals:
    void linkAsked(const QUrl &link); ///< mailto: or tel:, for the desktop to open

private:
    QWidget *head();
};

} // namespace understudy::ui
