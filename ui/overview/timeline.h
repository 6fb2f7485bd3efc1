// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"
#include "ui/parts/painted.h"

namespace understudy::ui {

/// What happened lately, all sources on one line: weighty events stand taller and keep their words,
/// plain ones give way where there is no room.
class Timeline : public Painted
{
    Q_OBJECT
public:
    explicit Timeline(QWidget *parent = nullptr);
    void setEvents(const QList<Event> &events, const QDateTime &now); ///< oldest first
    QSize sizeHint() const override { return {600, 110}; }
    QSize minimumSizeHint() const override { return {300, 96}; }
    static constexpr int minutes = 30;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    /// What several sources said of one thing within some seconds is told once.
    struct Moment
    {
        Event event;
        int times = 1;
        bool operator==(const Moment &) const = default;
    };
    static QString wordsOf(const Moment &moment);

    QList<Moment> m_moments; ///< within the window
    QDateTime m_now;
};

} // namespace understudy::ui
