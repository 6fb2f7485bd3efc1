// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/environmentfile.h"
#include "app/lab/faults/appdatabase.h"
#include "app/lab/faults/fault.h"
#include "app/lab/labports.h"

#include <QFile>

namespace understudy::lab {
namespace {

/// The two names under which the platform has its database's address.
QStringList urlKeys() { return {QStringLiteral("DATABASE_URL"), QStringLiteral("POSTGRES_URL")}; }

Result<QString> keepUrl(LabDesk &desk, const FaultRequest &request)
{
    const QStringList ofColour = desk.instancesOf(request.place.isEmpty() ? desk.liveColour() : request.place);
    const QString name = instanceNames().contains(request.place) ? request.place : ofColour.isEmpty() ? QString() : ofColour.last();
    if (name.isEmpty())
        return fail(ErrorCode::InvalidInput, QStringLiteral("no instance or colour named %1").arg(request.place),
                    QStringLiteral("Write blue, green or one of %1.").arg(instanceNames().join(QStringLiteral(", "))));
    QMap<QString, QString> now = environmentOf(desk, name);
    if (!now.contains(urlKeys().first()))
        now = readEnvironmentFile(desk.folder().environmentFile(colourOf(name)));
    QByteArray text;
    for (const QString &key : urlKeys())
        text += key.toUtf8() + '=' + now.value(key).toUtf8() + '\n';
    const Result<Unit> kept = desk.folder().write(desk.folder().keptEnvironmentFile(name), text, &desk.state().user);
    return kept ? Result<QString>(name) : fail(kept.error());
}

bool hasUrlOfItsFile(LabDesk &desk, const QString &name)
{
    const QMap<QString, QString> file = readEnvironmentFile(desk.folder().environmentFile(colourOf(name)));
    const QMap<QString, QString> now = environmentOf(desk, name);
    for (const QString &key : urlKeys()) {
        if (now.value(key) != file.value(key))
            return false;
    }
    return true;
}

Result<Unit> forgetUrl(LabDesk &desk, const QString &name)
{
    const QString kept = desk.folder().keptEnvironmentFile(name);
    if (!QFile::remove(kept) && QFile::exists(kept))
        return fail(ErrorCode::FileUnwritable, QStringLiteral("cannot remove %1").arg(kept));
    if (desk.isHeld(name) || hasUrlOfItsFile(desk, name))
        return Unit{};
    if (const Result<Unit> restarted = desk.restart(name); !restarted)
        return restarted;
    const Result<Unit> started = LabDesk::waitUntil(QStringLiteral("%1 has not warmed up").arg(name), std::chrono::seconds(60), [&desk, name] {
        const Result<HttpAnswer> answer = desk.http(name, QStringLiteral("/health/startup"));
        return answer && answer->status == 200;
    });
    if (!started || hasUrlOfItsFile(desk, name) || environmentOf(desk, name).isEmpty())
        return started;
    return fail(ErrorCode::NotProved, QStringLiteral("%1 still has another address than its env file").arg(name));
}

} // namespace

QList<Fault> oldUrlFaults()
{
    return {{.name = QStringLiteral("app-keeps-old-url"),
             .what = QStringLiteral("One instance keeps the database's address that it has now, whatever its env file says at its next starts (--at NAME or colour; default: the live colour's last)."),
             .mended = QStringLiteral("It is restarted if it has another address than its env file; mended when it has that one and has warmed up."),
             .options = {QStringLiteral("--at PLACE")}, .breakIt = &keepUrl, .mend = &forgetUrl, .pages = false}};
}

} // namespace understudy::lab
