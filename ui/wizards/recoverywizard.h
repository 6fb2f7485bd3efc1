// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runcontroller.h"
#include "ui/parts/prompter.h"
#include "ui/parts/ticker.h"
#include "ui/wizards/recoverystart.h"

#include <QWidget>

#include <memory>

class QLabel;
class QPushButton;
class QStackedWidget;

namespace understudy::ui {

class ConfirmBar;
class ModeBand;
class RunLine;
class RunSummary;
class StepDetails;
class StepRail;

/// One guided recovery in a window of its own: a thin view of a RunView, and the operator's
/// decisions. Closing it cancels nothing: it hides, the run goes on or stands still, and `open`
/// brings it back to the same place. It is made either with a start page or for a run that is open
/// already.
class RecoveryWizard : public QWidget
{
    Q_OBJECT
public:
    RecoveryWizard(const Plan &plan, const Ticker &ticker, Prompter &prompter,
                   QWidget *parent = nullptr);
    ~RecoveryWizard() override;

    void showStart(const RecoveryStart::Facts &facts, std::unique_ptr<StartChoices> choices,
                   RecoveryStart::Outline outline);
    /// Takes the run over and starts it. `standing`: it was left earlier, and this is a return to
    /// it.
    void run(std::unique_ptr<RunController> controller, bool standing);
    void open();                      ///< shows it, in front; says where the operator was
    void say(const QString &trouble); ///< why it could not begin
    const RunView &view() const { return m_view; }
    StepRail *rail() const { return m_rail; }
    bool isOver() const; ///< nothing is lost when the window is thrown away
    void offerResume();  ///< the run has stopped, and is not closed: it can be gone on with

signals:
    void beginAsked(const understudy::RunOptions &options);
    void resumeAsked(const QString &runId);
    void runChanged(const understudy::RunView &view);
    void salvageAsked(const QString &runId);
    void closed();

protected:
    void closeEvent(QCloseEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void build();
    void buildAsides();
    void askToBegin();
    void take(const RunView &view);
    void tick(const QDateTime &now);
    void showStep(int index);
    void refresh();
    void refreshPage();
    void refreshConfirm();
    void refreshAsides();
    bool looksAtCurrent() const { return m_shown == m_view.current; }
    void moveFocus();
    void orderTabs();
    void sayWhereOperatorWas(const QDateTime &left, const QString &because);
    void confirm(const QString &phrase);
    void decide(Decision::Kind kind, const QString &phrase = {}, const QString &reason = {});
    void ask(const Question &question, std::function<void(const Answer &)> then);
    void askSkip();
    void askUndo();
    void askEnd();

    Plan m_plan;
    const Ticker &m_ticker;
    Prompter &m_prompter;
    std::unique_ptr<RunController> m_controller;
    RunView m_view;
    int m_shown = -1;         ///< index of the step on the page
    QString m_focusedFor;     ///< what the focus was last moved for
    QDateTime m_leftAt;       ///< when the window was closed
    QDateTime m_decidedAt;    ///< a decision is on its way; invalid: none
    int m_asked = 0;          ///< grows when the same confirmation must be asked anew
    bool m_resumable = false; ///< ended here, open in the journal

    ModeBand *m_band = nullptr;
    RunLine *m_line = nullptr;
    StepRail *m_rail = nullptr;
    QLabel *m_here = nullptr;
    QLabel *m_progress = nullptr;
    QStackedWidget *m_pages = nullptr;
    RecoveryStart *m_start = nullptr;
    StepDetails *m_details = nullptr;
    RunSummary *m_summary = nullptr;
    ConfirmBar *m_confirm = nullptr;
    QPushButton *m_skip = nullptr;
    QPushButton *m_undo = nullptr;
    QPushButton *m_extend = nullptr;
    QPushButton *m_end = nullptr;
    QPushButton *m_stop = nullptr;
    QPushButton *m_back = nullptr;
    QPushButton *m_salvage = nullptr;
    QPushButton *m_close = nullptr;
};

} // namespace understudy::ui
