// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QString;
class QTableView;

namespace understudy::ui {

/// The house's table: whole rows, no grid, headings over the beginning of their cells, every part
/// of it named for a screen reader, and Tab leaves it instead of walking through its cells.
void prepareTable(QTableView *table, const QString &name);

} // namespace understudy::ui
