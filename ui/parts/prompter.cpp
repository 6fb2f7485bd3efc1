// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/prompter.h"

#include "ui/parts/text.h"

#include <QDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace understudy::ui {

namespace {

QPushButton *plainButton(const QString &text, QWidget *parent)
{
    QPushButton *button = new QPushButton(text, parent);
    button->setAutoDefault(false);
    button->setMinimumHeight(36);
    return button;
}

} // namespace

void WindowPrompter::ask(QWidget *over, const Question &question,
                         std::function<void(const Answer &)> then)
{
    QDialog *dialog = new QDialog(over);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(question.title);
    dialog->setMinimumWidth(480);
    QVBoxLayout *column = new QVBoxLayout(dialog);
    column->setContentsMargins(grid(3), grid(3), grid(3), grid(3));
    column->setSpacing(grid(2));
    QLabel *words = label(question.text, TextRole::Body, dialog);
    words->setWordWrap(true);
    column->addWidget(words);

    QPushButton *accept = plainButton(question.accept, dialog);
    QLineEdit *field = nullptr;
    if (!question.field.isEmpty()) {
        QLabel *name = label(question.field, TextRole::Muted, dialog);
        field = new QLineEdit(dialog);
        field->setAccessibleName(question.field);
        field->setEchoMode(question.secret ? QLineEdit::Password : QLineEdit::Normal);
        name->setBuddy(field);
        column->addWidget(name);
        column->addWidget(field);
        const bool required = question.fieldRequired;
        accept->setEnabled(!required);
        QObject::connect(field, &QLineEdit::textChanged, accept,
                         [accept, required, expected = question.expected](const QString &text) {
                             accept->setEnabled(expected.isEmpty()
                                                    ? !required || !text.trimmed().isEmpty()
                                                    : text == expected);
                         });
    }
    QHBoxLayout *buttons = new QHBoxLayout;
    buttons->setSpacing(grid(1));
    QPushButton *refuse = nullptr;
    if (!question.refuse.isEmpty()) {
        refuse = plainButton(question.refuse, dialog);
        buttons->addWidget(refuse);
        QObject::connect(refuse, &QPushButton::clicked, dialog, &QDialog::reject);
    }
    buttons->addStretch(1);
    buttons->addWidget(accept);
    column->addLayout(buttons);
    QObject::connect(accept, &QPushButton::clicked, dialog, &QDialog::accept);
    QObject::connect(
        dialog, &QDialog::finished, dialog, [field, then, secret = question.secret](int result) {
            const QString text = field ? field->text() : QString();
            then({.accepted = result == QDialog::Accepted, .text = secret ? text : text.trimmed()});
        });
    // Return presses the button that has the focus; in a field it accepts what has been typed, once that is enough.
    if (field)
        QObject::connect(field, &QLineEdit::returnPressed, dialog, [dialog, accept, field] {
            if (accept->isEnabled() && !field->text().trimmed().isEmpty())
                dialog->accept();
        });
    for (QPushButton *button : {accept, refuse}) {
        if (button && !field)
            button->setAutoDefault(true);
    }
    // Never on the button that acts: a key pressed twice must not answer.
    if (field)
        field->setFocus();
    else if (refuse)
        refuse->setFocus();
    dialog->open();
}

} // namespace understudy::ui
