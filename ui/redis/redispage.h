// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"
#include "ui/shell/page.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace understudy::ui {

class ElidedLabel;
class EventModel;
class PageHeader;
class Panel;
class ReadingList;
class TopologyView;

/// Redis as a drawing, its readings, and the flow of Sentinel's events beside it.
class RedisPage : public Page
{
    Q_OBJECT
public:
    explicit RedisPage(const ConsoleState &state, QWidget *parent = nullptr);
    void refresh() override;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *buildEvents();
    void takeEvents(const QList<Event> &events);
    void copySelected();

    PageHeader *m_header;
    QPushButton *m_recover;
    Panel *m_drawing;
    TopologyView *m_topology;
    QLabel *m_failover;
    ReadingList *m_readings;
    EventModel *m_events;
    QSortFilterProxyModel *m_filtered;
    QLineEdit *m_filter;
    QTableView *m_table;
};

} // namespace understudy::ui
