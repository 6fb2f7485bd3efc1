// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/fuzzy.h"

namespace understudy::ui {

int fuzzyScore(const QString &name, const QString &typed)
{
    int score = 0;
    qsizetype at = 0;
    qsizetype last = -2;
    for (const QChar letter : typed.simplified()) {
        if (letter.isSpace())
            continue;
        const qsizetype found = name.indexOf(letter, at, Qt::CaseInsensitive);
        if (found < 0)
            return -1;
        const bool wordBegins = found == 0 || !name[found - 1].isLetterOrNumber();
        score += 1 + (found == last + 1 ? 4 : 0) + (wordBegins ? 3 : 0) + (found == 0 ? 2 : 0);
        last = found;
        at = found + 1;
    }
    return score;
}

} // namespace understudy::ui
