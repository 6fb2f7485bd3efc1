// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/salvageorder.h"

#include <QSet>

#include <algorithm>

namespace understudy::integrity {

InsertOrder insertOrderOf(const TableShapes &shapes)
{
    InsertOrder out;
    QSet<QString> placed;
    QStringList open = shapes.keys();
    const auto canFollow = [&](const QString &name) {
        const QStringList &needs = shapes.constFind(name)->refersTo;
        return std::all_of(needs.begin(), needs.end(), [&](const QString &other) {
            return other == name || placed.contains(other) || !shapes.contains(other);
        });
    };
    while (!open.isEmpty()) {
        const qsizetype before = open.size();
        for (qsizetype i = 0; i < open.size();) {
            if (!canFollow(open.at(i))) {
                ++i;
                continue;
            }
            placed.insert(open.at(i));
            out.tables += open.takeAt(i);
        }
        if (open.size() < before)
            continue;
        // A circle, or what hangs on one: the first goes, and the rest may follow it.
        out.inCircle += open.first();
        placed.insert(open.first());
        out.tables += open.takeFirst();
    }
    return out;
}

} // namespace understudy::integrity
