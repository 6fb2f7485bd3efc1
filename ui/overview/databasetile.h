// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/overview/systemtile.h"

#include <QMap>

namespace understudy::ui {

class ReadingRow;

/// The database: the few readings that decide whether it serves and whether it could be restored.
class DatabaseTile : public SystemTile
{
    Q_OBJECT
public:
    explicit DatabaseTile(const ConsoleState &state, QWidget *parent = nullptr);
    void refresh() override;

private:
    void showArchiving(ReadingRow &row, const Reading &last);
    ReadingRow *row(const QString &name, const QString &label);

    QMap<QString, ReadingRow *> m_rows;
};

} // namespace understudy::ui
