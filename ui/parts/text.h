// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace understudy::ui {

/// 8 px grid: spacing and margins are multiples of half of it.
constexpr int grid(int eighths)
{
    return eighths * 8;
}

/// The kinds of text of the style sheet.
enum class TextRole { Body, Muted, Small, Title, Heading, Number, Mono };

/// A label of one kind whose text can be read by a screen reader. Selectable text takes focus from
/// the keyboard, so it is off unless asked for.
QLabel *label(const QString &text, TextRole role, QWidget *parent = nullptr);
void setTextRole(QLabel *label, TextRole role);

/// Sets a property that the style sheet selects by, and restyles only when it changed.
void setStyleProperty(QWidget *widget, const char *name, const QString &value);
/// Sets text only when it differs: an unchanged label is not repainted.
void setTextIfChanged(QLabel *label, const QString &text);

} // namespace understudy::ui
