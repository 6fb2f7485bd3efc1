// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"

#include <QElapsedTimer>

class QTabWidget;
class QTableView;

namespace understudy::ui {

class ContradictionsView;
class RunsView;

/// The record: journals of runs with the state of their chains, every event seen by this console,
/// and the contradictions that stand now.
class JournalPage : public Page
{
    Q_OBJECT
public:
    JournalPage(const ConsoleState &state, const QString &folder, QWidget *parent = nullptr);
    void refresh() override;
    RunsView *runs() const { return m_runs; }

private:
    QWidget *eventsTab();

    QTabWidget *m_tabs;
    RunsView *m_runs;
    ContradictionsView *m_contradictions;
    QElapsedTimer m_looked;
};

} // namespace understudy::ui
