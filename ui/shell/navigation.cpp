// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/navigation.h"

#include "ui/parts/text.h"
#include "ui/parts/tone.h"
#include "ui/shell/consolestate.h"
#include "ui/shell/page.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

namespace understudy::ui {

Navigation::Navigation(const ConsoleState &state, QWidget *parent)
    : QFrame(parent)
    , m_state(state)
    , m_column(new QVBoxLayout(this))
{
    setAccessibleName(tr("Pages"));
    setStyleProperty(this, "strip", QStringLiteral("navigation"));
    m_column->setContentsMargins(0, grid(1), 1, grid(1));
    m_column->setSpacing(2);
    m_column->addStretch(1);
    connect(&state, &ConsoleState::snapshotChanged, this, &Navigation::refresh);
    connect(&state.ticker(), &Ticker::ticked, this, &Navigation::refresh);
}

void Navigation::add(const Page &page)
{
    const int number = int(m_entries.size()) + 1;
    QPushButton *button = new QPushButton(page.title(), this);
    button->setCheckable(true);
    button->setAutoExclusive(true);
    button->setAutoDefault(false);
    button->setObjectName(QStringLiteral("navigate.") + page.key());
    setStyleProperty(button, "kind", QStringLiteral("navigation"));
    QLabel *sign = label({}, TextRole::Body, button);
    sign->setAttribute(Qt::WA_TransparentForMouseEvents);
    QHBoxLayout *inside = new QHBoxLayout(button);
    inside->setContentsMargins(0, 0, 14, 0);
    inside->addStretch(1);
    inside->addWidget(sign);
    sign->hide();
    button->setMinimumWidth(grid(14));
    button->setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed); // its title is never cut
    m_column->insertWidget(int(m_entries.size()), button);
    const QString key = page.key();
    // A screen reader switches it on without a click.
    connect(button, &QPushButton::toggled, this, [this, key](bool on) {
        if (on)
            emit chosen(key);
    });
    if (number <= 9) {
        const QKeySequence keys(int(Qt::ALT) | int(Qt::Key_0 + number));
        button->setToolTip(keys.toString(QKeySequence::NativeText));
        QShortcut *shortcut = new QShortcut(keys, window());
        connect(shortcut, &QShortcut::activated, this, [this, key] { emit chosen(key); });
    }
    m_entries.append({key, page.system(), button, sign});
    refresh();
}

QWidget *Navigation::lastEntry() const
{
    return m_entries.last().button;
}

void Navigation::setCurrent(const QString &key)
{
    for (const Entry &entry : std::as_const(m_entries)) {
        if (entry.key != key)
            continue;
        entry.button->setChecked(true);
        // A window that opens has its focus here, not on whatever control was made first; and the ring
        // does not stay with a page that was left.
        QWidget *focused = window()->focusWidget();
        if (!focused || isAncestorOf(focused))
            entry.button->setFocus();
    }
}

void Navigation::refresh()
{
    for (const Entry &entry : std::as_const(m_entries)) {
        if (entry.system.isEmpty())
            continue;
        const Health health = m_state.healthNow(entry.system);
        const Tone tone = toneOf(health);
        setTextIfChanged(entry.sign, toneSign(tone));
        entry.sign->setVisible(tone != Tone::Healthy);
        setStyleProperty(entry.sign, "tone", toneKey(tone));
        if (entry.button->accessibleDescription() != healthWord(health))
            entry.button->setAccessibleDescription(healthWord(health));
    }
}

} // namespace understudy::ui
