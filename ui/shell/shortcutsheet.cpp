// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/shortcutsheet.h"

#include "ui/parts/text.h"

#include <QGridLayout>
#include <QPushButton>

namespace understudy::ui {

ShortcutSheet::ShortcutSheet(QWidget *parent)
    : QDialog(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Keys and signs"));
    QGridLayout *table = new QGridLayout(this);
    table->setContentsMargins(grid(3), grid(3), grid(3), grid(3));
    table->setHorizontalSpacing(grid(3));
    table->setVerticalSpacing(grid(1));
    const QList<std::pair<QString, QString>> lines{
        {tr("Alt+1 … Alt+6"), tr("go to a page; Alt+1 is always the overview")},
        {tr("Ctrl+K"), tr("every page, act and contact by name")},
        {tr("F5"), tr("look at everything now")},
        {tr("Ctrl+C"), tr("copy the reading that has the focus, with its source and age")},
        {tr("Ctrl++  Ctrl+-  Ctrl+0"), tr("larger, smaller, normal text")},
        {tr("Tab, arrows, Space"), tr("move and press; Esc stops a countdown or closes a window")},
        {QStringLiteral("●"), tr("healthy")},
        {QStringLiteral("▲"), tr("degraded, or outside its normal range")},
        {QStringLiteral("✖"), tr("down")},
        {QStringLiteral("◌"),
         tr("unknown: nobody has seen it lately; hatched and grey: too old to believe")},
    };
    int row = 0;
    for (const auto &[keys, meaning] : lines) {
        table->addWidget(label(keys, TextRole::Title, this), row, 0);
        table->addWidget(label(meaning, TextRole::Body, this), row, 1);
        ++row;
    }
    QPushButton *close = new QPushButton(tr("Close"), this);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    table->addWidget(close, row, 1, Qt::AlignRight);
    close->setFocus();
}

} // namespace understudy::ui
