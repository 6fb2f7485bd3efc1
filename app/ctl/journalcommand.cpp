// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commandline.h"
#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "core/journal/journal.h"

#include <QJsonObject>

namespace understudy::ctl {

int journalCommand(const QStringList &arguments)
{
    CommandLine line(QStringLiteral("journal verify FILE | head FILE [--json]"),
                     QStringLiteral("verify recomputes the hash chain over the file's bytes: 0 whole, 1 broken, naming the\n"
                                    "first bad line. head prints the number of entries and the last hash, to compare with\n"
                                    "what a report or a note says. A cut tail shows only against such a note."));
    line.flag(QStringLiteral("json"), QStringLiteral("one JSON document"));
    if (const std::optional<int> end = line.parse(arguments, 2, 2))
        return *end;
    const QString verb = line.words().at(0);
    if (verb != QLatin1String("verify") && verb != QLatin1String("head"))
        return line.usageError(QStringLiteral("no such verb: '%1'").arg(verb));

    const QString file = line.words().at(1);
    const Result<JournalHead> head = verifyJournal(file);
    const bool json = line.has(QStringLiteral("json"));
    if (!head) {
        if (json)
            printJson(QJsonDocument(QJsonObject{{QStringLiteral("file"), file},
                                                {QStringLiteral("whole"), false},
                                                {QStringLiteral("error"), head.error().message}}));
        tell(head.error());
        return head.error().code == ErrorCode::JournalBroken ? int(Warning) : int(BadInput);
    }
    if (json) {
        printJson(QJsonDocument(QJsonObject{{QStringLiteral("file"), file},
                                            {QStringLiteral("whole"), true},
                                            {QStringLiteral("entries"), head->entries},
                                            {QStringLiteral("hash"), QString::fromLatin1(head->hash)}}));
    } else if (verb == QLatin1String("verify")) {
        print(QStringLiteral("whole: %1 entries, last hash %2").arg(head->entries).arg(QString::fromLatin1(head->hash)));
    } else {
        print(QStringLiteral("%1 %2").arg(head->entries).arg(QString::fromLatin1(head->hash)));
    }
    return Ok;
}

} // namespace understudy::ctl
