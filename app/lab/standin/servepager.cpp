// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/pagerserver.h"
#include "app/lab/terminal.h"
#include "app/lab/verbs.h"

#include <QCommandLineParser>
#include <QCoreApplication>

namespace understudy::lab {

int runServePager(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Serves the stand-in for PagerDuty. The lab's supervisor starts it."));
    for (const char *option : {"port", "file", "misbehaviour", "as-user"})
        parser.addOption({QString::fromLatin1(option), {}, QStringLiteral("VALUE")});
    int exitCode = 0;
    if (!parse(parser, QStringLiteral("serve-pager"), arguments, exitCode))
        return exitCode;
    if (const Result<Unit> dropped = dropRights(parser.value(QStringLiteral("as-user"))); !dropped)
        return failWith(dropped.error());
    const SystemClock clock;
    PagerBook book({.file = parser.value(QStringLiteral("file")),
                    .token = Secret(qgetenv("PAGER_API_TOKEN")),
                    .routingKey = Secret(qgetenv("PAGER_ROUTING_KEY")),
                    .user = PagerBook::userAddress(),
                    .service = PagerBook::serviceId()},
                   clock);
    PagerServer server(book, parser.value(QStringLiteral("misbehaviour")));
    const Result<quint16> listening = server.listen(quint16(parser.value(QStringLiteral("port")).toUInt()));
    if (!listening)
        return failWith(listening.error());
    say(QStringLiteral("Pager on port %1").arg(*listening));
    return QCoreApplication::exec();
}

} // namespace understudy::lab
