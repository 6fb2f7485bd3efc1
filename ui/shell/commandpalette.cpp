// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/commandpalette.h"

#include "ui/parts/text.h"
#include "ui/shell/fuzzy.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace understudy::ui {

CommandPalette::CommandPalette(const QList<Command> &commands, QWidget *parent)
    : QDialog(parent)
    , m_commands(commands)
    , m_field(new QLineEdit(this))
    , m_list(new QListWidget(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Commands"));
    setMinimumSize(560, 360);
    m_field->setPlaceholderText(tr("Page, act or contact"));
    m_field->setAccessibleName(tr("Command"));
    m_list->setAccessibleName(tr("Matching commands"));
    m_list->setUniformItemSizes(true);
    m_field->installEventFilter(this);
    QVBoxLayout *column = new QVBoxLayout(this);
    column->setContentsMargins(grid(2), grid(2), grid(2), grid(2));
    column->setSpacing(grid(1));
    column->addWidget(m_field);
    column->addWidget(m_list, 1);
    column->addWidget(
        label(tr("Enter runs it · Up and Down choose · Esc closes"), TextRole::Small, this));
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::search);
    connect(m_field, &QLineEdit::returnPressed, this, &CommandPalette::runSelected);
    connect(m_list, &QListWidget::itemActivated, this, &CommandPalette::runSelected);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runSelected);
    search({});
    m_field->setFocus();
}

void CommandPalette::search(const QString &typed)
{
    QList<std::pair<int, int>> hits; // score, index
    for (int i = 0; i < m_commands.size(); ++i) {
        const int score =
            fuzzyScore(m_commands[i].name + QLatin1Char(' ') + m_commands[i].detail, typed);
        if (score >= 0)
            hits.append({-score, i});
    }
    std::stable_sort(hits.begin(), hits.end(),
                     [](const auto &a, const auto &b) { return a.first < b.first; });
    m_list->clear();
    for (const auto &[score, index] : std::as_const(hits)) {
        const Command &command = m_commands[index];
        QListWidgetItem *item = new QListWidgetItem(
            command.detail.isEmpty()
                ? command.name
                : QString(command.name + QStringLiteral("  ·  ") + command.detail),
            m_list);
        item->setData(Qt::UserRole, index);
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::runSelected()
{
    const QListWidgetItem *item = m_list->currentItem();
    if (!item)
        return;
    const std::function<void()> run = m_commands[item->data(Qt::UserRole).toInt()].run;
    accept();
    run();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Up) {
            const int row = m_list->currentRow() + (key == Qt::Key_Down ? 1 : -1);
            m_list->setCurrentRow(qBound(0, row, qMax(0, m_list->count() - 1)));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace understudy::ui
