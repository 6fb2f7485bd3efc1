// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/lab/rehearsallab.h"

#include "app/lab/pgcall.h"
#include "app/lab/plane/planebook.h"

#include <QHostAddress>
#include <QJsonArray>
#include <QTcpSocket>
#include <QThread>

namespace understudy::lab {

struct PlaneReply
{
    int status = 0; ///< 0: none came
    QJsonObject json;
    QString branchId() const { return json[QStringLiteral("branch")][QStringLiteral("id")].toString(); }
};

/// A caller of the lab's control plane, over a connection of its own for each call.
class PlaneCaller
{
public:
    explicit PlaneCaller(const RehearsalLab &lab)
        : m_port(lab.state().port(QStringLiteral("control-plane"))), m_key(lab.folder().secret(QStringLiteral("control-plane-key")).value_or(Secret()))
    {
    }

    PlaneReply call(const QByteArray &method, const QString &path, const QByteArray &body = {}, int deadlineMs = 5000) const
    {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
        if (!socket.waitForConnected(1000))
            return {};
        socket.write(method + " /api/v2/projects/" + PlaneBook::projectId().toLatin1() + path.toUtf8() + " HTTP/1.0\r\nHost: lab\r\nAuthorization: Bearer "
                     + m_key.reveal() + "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        QByteArray all;
        for (;;) {
            const qsizetype head = all.indexOf("\r\n\r\n");
            const qsizetype at = all.left(head).toLower().indexOf("content-length:");
            if (head >= 0 && (at < 0 || all.size() >= head + 4 + all.mid(at + 15).split('\r').first().trimmed().toLongLong()))
                return {all.mid(9, 3).toInt(), QJsonDocument::fromJson(all.mid(head + 4)).object()};
            if (!socket.waitForReadyRead(deadlineMs))
                return {};
            all += socket.readAll();
        }
    }
    /// At that moment, or with an empty one at the parent's newest.
    PlaneReply create(const QString &moment = {}, const QString &name = {}, const QString &parent = {}) const
    {
        QJsonObject branch;
        if (!moment.isEmpty())
            branch[QStringLiteral("parent_timestamp")] = moment;
        if (!name.isEmpty())
            branch[QStringLiteral("name")] = name;
        if (!parent.isEmpty())
            branch[QStringLiteral("parent_id")] = parent;
        return call("POST", QStringLiteral("/branches"),
                    QJsonDocument(QJsonObject{{QStringLiteral("branch"), branch},
                                              {QStringLiteral("endpoints"), QJsonArray{QJsonObject{{QStringLiteral("type"), QStringLiteral("read_write")}}}}})
                        .toJson(QJsonDocument::Compact));
    }
    /// Follows the operations of an answer until each is over; how each ended, "create_branch finished".
    QStringList wait(const PlaneReply &reply) const
    {
        const SystemClock clock;
        const Milliseconds until = clock.monotonic() + std::chrono::seconds(60);
        QStringList ends;
        for (const QJsonValue &one : reply.json[QStringLiteral("operations")].toArray()) {
            QString status;
            while (!QStringList{QStringLiteral("finished"), QStringLiteral("error"), QStringLiteral("cancelled")}.contains(status) && clock.monotonic() < until) {
                QThread::msleep(100); // between two looks
                status = call("GET", QStringLiteral("/operations/") + one[QStringLiteral("id")].toString()).json[QStringLiteral("operation")][QStringLiteral("status")].toString();
            }
            ends.append(one[QStringLiteral("action")].toString() + QLatin1Char(' ') + status);
        }
        return ends;
    }
    /// What the control plane names for the branch, as the application would use it.
    QString uri(const QString &branchId) const
    {
        return call("GET", QStringLiteral("/connection_uri?database_name=thecopy&role_name=thecopy&branch_id=") + branchId).json[QStringLiteral("uri")].toString();
    }

private:
    quint16 m_port;
    Secret m_key;
};

/// One value from the database that an address names; null when it does not answer, or refuses.
inline QString askDatabase(const QString &uri, const QString &sql)
{
    const QUrl url(uri);
    const Result<PgRows> rows = callPostgres({quint16(url.port()), url.path().mid(1), url.userName(), Secret(url.password().toUtf8())}, sql, std::chrono::seconds(5));
    return rows ? rows->value(0).value(0) : QString();
}

} // namespace understudy::lab
