// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/faults/appdatabase.h"

#include "app/lab/environmentfile.h"
#include "app/lab/labports.h"
#include "app/lab/terminal.h"

#include <QFile>
#include <QUrl>

namespace understudy::lab {
namespace {

QString databaseUrlOf(const LabDesk &desk, const QString &colour)
{
    return readEnvironmentFile(desk.folder().environmentFile(colour)).value(QStringLiteral("DATABASE_URL"));
}

/// "postgres", "branch-2"; empty: none of this lab's.
QString serverOf(const LabDesk &desk, const QString &url)
{
    const QString name = desk.state().ports.key(quint16(QUrl(url).port(0)));
    return desk.state().process(name) ? name : QString();
}

} // namespace

QMap<QString, QString> environmentOf(LabDesk &desk, const QString &instance)
{
    desk.refresh();
    const ProcessState *process = desk.state().process(instance);
    if (!process || !isAlive(process->identity))
        return {};
    QFile file(QStringLiteral("/proc/%1/environ").arg(process->identity.pid));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QMap<QString, QString> values;
    for (const QByteArray &entry : file.read(1'000'000).split('\0')) {
        if (const qsizetype equals = entry.indexOf('='); equals > 0)
            values.insert(QString::fromUtf8(entry.left(equals)), QString::fromUtf8(entry.mid(equals + 1)));
    }
    return values;
}

QString applicationDatabase(const LabDesk &desk)
{
    const QString server = serverOf(desk, databaseUrlOf(desk, QStringLiteral("blue")));
    return server.isEmpty() ? QStringLiteral("postgres") : server;
}

Result<Unit> checkApplicationDatabase(LabDesk &desk)
{
    desk.refresh();
    for (const QString &colour : {QStringLiteral("blue"), QStringLiteral("green")}) {
        const QString server = serverOf(desk, databaseUrlOf(desk, colour));
        if (server.isEmpty())
            return fail(ErrorCode::NotProved, QStringLiteral("%1 names a database that is none of this lab's").arg(desk.folder().environmentFile(colour)),
                        QStringLiteral("Write the address of one that runs as DATABASE_URL and POSTGRES_URL, and restart the instances."));
        if (server != QLatin1String("postgres"))
            say(QStringLiteral("%1 is on %2, a branch, and not on the lab's first database.").arg(colour, server));
    }
    for (const QString &name : instanceNames()) {
        const QString running = environmentOf(desk, name).value(QStringLiteral("DATABASE_URL"));
        if (running.isEmpty() || running == databaseUrlOf(desk, colourOf(name)))
            continue;
        if (const QString server = serverOf(desk, running); !server.isEmpty()) {
            say(QStringLiteral("%1 is still on %2, whatever its env file says: it was not restarted since.").arg(name, server));
        } else if (const Result<Unit> restarted = desk.restart(name); !restarted) {
            // Its database is gone, and only a start brings it to the one that its env file names.
            return restarted;
        }
    }
    return Unit{};
}

} // namespace understudy::lab
