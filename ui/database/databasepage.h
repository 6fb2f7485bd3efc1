// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"
#include "ui/shell/page.h"

#include <QList>
#include <QStringList>

class QBoxLayout;
class QHBoxLayout;
class QScrollArea;
class QPushButton;

namespace understudy::ui {

class MomentPicker;
class PageHeader;
class Panel;
class ReadingList;
class RestorePoint;
class TimeRuler;
class TrendChart;

/// What can be restored on a line of time, where a moment is picked; the database's readings by
/// what they are about, the newest restorable point against the RPO, and answer time, commits and
/// connections over time.
class DatabasePage : public Page
{
    Q_OBJECT
public:
    explicit DatabasePage(const ConsoleState &state, QWidget *parent = nullptr);
    void refresh() override;

signals:
    void restoreAsked(const QDateTime &moment); ///< invalid: none was picked

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Group
    {
        QStringList names; ///< of its readings, in order; empty: everything that has no group
        ReadingList *list = nullptr;
        QScrollArea *area;
    };
    struct Curve
    {
        QString reading;
        TrendChart *chart = nullptr;
    };
    void addGroup(QBoxLayout *row, const QString &title, const QStringList &names,
                  QWidget *first = nullptr);
    void addTrend(QHBoxLayout *row, const QString &title, const QString &unit,
                  const QString &reading);
    QWidget *buildRestore();
    int groupsHeight() const;
    void refreshRestore(const SystemHealth *database);
    void refreshTrends();

    PageHeader *m_header;
    RestorePoint *m_restore;
    QPushButton *m_ask;
    Panel *m_window = nullptr;
    MomentPicker *m_picker = nullptr;
    TimeRuler *m_ruler = nullptr; ///< the picker's; alone where nothing may be asked for
    QWidget *m_trends = nullptr;
    QScrollArea *m_groupsArea;
    QBoxLayout *m_groupsRow;
    QList<Group> m_groups;
    QList<Curve> m_curves;
    qint64 m_drawnAt = 0; ///< of the trends, ms since the epoch
};

} // namespace understudy::ui
