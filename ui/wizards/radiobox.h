// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRadioButton>

namespace understudy::ui {

/// A radio button whose ring and dot stand out from any ground, and grow with the text.
class RadioBox : public QRadioButton
{
    Q_OBJECT
public:
    explicit RadioBox(const QString &text, QWidget *parent = nullptr);
    QSize sizeHint() const override;
    int wordsFrom() const; ///< where the words begin, for what stands below them

protected:
    void paintEvent(QPaintEvent *event) override;
    bool hitButton(const QPoint &point) const override { return rect().contains(point); }
};

} // namespace understudy::ui
