// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/nearestword.h"

#include <algorithm>
#include <array>

namespace understudy {
namespace {

// Longer words are compared by nobody: the table would grow with the square of hostile input.
constexpr int longestWord = 64;

int editDistance(const QString &from, const QString &to)
{
    using Row = std::array<int, longestWord + 1>;
    Row older{};
    Row above{};
    for (int j = 0; j <= to.size(); ++j)
        above[j] = j;
    for (int i = 1; i <= from.size(); ++i) {
        Row row{};
        row[0] = i;
        for (int j = 1; j <= to.size(); ++j) {
            const int change = from.at(i - 1) == to.at(j - 1) ? 0 : 1;
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
            const bool swapped = i > 1 && j > 1 && from.at(i - 1) == to.at(j - 2)
                                 && from.at(i - 2) == to.at(j - 1);
            if (swapped)
                row[j] = std::min(row[j], older[j - 2] + 1);
        }
        older = above;
        above = row;
    }
    return above[to.size()];
}

} // namespace

QString nearestWord(const QString &word, const QStringList &candidates)
{
    if (word.isEmpty() || word.size() > longestWord)
        return {};
    QString nearest;
    int best = std::max(1, int(word.size()) / 3) + 1;
    for (const QString &candidate : candidates) {
        if (candidate.size() > longestWord)
            continue;
        const int steps = editDistance(word.toLower(), candidate.toLower());
        if (steps < best) {
            best = steps;
            nearest = candidate;
        }
    }
    return nearest;
}

} // namespace understudy
