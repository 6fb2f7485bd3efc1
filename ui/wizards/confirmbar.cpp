// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/confirmbar.h"

#include "ui/parts/holdbutton.h"
#include "ui/parts/text.h"
#include "ui/wizards/buttonrow.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace understudy::ui {

ConfirmBar::ConfirmBar(QWidget *parent)
    : QWidget(parent)
    , m_row(new QWidget(this))
    , m_how(label({}, TextRole::Body, m_row))
    , m_phrase(label({}, TextRole::Title, m_row))
    , m_field(new QLineEdit(m_row))
    , m_verdict(label({}, TextRole::Small, m_row))
    , m_buttons(new ButtonRow(this))
{
    m_field->setObjectName(QStringLiteral("phraseField"));
    m_field->setMinimumHeight(36);
    m_field->setMinimumWidth(m_field->fontMetrics().averageCharWidth() * 24);
    m_phrase->setTextFormat(Qt::PlainText);
    m_how->setBuddy(m_field);
    auto *row = new QHBoxLayout(m_row);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(grid(2));
    row->addWidget(m_how);
    row->addWidget(m_phrase);
    row->addWidget(m_field, 2);
    row->addWidget(m_verdict, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(grid(2));
    column->addWidget(m_row);
    column->addWidget(m_buttons);
    connect(m_field, &QLineEdit::textChanged, this, &ConfirmBar::phraseEdited);
    connect(m_field, &QLineEdit::returnPressed, this, &ConfirmBar::phraseEntered);
    withdraw();
}

void ConfirmBar::addAside(QPushButton *button)
{
    m_buttons->addAside(button);
}

void ConfirmBar::request(const Request &request)
{
    if (m_button && request == m_request)
        return;
    const bool clicked =
        request.strength == Confirmation::Click && m_request.strength == request.strength;
    if (m_button && clicked && request.key == m_request.key) {
        rename(request);
        return;
    }
    withdraw();
    m_request = request;
    buildPhrase(request);
    buildButton(request);
    m_row->show();
    phraseEdited();
    block();
}

/// The same question with another target: the button stays where it is, and is guarded anew.
void ConfirmBar::rename(const Request &request)
{
    m_request = request;
    m_button->rename(request.button);
    m_button->setAccessibleName(request.button);
    m_button->setEnabled(true);
    sayHow();
    block();
}

void ConfirmBar::block()
{
    const bool blocked = !m_request.blocked.isEmpty();
    m_how->setWordWrap(blocked);
    if (blocked) {
        m_button->setEnabled(false);
        m_how->setText(m_request.blocked);
    }
    m_button->setAccessibleDescription(m_request.blocked);
}

void ConfirmBar::buildPhrase(const Request &request)
{
    const bool typed = request.strength == Confirmation::Phrase;
    m_field->clear();
    m_field->setEnabled(true);
    m_field->setVisible(typed);
    m_verdict->setVisible(typed);
    m_phrase->setVisible(typed);
    m_phrase->setText(request.phrase);
    m_field->setAccessibleName(tr("Type %1").arg(request.phrase));
    sayHow();
}

void ConfirmBar::sayHow()
{
    switch (m_request.strength) {
    case Confirmation::Phrase:
        m_how->setText(tr("Type"));
        break;
    case Confirmation::Hold:
        m_how->setText(tr(
            "Hold the button for 1 s. By keyboard: Space starts a 1 s countdown, Esc stops it."));
        break;
    case Confirmation::Click:
    case Confirmation::None:
        m_how->setText(tr("One click, or Space on the button."));
        break;
    }
}

void ConfirmBar::buildButton(const Request &request)
{
    m_button = request.strength == Confirmation::Hold ? new HoldButton(request.button, m_buttons)
                                                      : new ActButton(request.button, m_buttons);
    m_button->setObjectName(QStringLiteral("actButton"));
    m_button->setAccessibleName(request.button);
    connect(m_button, &ActButton::acted, this, &ConfirmBar::act);
    m_buttons->setAct(m_button);
    m_button->show();
}

void ConfirmBar::withdraw()
{
    if (m_button) {
        // It may be what has just been pressed: it leaves when its own event is over.
        m_button->disconnect(this);
        m_buttons->setAct(nullptr);
        m_button->hide();
        m_button->deleteLater();
        m_button = nullptr;
    }
    m_row->hide();
}

QWidget *ConfirmBar::firstControl() const
{
    return m_button && m_request.strength == Confirmation::Phrase ? m_field : nullptr;
}

void ConfirmBar::phraseEdited()
{
    if (!m_button || m_request.strength != Confirmation::Phrase)
        return;
    const QString typed = m_field->text();
    const bool right = typed == m_request.phrase;
    m_button->setEnabled(right);
    QString verdict = right ? tr("Right. Enter goes to the button, Space presses it.") : QString();
    if (!right && !typed.isEmpty() && !m_request.phrase.startsWith(typed))
        verdict = tr("Not the phrase yet: it must be the same, letter by letter.");
    setTextIfChanged(m_verdict, verdict);
}

void ConfirmBar::phraseEntered()
{
    // Enter never acts: it only leads to the button, which ignores it.
    if (m_button && m_button->isEnabled())
        m_button->setFocus(Qt::TabFocusReason);
}

void ConfirmBar::act()
{
    const bool typed = m_request.strength == Confirmation::Phrase;
    if (typed && m_field->text() != m_request.phrase)
        return;
    m_button->setEnabled(false);
    m_field->setEnabled(false);
    emit confirmed(typed ? m_request.phrase : QString());
}

} // namespace understudy::ui
