// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QBoxLayout;

namespace understudy::ui {

/// Buttons at the leading end and the act alone at the far end; where there is no room for both,
/// the act stands below. Never cut, whatever the size of the text.
class ButtonRow : public QWidget
{
    Q_OBJECT
public:
    explicit ButtonRow(QWidget *parent = nullptr);
    void addAside(QWidget *button);
    void setAct(QWidget *button); ///< null: none
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    int asidesWidth() const;
    void arrange();

    QBoxLayout *m_outer;
    QBoxLayout *m_asides;
    QWidget *m_act = nullptr;
};

} // namespace understudy::ui
