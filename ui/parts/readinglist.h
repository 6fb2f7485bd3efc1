// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/reading.h"

#include <QHash>
#include <QWidget>

class QVBoxLayout;

namespace understudy::ui {

class ReadingRow;
class Ticker;

/// Readings below each other, in the order given. Rows stay the same widgets while a reading of
/// that name is told of, so that the focus and what a screen reader stands on do not jump.
class ReadingList : public QWidget
{
    Q_OBJECT
public:
    explicit ReadingList(const Ticker &ticker, QWidget *parent = nullptr);
    void setReadings(const QList<Reading> &readings);
    ReadingRow *row(const QString &name) const; ///< null when there is none
    int count() const { return int(m_rows.size()); }

private:
    const Ticker &m_ticker;
    QVBoxLayout *m_column;
    QStringList m_names;
    QHash<QString, ReadingRow *> m_rows;
};

} // namespace understudy::ui
