// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/servers/pagerprocess.h"

namespace understudy::lab {

Result<ProcessSpec> makePager(const LabSetup &setup)
{
    const QString environment = setup.folder.environmentFile(QStringLiteral("pager"));
    const QByteArray text = "PAGER_API_TOKEN=" + setup.pagerToken.reveal() + "\nPAGER_ROUTING_KEY=" + setup.pagerRoutingKey.reveal() + '\n';
    if (const Result<Unit> written = setup.folder.write(environment, text, &setup.user); !written)
        return fail(written.error());
    QStringList arguments{QStringLiteral("serve-pager"), QStringLiteral("--port"), QString::number(setup.port(QStringLiteral("pager"))),
                          QStringLiteral("--file"), setup.folder.file(QStringLiteral("app/pager.json")),
                          QStringLiteral("--misbehaviour"), setup.folder.misbehaviourFile(QStringLiteral("pager"))};
    if (setup.user.isOther)
        arguments += {QStringLiteral("--as-user"), setup.user.name};
    return ProcessSpec{.name = QStringLiteral("pager"),
                       .program = setup.program,
                       .arguments = arguments,
                       .folder = setup.folder.application(),
                       .environmentFile = environment,
                       .comesBack = true,
                       .dropsRightsItself = true};
}

} // namespace understudy::lab
