// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/wizards/goodmomentdialog.h"
#include "ui/wizards/startchoices.h"

class QButtonGroup;
class QLabel;

namespace understudy::ui {

class ConsoleState;
class ChoiceBox;
class MomentPicker;

/// Scenario A: the moment to go back to, and whether the old database is frozen meanwhile. Follows
/// the snapshot: what can be restored changes while the operator thinks.
class DatabaseChoices : public StartChoices
{
    Q_OBJECT
public:
    /// `moment` may be invalid: none is chosen beforehand.
    /// `search` begins a search for the last good moment; empty: none is offered.
    explicit DatabaseChoices(const ConsoleState &state, const QDateTime &moment = {},
                             GoodMomentDialog::Begin search = {}, QObject *parent = nullptr);
    void addRows(RowGrid &rows) override;
    RunOptions options() const override;
    RunOptions outlineOptions() const override;
    QString buttonText() const override;
    QString missing() const override;

private:
    QWidget *searchRow();
    QWidget *backupRow();
    QString backupWords() const;
    QWidget *freezeChoices();
    void refresh();
    QString writingNow() const;
    QStringList known() const;

    const ConsoleState &m_state;
    const QDateTime m_first; ///< chosen before the page was opened
    const QDateTime m_opened;
    const GoodMomentDialog::Begin m_search;
    MomentPicker *m_picker = nullptr;
    QButtonGroup *m_freeze = nullptr;
    ChoiceBox *m_backup = nullptr; ///< plan B; null: the plan names no backups, or no standby
    QLabel *m_running = nullptr; ///< what it costs to leave it running
    QLabel *m_known = nullptr;
};

} // namespace understudy::ui
