// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "tests/http/scriptedserver.h"

#include <QMutex>

#include <memory>

/// An instance of the platform's application on a loopback port, as far as a probe can tell: health
/// endpoints, a build and a metrics page, with figures that a test can set at any time.
class FakeInstance
{
public:
    struct State
    {
        QByteArray startTime = "2026-11-23T01:07:45.608Z", build = "abc";
        bool warm = true, ready = true, silent = false, readySilent = false;
        int queues = 200; ///< what the route of the job queues answers
        QByteArray metrics = "# TYPE the_copy_http_requests_total counter\n";
        bool countsHealth = false; ///< what was asked here is counted on the page too, as the platform does
    };

    explicit FakeInstance(const QByteArray &startTime)
        : m_server([this](const ScriptedServer::Request &request) { answer(request); })
    {
        change([&](State &state) { state.startTime = startTime; });
    }
    void change(const std::function<void(State &)> &how)
    {
        const QMutexLocker lock(&m_mutex);
        how(m_state);
    }
    /// Figures of a process that has answered so many requests, of which so many failed.
    void setTraffic(int good, int bad)
    {
        const QByteArray name =
            "the_copy_http_requests_total{method=\"GET\",route=\"/api/projects\",status_code=\"";
        change([&](State &state) {
            state.metrics = "# TYPE the_copy_http_requests_total counter\n" + name + "200\"} " +
                            QByteArray::number(good) + "\n" + name + "500\"} " +
                            QByteArray::number(bad) + "\n";
        });
    }
    ScriptedServer &server() { return m_server; }
    understudy::PoolInstance plan() const
    {
        return {.url = m_server.url(), .process = {}, .host = {}};
    }

private:
    void answer(const ScriptedServer::Request &request)
    {
        const QMutexLocker lock(&m_mutex);
        const State &state = m_state;
        ++m_asked;
        if (state.silent || (state.readySilent && request.path == "/health/ready"))
            return;
        const auto json = [&](bool good, const QByteArray &body) {
            request.socket.write(ScriptedServer::reply(body,
                                                       good ? "200 OK" : "503 Service Unavailable",
                                                       "Content-Type: application/json\r\n"));
        };
        if (request.path == "/health/live")
            json(true, "{\"status\":\"alive\",\"uptime\":" + QByteArray::number(++m_uptime) + "}");
        else if (request.path == "/health/startup")
            json(state.warm, "{\"status\":\"started\",\"startTime\":\"" + state.startTime + "\"}");
        else if (request.path == "/health/ready")
            json(state.ready, "{\"status\":\"ready\"}");
        else if (request.path == "/version")
            json(true, "{\"commit\":\"" + state.build + "\"}");
        else if (request.path == "/api/queue/stats")
            request.socket.write(ScriptedServer::reply("{}", QByteArray::number(state.queues) + " As Set"));
        else if (request.path == "/metrics")
            request.socket.write(ScriptedServer::reply(state.metrics + (state.countsHealth ? asked() : QByteArray())));
        else
            request.socket.write(ScriptedServer::reply("nothing here", "404 Not Found"));
    }

    QByteArray asked() const
    {
        return "the_copy_http_requests_total{method=\"GET\",route=\"/health/live\",status_code=\"200\"} "
               + QByteArray::number(m_asked) + "\n";
    }

    QMutex m_mutex;
    int m_asked = 0;
    State m_state;
    qint64 m_uptime = 0;
    ScriptedServer m_server; // last: its thread uses the others
};
