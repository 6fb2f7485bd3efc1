// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/secret.h"
#include "core/plan/plan.h"
#include "tests/http/scriptedserver.h"
#include "tests/neon/neonbook.h"

namespace understudy {

/// A stand-in for Neon's API over real HTTP, on a thread of its own, that can be made to misbehave.
class NeonStand
{
public:
    /// What happens to requests of that method whose path begins so.
    struct Fault
    {
        QByteArray method = {};  ///< empty: any
        QString path = {};
        int times = 1;           ///< -1: for ever
        bool carriesOut = false; ///< it is done all the same
        /// Sent instead of the answer; empty: nothing is, and `closes` decides about the connection.
        QByteArray bytes = {};
        bool closes = false;
    };

    NeonStand()
        : m_server([this](const ScriptedServer::Request &request) { serve(request); })
    {
    }

    static QByteArray key() { return "napi_k3yOfTheTestThatIsNeverShown"; }
    NeonPlan plan() const
    {
        return {.project = QStringLiteral("shiny-wind-028834"), .branch = QStringLiteral("main"), .database = QStringLiteral("thecopy"),
                .role = QStringLiteral("app"), .api = m_server.url("/api/v2/"),
                .apiKey = {.kind = SecretReference::Kind::Environment, .name = QStringLiteral("NEON_API_KEY")}};
    }
    Secret secret() const { return Secret(key()); }

    /// On the server's thread.
    template<typename F>
    void with(F what)
    {
        m_server.run([&] { what(m_book); });
    }
    void misbehave(const Fault &fault)
    {
        m_server.run([&] { m_faults.append(fault); });
    }
    void behave()
    {
        m_server.run([&] { m_faults.clear(); });
    }
    void hideClock()
    {
        m_server.run([&] { m_tellsDate = false; });
    }
    void die() { m_server.die(); }
    QList<NeonAsked> asked()
    {
        QList<NeonAsked> out;
        m_server.run([&] { out = m_asked; });
        return out;
    }
    QList<NeonAsked> asked(const QByteArray &method, const QString &path)
    {
        QList<NeonAsked> out = asked();
        out.removeIf([&](const NeonAsked &one) { return one.method != method || !one.path.startsWith(path); });
        return out;
    }
    static QByteArray errorReply(int status, const QByteArray &code, const QByteArray &message, const QByteArray &headers = {})
    {
        return ScriptedServer::reply("{\"request_id\":\"r\",\"code\":\"" + code + "\",\"message\":\"" + message + "\"}", QByteArray::number(status) + " X", headers);
    }

private:
    void serve(const ScriptedServer::Request &request)
    {
        const QUrl url = QUrl::fromEncoded(request.path);
        const QString root = QStringLiteral("/api/v2/projects/") + m_book.project;
        NeonAsked asked{.method = request.head.split(' ').first(), .head = request.head, .body = request.body,
                        .path = url.path().mid(root.size()), .query = QUrlQuery(url)};
        m_asked.append(asked);
        for (Fault &fault : m_faults) {
            if (fault.times == 0 || (!fault.method.isEmpty() && fault.method != asked.method) || !asked.path.startsWith(fault.path))
                continue;
            fault.times -= fault.times > 0;
            if (fault.carriesOut)
                m_book.answer(asked);
            request.socket.write(fault.bytes);
            if (fault.closes)
                request.socket.disconnectFromHost();
            return;
        }
        NeonBook::Answer answer;
        if (!QByteArray(request.head + "\r\n").contains(QByteArray("\r\nAuthorization: Bearer " + key() + "\r\n")))
            answer = NeonBook::error(401, {}, QStringLiteral("authentication failed: Bearer %1").arg(QString::fromLatin1(key())));
        else if (!url.path().startsWith(root))
            answer = NeonBook::error(404, {}, QStringLiteral("project not found"));
        else
            answer = m_book.answer(asked);
        const QByteArray date = m_tellsDate ? "Date: " + QLocale::c().toString(QDateTime::currentDateTimeUtc(), QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'")).toLatin1() + "\r\n"
                                            : QByteArray();
        const QByteArray body = answer.status == 204 ? QByteArray() : QJsonDocument(answer.body).toJson();
        request.socket.write(answer.status == 204 ? "HTTP/1.1 204 No Content\r\n" + date + "\r\n"
                                                  : ScriptedServer::reply(body, QByteArray::number(answer.status) + " X", date));
    }

    NeonBook m_book; ///< of the server's thread
    QList<Fault> m_faults;
    QList<NeonAsked> m_asked;
    bool m_tellsDate = true;
    ScriptedServer m_server; ///< last: it ends before what it serves
};

} // namespace understudy
