// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plan/contactspanel.h"

#include "ui/parts/copybutton.h"
#include "ui/parts/text.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QRegularExpression>
#include <QUrl>
#include <QVBoxLayout>

namespace understudy::ui {

ContactsPanel::ContactsPanel(const QList<Contact> &contacts, QWidget *parent)
    : Panel(tr("Contacts"), parent)
{
    for (const Contact &contact : contacts) {
        body()->addWidget(rule(this));
        QHBoxLayout *row = new QHBoxLayout;
        row->setContentsMargins(0, 4, 0, 4);
        row->setSpacing(grid(1));
        QVBoxLayout *told = new QVBoxLayout;
        told->setSpacing(0);
        told->addWidget(label(contact.role, TextRole::Muted, this));
        QLabel *address = label(contact.contact, TextRole::Body, this);
        address->setTextInteractionFlags(Qt::TextSelectableByMouse);
        told->addWidget(address);
        row->addLayout(told, 1);
        row->addWidget(new CopyButton(contact.contact, this));
        const QUrl link = linkOf(contact.contact);
        if (link.isValid()) {
            QPushButton *reach = new QPushButton(
                link.scheme() == QLatin1String("tel") ? tr("Call") : tr("Mail"), this);
            reach->setAutoDefault(false);
            reach->setAccessibleDescription(contact.contact);
            setStyleProperty(reach, "kind", QStringLiteral("link"));
            connect(reach, &QPushButton::clicked, this, [this, link] { emit linkAsked(link); });
            row->addWidget(reach);
        }
        body()->addLayout(row);
    }
    if (contacts.isEmpty())
        body()->addWidget(label(tr("The plan names nobody."), TextRole::Muted, this));
    body()->addStretch(1);
}

QUrl ContactsPanel::linkOf(const QString &contact)
{
    static const QRegularExpression mail(QStringLiteral("^[^\\s@/:]+@[^\\s@/:]+$"));
    static const QRegularExpression phone(QStringLiteral("^\\+?[0-9][0-9 ()-]{5,}$"));
    QUrl link;
    if (mail.match(contact).hasMatch()) {
        link.setScheme(QStringLiteral("mailto"));
        link.setPath(contact);
    } else if (phone.match(contact).hasMatch()) {
        static const QRegularExpression extra(QStringLiteral("[ ()-]"));
        link.setScheme(QStringLiteral("tel"));
        link.setPath(QString(contact).remove(extra));
    }
    return link;
}

} // namespace understudy::ui
