// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/faults/lyingsentinel.h"

#include "app/lab/respwire.h"
#include "app/lab/terminal.h"
#include "app/lab/verbs.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>
#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>

namespace understudy::lab {
namespace {

// An array of bulk strings has the same form in both directions.
QByteArray array(const QList<QByteArray> &words)
{
    return respCommand(words);
}

void serve(QTcpSocket *socket, const LyingSentinel &liar)
{
    QByteArray buffer = socket->property("rest").toByteArray() + socket->readAll();
    while (const std::optional<RespValue> command = takeReply(buffer)) {
        QList<QByteArray> words;
        for (const RespValue &word : command->items)
            words.append(word.text);
        if (!words.isEmpty())
            socket->write(liar.reply(words));
    }
    socket->setProperty("rest", buffer);
}

} // namespace

QByteArray LyingSentinel::sentinelReply(const QList<QByteArray> &command) const
{
    const QByteArray verb = command.value(1).toUpper(), port = QByteArray::number(m_wrongMaster);
    const QByteArray master = array({"name", "mymaster", "ip", "127.0.0.1", "port", port, "runid", QByteArray(40, 'a'), "flags", "master",
                                     "last-ok-ping-reply", "100", "role-reported", "master", "config-epoch", "999", "num-slaves", "2",
                                     "num-other-sentinels", "2", "quorum", "2", "down-after-milliseconds", "2000", "failover-timeout", "10000"});
    if (verb == "GET-MASTER-ADDR-BY-NAME")
        return array({"127.0.0.1", port});
    if (verb == "MASTER")
        return master;
    if (verb == "MASTERS")
        return "*1\r\n" + master;
    if (verb == "CKQUORUM")
        return "+OK 3 usable Sentinels. Quorum and failover authorization can be reached\r\n";
    if (verb == "IS-MASTER-DOWN-BY-ADDR")
        return "*3\r\n:0\r\n$1\r\n*\r\n:0\r\n";
    if (verb == "REPLICAS" || verb == "SLAVES" || verb == "SENTINELS")
        return "*0\r\n";
    return "+OK\r\n";
}

QByteArray LyingSentinel::reply(const QList<QByteArray> &command) const
{
    const QByteArray verb = command.first().toUpper();
    if (verb == "SENTINEL")
        return sentinelReply(command);
    if (verb == "PING")
        return "+PONG\r\n";
    if (verb == "PUBLISH")
        return ":1\r\n";
    if (verb == "ROLE")
        return "*2\r\n$8\r\nsentinel\r\n*1\r\n$8\r\nmymaster\r\n";
    if (verb == "SUBSCRIBE" || verb == "PSUBSCRIBE") {
        QByteArray replies;
        for (qsizetype i = 1; i < command.size(); ++i)
            replies += "*3\r\n$" + QByteArray::number(verb.size()) + "\r\n" + verb.toLower() + "\r\n$" + QByteArray::number(command[i].size())
                       + "\r\n" + command[i] + "\r\n:" + QByteArray::number(i) + "\r\n";
        return replies;
    }
    if (verb == "INFO") {
        const QByteArray text = "# Sentinel\r\nsentinel_masters:1\r\nmaster0:name=mymaster,status=ok,address=127.0.0.1:"
                                + QByteArray::number(m_wrongMaster) + ",slaves=2,sentinels=3\r\n";
        return '$' + QByteArray::number(text.size()) + "\r\n" + text + "\r\n";
    }
    if (verb == "HELLO")
        return "-ERR unknown command 'HELLO'\r\n";
    return "+OK\r\n";
}

ProcessSpec lyingSentinelProcess(const LabSetup &setup)
{
    QStringList arguments{QStringLiteral("serve-liar"), QStringLiteral("--port"), QString::number(setup.port(QStringLiteral("sentinel-3"))),
                          QStringLiteral("--lie"), lieFile(setup.folder)};
    if (setup.user.isOther)
        arguments += {QStringLiteral("--as-user"), setup.user.name};
    return {.name = QStringLiteral("liar"), .program = setup.program, .arguments = arguments,
            .folder = setup.folder.application(), .onDemand = true, .dropsRightsItself = true};
}

QString lieFile(const LabFolder &folder)
{
    return folder.file(QStringLiteral("app/liar"));
}

int runServeLiar(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Serves a Sentinel that lies. The lab's supervisor starts it."));
    for (const char *option : {"port", "lie", "as-user"})
        parser.addOption({QString::fromLatin1(option), {}, QStringLiteral("VALUE")});
    int exitCode = 0;
    if (!parse(parser, QStringLiteral("serve-liar"), arguments, exitCode))
        return exitCode;
    if (const Result<Unit> dropped = dropRights(parser.value(QStringLiteral("as-user"))); !dropped)
        return failWith(dropped.error());
    QFile lie(parser.value(QStringLiteral("lie")));
    if (!lie.open(QIODevice::ReadOnly))
        return failWith({ErrorCode::FileUnreadable, QStringLiteral("cannot read %1").arg(lie.fileName())});
    const LyingSentinel liar(quint16(lie.readAll().trimmed().toUInt()));
    QTcpServer server;
    QObject::connect(&server, &QTcpServer::newConnection, &server, [&server, &liar] {
        while (QTcpSocket *socket = server.nextPendingConnection()) {
            QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [socket, &liar] { serve(socket, liar); });
        }
    });
    if (!server.listen(QHostAddress::LocalHost, quint16(parser.value(QStringLiteral("port")).toUInt())))
        return failWith({ErrorCode::Busy, QStringLiteral("cannot listen"), {}, server.errorString()});
    return QCoreApplication::exec();
}

} // namespace understudy::lab
