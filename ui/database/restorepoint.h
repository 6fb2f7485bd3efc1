// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/reading.h"

#include <QWidget>

#include <optional>

class QLabel;

namespace understudy::ui {

class Gauge;
class StateBadge;
class Ticker;

/// How old the newest point is that the database could be restored to, against the plan's recovery
/// point objective. It grows between looks; unknown stays unknown.
class RestorePoint : public QWidget
{
    Q_OBJECT
public:
    RestorePoint(const Ticker &ticker, std::optional<Milliseconds> objective,
                 QWidget *parent = nullptr);
    void setReading(const Reading *age); ///< seconds; null: the source does not tell

private:
    void refresh(const QDateTime &now);

    const Ticker &m_ticker;
    std::optional<Milliseconds> m_objective;
    std::optional<Reading> m_reading;
    QLabel *m_words;
    StateBadge *m_badge;
    Gauge *m_gauge;
    QLabel *m_why;
};

} // namespace understudy::ui
