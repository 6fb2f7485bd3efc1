// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QPushButton>

namespace understudy::ui {

/// A button that changes the world. For 500 ms after it appears (or is renamed) it ignores every
/// kind of input, the accessible press included, so that a click meant for what was there before
/// does nothing. It is never a window's default button. Connect to `acted`, not to `clicked`.
class ActButton : public QPushButton
{
    Q_OBJECT
public:
    explicit ActButton(const QString &text, QWidget *parent = nullptr);
    void rename(const QString &text); ///< starts the guard anew when the text differs
    bool isGuarded() const;

signals:
    void acted();

protected:
    void showEvent(QShowEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    virtual void activate(); ///< a whole, unguarded click or press; the base emits `acted`

private:
    QElapsedTimer m_appeared;
};

} // namespace understudy::ui
