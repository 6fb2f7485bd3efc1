// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/labsetup.h"

#include <QCoreApplication>
#include <QDir>
#include <QStandardPaths>

namespace understudy::lab {

Result<LabSetup> makeSetup(const LabFolder &folder, const LabUser &user, const QMap<QString, quint16> &ports, Milliseconds warmUp)
{
    LabSetup setup{folder, user, ports, QCoreApplication::applicationFilePath(), {}, {}, {}, {}, {}, {}, {}, {}, warmUp};
    const QList<QPair<QString, Secret *>> secrets{{QStringLiteral("database-admin"), &setup.databaseAdmin},
                                                  {QStringLiteral("database-application"), &setup.databaseApplication},
                                                  {QStringLiteral("redis"), &setup.redis},
                                                  {QStringLiteral("sentinel"), &setup.sentinel},
                                                  {QStringLiteral("pager-token"), &setup.pagerToken},
                                                  {QStringLiteral("pager-routing-key"), &setup.pagerRoutingKey},
                                                  {QStringLiteral("control-plane-key"), &setup.planeKey},
                                                  {QStringLiteral("branch-token"), &setup.branchToken}};
    for (const auto &[name, secret] : secrets) {
        // A routing key has 32 characters, no more and no fewer.
        Result<Secret> made = folder.makeSecret(name, secret == &setup.pagerRoutingKey ? 32 : 48);
        if (!made)
            return fail(made.error());
        *secret = *made;
    }
    return setup;
}

Result<QString> findServerProgram(const QString &name)
{
    // Debian keeps PostgreSQL's programs out of PATH, a folder for each version: the newest is taken.
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    QStringList numbers = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    std::sort(numbers.begin(), numbers.end(), [](const QString &a, const QString &b) { return a.toInt() > b.toInt(); });
    QStringList places;
    for (const QString &number : std::as_const(numbers))
        places.append(versions.filePath(number + QStringLiteral("/bin")));
    const QStringList usual{QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin"), QStringLiteral("/usr/local/sbin"),
                            QStringLiteral("/usr/local/bin")};
    for (const QStringList &folders : {places, usual, QStringList{}}) {
        if (const QString found = QStandardPaths::findExecutable(name, folders); !found.isEmpty())
            return found;
    }
    const QString package = name.startsWith(QLatin1String("redis")) ? QStringLiteral("redis-server")
                            : name == QLatin1String("nginx")        ? QStringLiteral("nginx")
                                                                    : QStringLiteral("postgresql");
    return fail(ErrorCode::ProgramMissing, QStringLiteral("program %1 is not installed").arg(name),
                QStringLiteral("Run `apt-get install %1`.").arg(package));
}

} // namespace understudy::lab
