// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/visitor.h"

#include <QNetworkProxy>
#include <QNetworkReply>

namespace understudy::lab {

Visitor::Visitor(quint16 entryPort, QObject *parent) : QObject(parent), m_port(entryPort)
{
    m_network.setProxy(QNetworkProxy::NoProxy);
    m_timer.setInterval(250);
    connect(&m_timer, &QTimer::timeout, this, &Visitor::visit);
    m_timer.start();
}

void Visitor::visit()
{
    // Users who wait do not ask again: a hanging platform is not buried under requests.
    if (m_waiting >= 4)
        return;
    QUrl url(QStringLiteral("http://127.0.0.1/api/projects"));
    url.setPort(m_port);
    QNetworkRequest request(url);
    request.setTransferTimeout(5000);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
    const bool writes = ++m_visits % 4 == 0;
    QNetworkReply *reply = writes ? m_network.post(request, QByteArrayLiteral("{\"title\":\"A visit\"}")) : m_network.get(request);
    ++m_waiting;
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        --m_waiting;
        reply->deleteLater();
    });
}

} // namespace understudy::lab
