// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "core/recovery/runview.h"

#include <QScrollArea>

class QLabel;

namespace understudy::ui {

class HeadingRow;
class RowGrid;
class StateBadge;

/// The page of a run that is proved or has ended: what it means, what to do now, what was measured,
/// and the whole checklist with everything that was left out. While the commit window is open it
/// also counts down to what happens by itself.
class RunSummary : public QScrollArea
{
    Q_OBJECT
public:
    explicit RunSummary(const CommitWindow &commit, QWidget *parent = nullptr);
    void setRun(const RunView &run, const QDateTime &now);

private:
    void rebuild(const RunView &run);
    QString countdown(const RunView &run, const QDateTime &now) const;
    void warnOfTime(Milliseconds left);

    CommitWindow m_commit;
    StateBadge *m_badge;
    HeadingRow *m_heading;
    QLabel *m_countdown;
    QLabel *m_meanwhile;
    RowGrid *m_rows = nullptr;
    RunView m_shown;
    int m_minutesWarned = 0; ///< 0: not yet; the smallest of 5 and 1 that was announced
};

} // namespace understudy::ui
