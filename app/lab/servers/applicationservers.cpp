// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/servers/applicationservers.h"

#include "app/lab/servers/postgresserver.h"

#include <QCryptographicHash>

namespace understudy::lab {
namespace {

QString environmentFileText(const LabSetup &setup, const QString &colour)
{
    const QString url = applicationUrl(setup);
    QStringList sentinels;
    for (int i = 1; i <= 3; ++i)
        sentinels.append(QStringLiteral("127.0.0.1:%1").arg(setup.port(QStringLiteral("sentinel-%1").arg(i))));
    // Two colours, two builds: a rollback to the same build would be none.
    const QByteArray commit = QCryptographicHash::hash((setup.folder.path() + colour).toUtf8(), QCryptographicHash::Sha1);
    const QStringList lines{
        QStringLiteral("# Read when an instance starts, and never again."),
        QStringLiteral("NODE_ENV=production"),
        QStringLiteral("DEPLOYMENT_SLOT=%1").arg(colour),
        QStringLiteral("BUILD_COMMIT=%1").arg(QString::fromLatin1(commit.toHex().left(12))),
        QStringLiteral("DATABASE_URL=%1").arg(url),
        QStringLiteral("POSTGRES_URL=%1").arg(url),
        QStringLiteral("REDIS_SENTINEL_ENABLED=true"),
        QStringLiteral("REDIS_SENTINELS=%1").arg(sentinels.join(QLatin1Char(','))),
        QStringLiteral("REDIS_MASTER_NAME=mymaster"),
        QStringLiteral("REDIS_PASSWORD=%1").arg(QString::fromLatin1(setup.redis.reveal())),
        QStringLiteral("REDIS_SENTINEL_PASSWORD=%1").arg(QString::fromLatin1(setup.sentinel.reveal())),
        QString()};
    return lines.join(QLatin1Char('\n'));
}

} // namespace

Result<QList<ProcessSpec>> makeApplication(const LabSetup &setup)
{
    for (const QString &colour : {QStringLiteral("blue"), QStringLiteral("green")}) {
        const Result<Unit> written = setup.folder.write(setup.folder.environmentFile(colour),
                                                        environmentFileText(setup, colour).toUtf8(), &setup.user);
        if (!written)
            return fail(written.error());
    }
    QList<ProcessSpec> specs;
    for (const QString &name : instanceNames()) {
        QStringList arguments{QStringLiteral("serve-app"), QStringLiteral("--name"), name,
                              QStringLiteral("--port"), QString::number(setup.port(name)),
                              QStringLiteral("--warm-up"), QStringLiteral("%1ms").arg(setup.warmUp.count()),
                              QStringLiteral("--misbehaviour"), setup.folder.misbehaviourFile(name)};
        if (setup.user.isOther)
            arguments += {QStringLiteral("--as-user"), setup.user.name};
        specs.append({.name = name,
                      .program = setup.program,
                      .arguments = arguments,
                      .folder = setup.folder.application(),
                      .environmentFile = setup.folder.environmentFile(colourOf(name)),
                      .keptEnvironmentFile = setup.folder.keptEnvironmentFile(name),
                      .comesBack = true,
                      .dropsRightsItself = true});
    }
    return specs;
}

} // namespace understudy::lab
