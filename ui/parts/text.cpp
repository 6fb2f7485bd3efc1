// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/text.h"

#include <QStyle>
#include <QVariant>

namespace understudy::ui {

namespace {

QString key(TextRole role)
{
    switch (role) {
    case TextRole::Body:
        return QStringLiteral("body");
    case TextRole::Muted:
        return QStringLiteral("muted");
    case TextRole::Small:
        return QStringLiteral("small");
    case TextRole::Title:
        return QStringLiteral("title");
    case TextRole::Heading:
        return QStringLiteral("heading");
    case TextRole::Number:
        return QStringLiteral("number");
    case TextRole::Mono:
        return QStringLiteral("mono");
    }
    return {};
}

} // namespace

QLabel *label(const QString &text, TextRole role, QWidget *parent)
{
    QLabel *made = new QLabel(text, parent);
    made->setTextFormat(Qt::PlainText);
    setTextRole(made, role);
    return made;
}

void setTextRole(QLabel *label, TextRole role)
{
    setStyleProperty(label, "role", key(role));
}

void setStyleProperty(QWidget *widget, const char *name, const QString &value)
{
    if (widget->property(name).toString() == value)
        return;
    widget->setProperty(name, value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

void setTextIfChanged(QLabel *label, const QString &text)
{
    if (label->text() != text)
        label->setText(text);
}

} // namespace understudy::ui
