// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/servers/redisservers.h"

#include <QCryptographicHash>

namespace understudy::lab {
namespace {

const QStringList &nodeNames()
{
    static const QStringList names{QStringLiteral("redis-1"), QStringLiteral("redis-2"), QStringLiteral("redis-3")};
    return names;
}

const QStringList &sentinelNames()
{
    static const QStringList names{QStringLiteral("sentinel-1"), QStringLiteral("sentinel-2"), QStringLiteral("sentinel-3")};
    return names;
}

QByteArray runIdOf(const LabSetup &setup, const QString &sentinel)
{
    const QByteArray unique = (setup.folder.path() + sentinel).toUtf8() + setup.sentinel.reveal();
    return QCryptographicHash::hash(unique, QCryptographicHash::Sha1).toHex();
}

QByteArray common(const LabSetup &setup, const QString &name, const Secret &password)
{
    return "bind 127.0.0.1\nport " + QByteArray::number(setup.port(name)) + "\ndir " + setup.folder.file(name).toUtf8()
           + "\nrequirepass " + password.reveal() + "\ndaemonize no\n";
}

QByteArray nodeConfiguration(const LabSetup &setup, const QString &name)
{
    QByteArray text = common(setup, name, setup.redis) + "masterauth " + setup.redis.reveal()
                      + "\nsave \"\"\nappendonly yes\nappendfsync everysec\nrepl-diskless-sync yes\n"
                        "repl-diskless-sync-delay 0\nrepl-ping-replica-period 1\nmaxmemory 128mb\n";
    if (name != nodeNames().first())
        text += "replicaof 127.0.0.1 " + QByteArray::number(setup.port(nodeNames().first())) + '\n';
    return text;
}

QByteArray sentinelConfiguration(const LabSetup &setup, const QString &name)
{
    const QByteArray master = QByteArray::number(setup.port(nodeNames().first()));
    QByteArray text = common(setup, name, setup.sentinel) + "sentinel myid " + runIdOf(setup, name)
                      + "\nsentinel sentinel-pass " + setup.sentinel.reveal()
                      + "\nsentinel monitor mymaster 127.0.0.1 " + master + " 2\nsentinel auth-pass mymaster "
                      + setup.redis.reveal()
                      + "\nsentinel down-after-milliseconds mymaster 2000\nsentinel failover-timeout mymaster 10000\n"
                        "sentinel parallel-syncs mymaster 1\n";
    for (const QString &replica : nodeNames().mid(1))
        text += "sentinel known-replica mymaster 127.0.0.1 " + QByteArray::number(setup.port(replica)) + '\n';
    for (const QString &other : sentinelNames()) {
        if (other != name)
            text += "sentinel known-sentinel mymaster 127.0.0.1 " + QByteArray::number(setup.port(other)) + ' '
                    + runIdOf(setup, other) + '\n';
    }
    return text;
}

Result<QList<ProcessSpec>> make(const LabSetup &setup, const QStringList &names, const QString &programName, const char *file,
                                QByteArray (*configuration)(const LabSetup &, const QString &))
{
    const Result<QString> program = findServerProgram(programName);
    if (!program)
        return fail(program.error());
    QList<ProcessSpec> specs;
    for (const QString &name : names) {
        const QString path = setup.folder.file(name) + QLatin1Char('/') + QLatin1String(file);
        const Result<Unit> written = setup.folder.write(path, configuration(setup, name), &setup.user);
        if (!written)
            return fail(written.error());
        QStringList arguments{path};
        if (programName == QLatin1String("redis-sentinel"))
            arguments.append(QStringLiteral("--sentinel"));
        specs.append({.name = name, .program = *program, .arguments = arguments, .folder = setup.folder.file(name)});
    }
    return specs;
}

} // namespace

Result<QList<ProcessSpec>> makeRedisNodes(const LabSetup &setup)
{
    return make(setup, nodeNames(), QStringLiteral("redis-server"), "redis.conf", &nodeConfiguration);
}

Result<QList<ProcessSpec>> makeSentinels(const LabSetup &setup)
{
    return make(setup, sentinelNames(), QStringLiteral("redis-sentinel"), "sentinel.conf", &sentinelConfiguration);
}

} // namespace understudy::lab
