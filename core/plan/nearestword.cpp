// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/nearestword.h"

#include <algorithm>
#include <array>
#include <vector>

namespace understudy {
namespace {

// Longer words are compared by nobody: the table would grow with the square of hostile input.
constexpr qsizetype longest = 64;

int distance(const QString &from, const QString &to)
{
    std::vector<std::vector<int>> cost(from.size() + 1, std::vector<int>(to.size() + 1));
    for (int i = 0; i <= from.size(); ++i)
        cost[i][0] = i;
    for (int j = 0; j <= to.size(); ++j)
        cost[0][j] = j;
    for (int i = 1; i <= from.size(); ++i) {
        for (int j = 1; j <= to.size(); ++j) {
            const int change = from.at(i - 1) == to.at(j - 1) ? 0 : 1;
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
            const bool swapped = i > 1 && j > 1 && from.at(i - 1) == to.at(j - 2)
                                 && from.at(i - 2) == to.at(j - 1);
            if (swapped)
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    }
    return cost[from.size()][to.size()];
}

} // namespace

QString nearestWord(const QString &word, const QStringList &candidates)
{
    if (word.isEmpty() || word.size() > longest)
        return {};
    QString nearest;
    int best = std::max(1, int(word.size()) / 3) + 1;
    for (const QString &candidate : candidates) {
        if (candidate.size() > longest)
            continue;
        const int steps = distance(word.toLower(), candidate.toLower());
        if (steps < best) {
            best = steps;
            nearest = candidate;
        }
    }
    return nearest;
}

} // namespace understudy
