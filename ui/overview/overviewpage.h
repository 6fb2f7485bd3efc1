// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"

class QGridLayout;

namespace understudy::ui {

class CostPanel;
class FoldLine;
class ObjectivesPanel;
class RequestsPanel;
class SystemTile;
class Timeline;
class WhatToDoBanner;

/// The first screen: what to do, the three systems, and below them budgets, load, cost and history,
/// which fold into one line each when the window is low. Nothing important ever scrolls.
class OverviewPage : public Page
{
    Q_OBJECT
public:
    explicit OverviewPage(const ConsoleState &state, QWidget *parent = nullptr);
    void refresh() override;
    bool isFolded() const { return m_folded; }

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fold(bool folded);
    void refreshTimeline();
    QString lately() const;

    bool m_folded = false;
    QGridLayout *m_cards = nullptr;
    WhatToDoBanner *m_banner;
    QList<SystemTile *> m_tiles;
    ObjectivesPanel *m_objectives;
    RequestsPanel *m_requests;
    CostPanel *m_cost;
    QWidget *m_happened;
    Timeline *m_timeline;
    QWidget *m_low;
    FoldLine *m_objectivesLine;
    FoldLine *m_requestsLine;
    FoldLine *m_costLine;
    FoldLine *m_happenedLine;
};

} // namespace understudy::ui
