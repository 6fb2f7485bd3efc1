// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runview.h"

#include <QListWidget>

namespace understudy::ui {

/// The steps of a run with sign, number, name and time. Choosing a row only shows that step;
/// nothing here can tick one: what is done is what the run has proved.
class StepList : public QListWidget
{
    Q_OBJECT
public:
    enum Role {
        StateRole = Qt::UserRole + 1,
        TimeRole,
        LiveRole /* the run stands at this step */
    };

    explicit StepList(QWidget *parent = nullptr);
    void setRun(const RunView &run, const QDateTime &now);
    void showRow(int row); ///< selects without saying that the operator did
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void chosen(int row); ///< by the operator

protected:
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

private:
    bool m_updating = false;
};

} // namespace understudy::ui
