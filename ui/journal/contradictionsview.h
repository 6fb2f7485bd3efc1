// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"

#include <QWidget>

class QTableWidget;
class QLabel;

namespace understudy::ui {

/// Where two sources disagree about one fact: what each of them says, and when it was seen.
class ContradictionsView : public QWidget
{
    Q_OBJECT
public:
    explicit ContradictionsView(QWidget *parent = nullptr);
    void setContradictions(const QList<Contradiction> &contradictions);

private:
    QList<Contradiction> m_shown;
    QTableWidget *m_table;
    QLabel *m_none;
};

} // namespace understudy::ui
