// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace understudy {

/// The candidate that `word` most likely was meant to be, by edit distance (a swap of neighbours
/// counts once); empty when none is near enough to be worth naming.
QString nearestWord(const QString &word, const QStringList &candidates);

} // namespace understudy
