// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QNetworkAccessManager>
#include <QTimer>

namespace understudy::lab {

/// The platform's users: a few requests a second through the entry address, so that error rates,
/// latencies and the SLO have something to be counted from.
class Visitor : public QObject
{
    Q_OBJECT
public:
    explicit Visitor(quint16 entryPort, QObject *parent = nullptr);
    void stop() { m_timer.stop(); }

private:
    void visit();

    QNetworkAccessManager m_network;
    QTimer m_timer;
    quint16 m_port;
    int m_visits = 0;
    int m_waiting = 0;
};

} // namespace understudy::lab
