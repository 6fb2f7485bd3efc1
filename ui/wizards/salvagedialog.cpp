// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/salvagedialog.h"

#include "ui/parts/text.h"

#include <QAccessible>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace understudy::ui {

SalvageDialog::SalvageDialog(Begin begin, const QString &words, const QString &file, QWidget *parent)
    : QDialog(parent)
    , m_begin(std::move(begin))
    , m_file(new QLineEdit(file, this))
    , m_browse(new QPushButton(tr("Browse…"), this))
    , m_close(new QPushButton(tr("Close"), this))
    , m_save(new QPushButton(tr("Save the rows"), this))
    , m_progress(label({}, TextRole::Body, this))
    , m_left(new QPlainTextEdit(this))
{
    setWindowTitle(tr("Save lost rows as SQL"));
    setMinimumWidth(760);
    QLabel *about = label(words + QLatin1Char(' ')
                              + tr("Neither database is changed. The file holds rows' content: keep it as you keep the database, and read it before you run it."),
                          TextRole::Body, this);
    about->setWordWrap(true);
    QLabel *name = label(tr("&File"), TextRole::Muted, this);
    name->setBuddy(m_file);
    m_file->setAccessibleName(tr("File"));
    m_progress->setWordWrap(true);
    m_progress->setTextFormat(Qt::PlainText);
    m_progress->setMinimumHeight(m_progress->fontMetrics().height() * 2); // two lines from the beginning: nothing jumps
    m_progress->setAlignment(Qt::AlignTop | Qt::AlignLeading);
    m_progress->setObjectName(QStringLiteral("salvageProgress"));
    m_left->setReadOnly(true);
    m_left->setTabChangesFocus(true);
    m_left->setAccessibleName(tr("In the file, and not in it"));
    m_left->setMinimumHeight(m_left->fontMetrics().height() * 8);
    m_left->setPlaceholderText(tr("What is in the file, and what is not, is listed here"));
    setStyleProperty(m_save, "kind", QStringLiteral("act"));
    for (QPushButton *button : {m_close, m_save, m_browse}) {
        button->setAutoDefault(button == m_save);
        button->setMinimumHeight(36);
    }
    auto *where = new QHBoxLayout;
    where->addWidget(m_file, 1);
    where->addWidget(m_browse);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_close);
    buttons->addStretch(1);
    buttons->addWidget(m_save);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(grid(3), grid(3), grid(3), grid(3));
    column->setSpacing(grid(1));
    column->addWidget(about);
    column->addWidget(name);
    column->addLayout(where);
    column->addWidget(m_progress);
    column->addWidget(m_left, 1);
    column->addLayout(buttons);
    connect(m_browse, &QPushButton::clicked, this, &SalvageDialog::browse);
    connect(m_save, &QPushButton::clicked, this, &SalvageDialog::save);
    connect(m_close, &QPushButton::clicked, this, &SalvageDialog::reject);
    connect(m_file, &QLineEdit::textChanged, this, [this](const QString &text) { m_save->setEnabled(!text.trimmed().isEmpty() && !m_job); });
    m_save->setFocus();
}

void SalvageDialog::browse()
{
    const QString file = QFileDialog::getSaveFileName(this, windowTitle(), m_file->text(), tr("SQL (*.sql)"), nullptr, QFileDialog::DontConfirmOverwrite);
    if (!file.isEmpty())
        m_file->setText(file);
}

void SalvageDialog::save()
{
    m_left->clear();
    m_job = m_begin(m_file->text().trimmed());
    if (!m_job) {
        m_progress->setText(tr("There is nothing to be saved here."));
        return;
    }
    connect(m_job.get(), &SalvageJob::progressed, m_progress, [this](const QString &words) { m_progress->setText(tr("Comparing %1").arg(words)); });
    connect(m_job.get(), &SalvageJob::ended, this, &SalvageDialog::finish);
    m_progress->setText(tr("Connecting to both databases"));
    setWorking(true);
}

void SalvageDialog::setWorking(bool working)
{
    m_save->setEnabled(!working);
    m_file->setEnabled(!working);
    m_browse->setEnabled(!working);
    m_close->setText(working ? tr("Stop") : tr("Close"));
}

void SalvageDialog::finish(const Salvage &salvage, const QString &problem)
{
    m_job.release()->deleteLater(); // it is in its own signal
    setWorking(false);
    if (m_closing) {
        QDialog::reject();
        return;
    }
    m_progress->setText(problem.isEmpty() ? tr("Saved in %1: %2.").arg(salvage.file, salvage.summary()) : tr("Not saved: %1").arg(problem));
    QStringList lines;
    for (const SalvagedTable &one : salvage.tables) {
        const QString rows = one.rows == 1 ? tr("%1: 1 row").arg(one.table) : tr("%1: %2 rows").arg(one.table).arg(one.rows);
        lines << (one.note.isEmpty() ? rows : tr("%1; %2").arg(rows, one.note));
    }
    for (const NotSalvaged &one : salvage.notExported)
        lines << tr("Not in it: %1: %2").arg(one.table, one.why);
    m_left->setPlainText(lines.join(QLatin1Char('\n')));
    QAccessibleEvent alert(m_progress, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
    (problem.isEmpty() ? m_close : m_save)->setFocus();
}

void SalvageDialog::reject()
{
    if (!m_job) {
        QDialog::reject();
        return;
    }
    m_closing = true;
    m_progress->setText(tr("Stopping"));
    m_job->cancel();
}

} // namespace understudy::ui
