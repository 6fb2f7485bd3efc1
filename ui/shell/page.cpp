// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/page.h"

#include "ui/parts/text.h"
#include "ui/shell/consolestate.h"

namespace understudy::ui {

Page::Page(const QString &key, const QString &title, const QString &system,
           const ConsoleState &state, QWidget *parent)
    : QWidget(parent)
    , m_key(key)
    , m_title(title)
    , m_system(system)
    , m_state(state)
{
    setObjectName(key);
    setAccessibleName(title);
    setStyleProperty(this, "page", QStringLiteral("true"));
    connect(&state, &ConsoleState::snapshotChanged, this, [this] {
        if (isVisible())
            refresh();
    });
}

void Page::showEvent(QShowEvent *event)
{
    refresh();
    QWidget::showEvent(event);
}

} // namespace understudy::ui
