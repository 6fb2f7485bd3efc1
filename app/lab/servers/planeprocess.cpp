// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/servers/planeprocess.h"

namespace understudy::lab {

Result<ProcessSpec> makePlane(const LabSetup &setup, Moment since)
{
    const QString name = QStringLiteral("control-plane");
    const QString environment = setup.folder.environmentFile(name);
    const QByteArray text = "CONTROL_PLANE_KEY=" + setup.planeKey.reveal() + "\nSUPERVISOR_TOKEN=" + setup.branchToken.reveal()
                            + "\nDATABASE_PASSWORD=" + setup.databaseApplication.reveal()
                            + "\nDATABASE_ADMIN_PASSWORD=" + setup.databaseAdmin.reveal() + '\n';
    if (const Result<Unit> written = setup.folder.write(environment, text, &setup.user); !written)
        return fail(written.error());
    QStringList branches;
    for (const QString &branch : branchNames())
        branches.append(QString::number(setup.port(branch)));
    QStringList arguments{QStringLiteral("serve-plane"), QStringLiteral("--dir"), setup.folder.path(),
                          QStringLiteral("--port"), QString::number(setup.port(name)),
                          QStringLiteral("--control"), QString::number(setup.port(QStringLiteral("control"))),
                          QStringLiteral("--postgres"), QString::number(setup.port(QStringLiteral("postgres"))),
                          QStringLiteral("--branches"), branches.join(QLatin1Char(',')),
                          QStringLiteral("--since"), momentText(since),
                          QStringLiteral("--file"), setup.folder.planeFile(),
                          QStringLiteral("--misbehaviour"), setup.folder.misbehaviourFile(name)};
    if (setup.user.isOther)
        arguments += {QStringLiteral("--as-user"), setup.user.name};
    return ProcessSpec{.name = name,
                       .program = setup.program,
                       .arguments = arguments,
                       .folder = setup.folder.application(),
                       .environmentFile = environment,
                       .comesBack = true,
                       .dropsRightsItself = true};
}

Result<QList<ProcessSpec>> makeBranchServers(const LabSetup &setup)
{
    const Result<QString> server = findServerProgram(QStringLiteral("postgres"));
    if (!server)
        return fail(server.error());
    QList<ProcessSpec> specs;
    for (int slot = 1; slot <= branchNames().size(); ++slot)
        specs.append({.name = LabFolder::branchName(slot),
                      .program = *server,
                      .arguments = {QStringLiteral("-D"), setup.folder.branchData(slot)},
                      .folder = setup.folder.branchData(slot),
                      .stopSignal = SIGINT,
                      .deathSignal = SIGQUIT});
    return specs;
}

} // namespace understudy::lab
