// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"

#include <QList>
#include <QStringList>

class QHBoxLayout;

namespace understudy::ui {

class PageHeader;
class ReadingList;
class RestorePoint;
class TrendChart;

/// The database's readings by what they are about, the newest restorable point against the RPO, and
/// answer time, commits and connections over time.
class DatabasePage : public Page
{
    Q_OBJECT
public:
    explicit DatabasePage(const ConsoleState &state, QWidget *parent = nullptr);
    void refresh() override;

private:
    struct Group
    {
        QStringList names; ///< of its readings, in order; empty: everything that has no group
        ReadingList *list = nullptr;
    };
    struct Curve
    {
        QString reading;
        TrendChart *chart = nullptr;
    };
    void addGroup(QHBoxLayout *row, const QString &title, const QStringList &names,
                  QWidget *first = nullptr);
    void addTrend(QHBoxLayout *row, const QString &title, const QString &unit,
                  const QString &reading);
    void refreshTrends();

    PageHeader *m_header;
    RestorePoint *m_restore;
    QList<Group> m_groups;
    QList<Curve> m_curves;
    qint64 m_drawnAt = 0; ///< of the trends, ms since the epoch
};

} // namespace understudy::ui
