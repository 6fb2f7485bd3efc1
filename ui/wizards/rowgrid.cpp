// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/rowgrid.h"

#include "ui/parts/copybutton.h"
#include "ui/parts/panel.h"
#include "ui/parts/text.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace understudy::ui {

namespace {

QLabel *wrappedRow(const QString &text, TextRole role, QWidget *parent)
{
    QLabel *words = label(text, role, parent);
    words->setWordWrap(true);
    words->setTextFormat(Qt::PlainText);
    return words;
}

/// A label breaks only between words, and a long address is one: it would push what stands beside it
/// out of the window. Shown only; what is copied or spoken is the text itself.
QString breakable(const QString &text)
{
    constexpr int longest = 40;
    static const QString places = QStringLiteral("&?,=:_");
    QString shown;
    int run = 0;
    for (const QChar letter : text) {
        shown += letter;
        run = letter.isSpace() ? 0 : run + 1;
        if (run >= longest && places.contains(letter)) {
            shown += QChar(0x200B);
            run = 0;
        }
    }
    return shown;
}

/// A label that wraps asks for a narrow, tall shape; a command should use the room there is.
int commandWidth(const QLabel *words)
{
    return words->fontMetrics().horizontalAdvance(words->text()) + grid(3);
}

} // namespace

RowGrid::RowGrid(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(grid(2));
    m_grid->setVerticalSpacing(grid(1));
    m_grid->setColumnStretch(1, 1);
    m_grid->setColumnMinimumWidth(0, fontMetrics().averageCharWidth() * 14);
}

void RowGrid::addWidget(const QString &name, QWidget *content)
{
    const int row = m_grid->rowCount();
    content->setParent(this);
    m_grid->addWidget(rule(this), row, 0, 1, 2);
    m_grid->addWidget(label(name, TextRole::Muted, this), row + 1, 0, Qt::AlignTop);
    m_grid->addWidget(content, row + 1, 1);
}

void RowGrid::addText(const QString &name, const QString &text)
{
    if (!text.isEmpty())
        addWidget(name, wrappedRow(text, TextRole::Body, this));
}

void RowGrid::addLines(const QString &name, const QStringList &lines)
{
    if (lines.isEmpty())
        return;
    QWidget *all = new QWidget(this);
    auto *column = new QVBoxLayout(all);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(grid(1) / 2);
    for (const QString &line : lines)
        column->addWidget(wrappedRow(line, TextRole::Body, all));
    addWidget(name, all);
}

void RowGrid::addCommands(const QString &name, const QList<Command> &commands)
{
    if (commands.isEmpty())
        return;
    QWidget *all = new QWidget(this);
    auto *column = new QVBoxLayout(all);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(grid(1) / 2);
    for (const Command &command : commands) {
        auto *row = new QHBoxLayout;
        row->setSpacing(grid(1));
        QLabel *words = wrappedRow(breakable(command.text), TextRole::Mono, all);
        words->setAccessibleName(command.text);
        setStyleProperty(words, "well", QStringLiteral("true"));
        words->setMargin(grid(1) / 2 + 2);
        words->setMaximumWidth(commandWidth(words));
        words->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
        row->addWidget(words, 1);
        if (!command.after.isEmpty()) {
            QLabel *after = wrappedRow(command.after, TextRole::Body, all);
            after->setMaximumWidth(after->fontMetrics().horizontalAdvance(command.after) + grid(1));
            row->addWidget(after, 1);
        }
        CopyButton *copy = new CopyButton(command.text, all);
        copy->setAccessibleDescription(tr("Copies: %1").arg(command.text));
        row->addWidget(copy, 0, Qt::AlignVCenter);
        row->addStretch(0);
        column->addLayout(row);
    }
    addWidget(name, all);
}

} // namespace understudy::ui
