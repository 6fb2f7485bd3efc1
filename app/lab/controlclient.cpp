// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/controlclient.h"

#include <QHostAddress>
#include <QJsonDocument>
#include <QTcpSocket>

namespace understudy::lab {

Result<Unit> askSupervisor(const LabState &state, QJsonObject request)
{
    const auto silent = [](const QString &why) {
        return fail(ErrorCode::Unreachable, QStringLiteral("the lab's supervisor does not answer"),
                    QStringLiteral("End what is left with `understudy-lab down`, then start it anew with `understudy-lab up`."), why);
    };
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), state.port(QStringLiteral("control")));
    if (!socket.waitForConnected(2000))
        return silent(socket.errorString());
    request[QStringLiteral("token")] = QString::fromLatin1(state.controlToken.reveal());
    socket.write(QJsonDocument(request).toJson(QJsonDocument::Compact) + '\n');
    while (!socket.canReadLine()) {
        if (!socket.waitForReadyRead(10'000))
            return silent(socket.errorString());
    }
    const QJsonObject reply = QJsonDocument::fromJson(socket.readLine()).object();
    if (!reply[QStringLiteral("ok")].toBool())
        return fail(ErrorCode::LabFailed, reply[QStringLiteral("error")].toString());
    return Unit{};
}

Result<Unit> signalProcess(const LabState &state, const QString &name, int number, bool family, bool hold)
{
    return askSupervisor(state, {{QStringLiteral("do"), QStringLiteral("signal")},
                                 {QStringLiteral("name"), name},
                                 {QStringLiteral("signal"), number},
                                 {QStringLiteral("family"), family},
                                 {QStringLiteral("hold"), hold}});
}

Result<Unit> startProcess(const LabState &state, const QString &name)
{
    return askSupervisor(state, {{QStringLiteral("do"), QStringLiteral("start")}, {QStringLiteral("name"), name}});
}

} // namespace understudy::lab
