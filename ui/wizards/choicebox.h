// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCheckBox>

namespace understudy::ui {

/// A check box whose frame and tick stand out from any ground, and grow with the text.
class ChoiceBox : public QCheckBox
{
    Q_OBJECT
public:
    explicit ChoiceBox(const QString &text, QWidget *parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool hitButton(const QPoint &point) const override { return rect().contains(point); }
};

} // namespace understudy::ui
