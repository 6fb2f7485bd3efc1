// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/redis/topologywords.h"

#include <QFrame>

class QLabel;

namespace understudy::ui {

/// One node or Sentinel of the drawing: a real widget, so that the keyboard reaches it and a screen
/// reader finds its text where an eye sees it. Ctrl+C copies what it says.
class TopologyCard : public QFrame
{
    Q_OBJECT
public:
    explicit TopologyCard(QWidget *parent);
    void setCard(const CardText &text);
    const CardText &text() const { return m_text; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    CardText m_text;
    QLabel *m_role;
    QLabel *m_address;
    QLabel *m_lines;
};

} // namespace understudy::ui
