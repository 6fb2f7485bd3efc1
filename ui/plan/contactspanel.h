// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "ui/parts/panel.h"

class QUrl;

namespace understudy::ui {

/// Who to call, each with Copy and, for an address, Mail.
class ContactsPanel : public Panel
{
    Q_OBJECT
public:
    explicit ContactsPanel(const QList<Contact> &contacts, QWidget *parent = nullptr);
    /// mailto: for an e-mail address, tel: for a number; invalid for anything else.
    static QUrl linkOf(const QString &contact);

signals:
    void linkAsked(const QUrl &link);
};

} // namespace understudy::ui
