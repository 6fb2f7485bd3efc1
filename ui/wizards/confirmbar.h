// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/step.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace understudy::ui {

class ActButton;
class ButtonRow;

/// The last thing between the operator and the act: says how it is confirmed, takes the phrase when
/// one is wanted, and holds the one button that acts. A new request brings a new button, so that
/// its guard starts anew. Once pressed it is dead until the next request: no second act from a
/// second click.
class ConfirmBar : public QWidget
{
    Q_OBJECT
public:
    struct Request
    {
        QString key; ///< the same key keeps the button and what was typed
        Confirmation strength = Confirmation::Click;
        QString button; ///< verb and target
        QString phrase; ///< for Phrase
        QString blocked; ///< why it cannot be confirmed yet, printed; empty: it can
        bool operator==(const Request &) const = default;
    };

    explicit ConfirmBar(QWidget *parent = nullptr);
    void request(const Request &request);
    void withdraw(); ///< nothing to confirm now
    bool isAsking() const { return m_button != nullptr; }
    void addAside(QPushButton *button); ///< at the leading end: Skip…, Undo…
    QWidget *
    firstControl() const; ///< where the focus belongs; null when a deliberate move is wanted
    ActButton *button() const { return m_button; }

signals:
    void confirmed(const QString &phrase); ///< empty unless one was wanted

private:
    void rename(const Request &request);
    void block();
    void sayHow();
    void buildPhrase(const Request &request);
    void buildButton(const Request &request);
    void phraseEdited();
    void phraseEntered();
    void act();

    Request m_request;
    QWidget *m_row;
    QLabel *m_how;
    QLabel *m_phrase;
    QLineEdit *m_field;
    QLabel *m_verdict;
    ButtonRow *m_buttons;
    ActButton *m_button = nullptr;
};

} // namespace understudy::ui
