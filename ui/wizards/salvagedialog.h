// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/salvagejob.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace understudy::ui {

/// Saves the rows that a recovery has left behind, as SQL: where to, how far it is, and what is in the file and what
/// is not. Closing it while it works stops the work first, and leaves no file.
class SalvageDialog : public QDialog
{
    Q_OBJECT
public:
    using Begin = std::function<std::unique_ptr<SalvageJob>(const QString &file)>;
    SalvageDialog(Begin begin, const QString &words, const QString &file, QWidget *parent = nullptr);
    void reject() override;

private:
    void browse();
    void save();
    void finish(const Salvage &salvage, const QString &problem);
    void setWorking(bool working);

    const Begin m_begin;
    std::unique_ptr<SalvageJob> m_job;
    bool m_closing = false;
    QLineEdit *m_file;
    QPushButton *m_browse, *m_close, *m_save;
    QLabel *m_progress;
    QPlainTextEdit *m_left;
};

} // namespace understudy::ui
