// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/http/httpreplyparser.h"
#include "core/systems/http/httprequest.h"

#include <QElapsedTimer>
#include <QObject>
#include <QQueue>
#include <QTimer>

#include <functional>

namespace understudy {

/// Sends requests one after the other, over one kept-alive connection where the server allows it. For
/// an event loop: never blocks. QNetworkAccessManager was measured and costs several times as much
/// a look, and does not tell which connection a reply came over; see tests/bench/bench_probes.cpp.
///
/// Four outcomes stay apart: refused (ConnectionRefused), no answer (TimedOut, Unreachable,
/// NameNotFound, ConnectionLost), a status (an HttpReply), a broken reply (ProtocolViolation,
/// TooLarge, TlsFailed).
class HttpConnection : public QObject
{
    Q_OBJECT
public:
    using Done = std::function<void(const Result<HttpReply> &)>;

    explicit HttpConnection(QObject *parent = nullptr);
    ~HttpConnection() override;

    /// Queues it; its deadline starts with its turn. `done` is called exactly once from the event
    /// loop, never from within get(), and not at all after abort() or destruction. It may call
    /// get() or delete this object.
    void get(const HttpRequest &request, Done done) { call(request, std::move(done)); }
    /// The same for any method. What is no GET is sent at most once, whatever becomes of it.
    void call(const HttpRequest &request, Done done);
    /// Forgets all requests and closes the connection.
    void abort();
    bool isBusy() const { return m_running || !m_waiting.isEmpty(); }

private:
    struct Job
    {
        HttpRequest request;
        Done done;
    };
    void startNext();
    void open(const QString &address = {});
    void send();
    void readReply();
    void socketFailed();
    void socketClosed();
    void deadlinePassed();
    void finish(Result<HttpReply> outcome);
    void dropSocket();
    bool canReuse() const;

    QQueue<Job> m_waiting;
    Job m_job;
    bool m_running = false;
    bool m_startPosted = false;
    bool m_reused =
        false; ///< the present request went over a connection that served another before
    QTcpSocket *m_socket = nullptr; ///< child of this
    QString m_origin;      ///< scheme, host, port and authorities that the socket is connected to
    QString m_lastAddress; ///< of the last connection: used when the name no longer resolves
    quint64 m_serial = 0;
    HttpReplyParser m_parser;
    QTimer m_deadline;
    QElapsedTimer m_since;
    QDateTime m_sentAt;
};

} // namespace understudy
