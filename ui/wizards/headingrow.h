// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QBoxLayout;
class QLabel;

namespace understudy::ui {

/// A heading and its badge side by side, or the badge below where there is no room for both. The
/// heading wraps when it must, and is else no wider than its words.
class HeadingRow : public QWidget
{
    Q_OBJECT
public:
    explicit HeadingRow(QWidget *badge, QWidget *parent = nullptr);
    void setText(const QString &text);
    QString text() const;

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    void arrange();

    QLabel *m_heading;
    QWidget *m_badge;
    QBoxLayout *m_layout;
};

} // namespace understudy::ui
