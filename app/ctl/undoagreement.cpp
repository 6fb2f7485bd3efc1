// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/undoagreement.h"

#include "app/ctl/output.h"

#include <QFile>

#include <cstdio>
#include <unistd.h>

namespace understudy::ctl {
namespace {

constexpr qint64 longestLine = 1024;

/// Steps that acted, newest first: the order in which they are taken back.
QStringList takenBack(const RunRecord &record)
{
    QStringList names;
    for (qsizetype i = record.steps.size(); i-- > 0;) {
        if (record.steps[i].mayHaveActed && !record.steps[i].holds && !record.steps[i].courtesy && record.steps[i].phase != StepRecord::Phase::Undone)
            names.append(record.view.steps[i].name);
    }
    return names;
}

} // namespace

bool agreesToUndo(const RunRecord &record, const QString &phraseGiven)
{
    // A run that has ended is told so before anything is asked.
    if (record.closed)
        return true;
    QString phrase = phraseGiven;
    if (phrase.isEmpty()) {
        if (!isatty(STDIN_FILENO))
            return true;
        tell(QStringLiteral("%1: %2 is taken back, newest first: %3.")
                 .arg(modeName(record.view.mode).toUpper(), record.view.id, takenBack(record).join(QStringLiteral(", "))));
        tell(QStringLiteral("Type the run's phrase to go back (%1); anything else leaves it as it is:").arg(record.view.phrase));
        QFile terminal;
        if (terminal.open(stdin, QIODevice::ReadOnly))
            phrase = QString::fromUtf8(terminal.readLine(longestLine)).trimmed();
    }
    if (phrase == record.view.phrase)
        return true;
    tell(QStringLiteral("understudyctl: not the run's phrase; nothing was done"));
    return false;
}

} // namespace understudy::ctl
