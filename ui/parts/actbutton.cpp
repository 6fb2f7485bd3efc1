// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/actbutton.h"

#include "ui/parts/text.h"

#include <QKeyEvent>

namespace understudy::ui {

namespace {
constexpr qint64 guardMilliseconds = 500;
}

ActButton::ActButton(const QString &text, QWidget *parent)
    : QPushButton(text, parent)
{
    setAutoDefault(false);
    setDefault(false);
    setStyleProperty(this, "kind", QStringLiteral("act"));
    setMinimumHeight(44);
    connect(this, &QPushButton::clicked, this, [this] {
        if (!isGuarded())
            activate();
    });
}

void ActButton::rename(const QString &text)
{
    if (this->text() == text)
        return;
    setText(text);
    m_appeared.start();
}

bool ActButton::isGuarded() const
{
    return !m_appeared.isValid() || m_appeared.elapsed() < guardMilliseconds;
}

void ActButton::showEvent(QShowEvent *event)
{
    m_appeared.start();
    QPushButton::showEvent(event);
}

void ActButton::keyPressEvent(QKeyEvent *event)
{
    if (event->isAutoRepeat())
        return;
    QPushButton::keyPressEvent(event);
}

void ActButton::activate()
{
    emit acted();
}

} // namespace understudy::ui
