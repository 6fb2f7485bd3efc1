// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace understudy::ui {

class InstanceMap;
class InstanceModel;
class InstanceOrder;
class PageHeader;
class Panel;
class TrafficView;
class TrendChart;

/// Who gets the traffic, every instance, and error rate and p95 of each pool over time.
class PoolsPage : public Page
{
    Q_OBJECT
public:
    explicit PoolsPage(const ConsoleState &state, QWidget *parent = nullptr);
    void refresh() override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *buildTraffic();
    QWidget *buildTrends();
    QWidget *buildInstances();
    void refreshTrends();
    QString serviceLine() const;
    void fitColumns();

    PageHeader *m_header;
    TrafficView *m_traffic;
    QPushButton *m_rollBack;
    QLabel *m_serving;
    QLabel *m_service;
    QLabel *m_gates;
    TrendChart *m_errors;
    TrendChart *m_p95;
    Panel *m_instances;
    InstanceMap *m_map; ///< shown when there are more instances than the table can show
    InstanceModel *m_model;
    InstanceOrder *m_order;
    QLineEdit *m_filter;
    QTableView *m_table;
    qint64 m_drawnAt = 0; ///< of the trends, ms since the epoch
};

} // namespace understudy::ui
