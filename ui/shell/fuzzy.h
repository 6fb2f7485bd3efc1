// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace understudy::ui {

/// How well `typed` fits `name`: its letters in their order, beginnings of words and runs
/// preferred. Negative: not at all. Empty `typed` fits everything alike.
int fuzzyScore(const QString &name, const QString &typed);

} // namespace understudy::ui
