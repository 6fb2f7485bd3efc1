// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>

namespace understudy::ui {

/// A button whose printed text ends in "…" when there is no room; its accessible name stays whole.
class ElidedButton : public QPushButton
{
    Q_OBJECT
public:
    explicit ElidedButton(const QString &kind, QWidget *parent = nullptr);
    void setWhole(const QString &text); ///< no repaint when nothing changed
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace understudy::ui
