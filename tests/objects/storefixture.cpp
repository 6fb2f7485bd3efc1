// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/objects/storefixture.h"

#include "core/systems/http/httpget.h"
#include "core/systems/http/httpretry.h"
#include "tests/postgres/pgfixture.h"

#include <QElapsedTimer>
#include <QThread>

#include <csignal>
#include <sys/prctl.h>

namespace understudy {

StoreFixture::StoreFixture()
{
    m_server.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
}

StoreFixture::~StoreFixture()
{
    m_server.kill();
    m_server.waitForFinished(5000);
}

QString StoreFixture::start()
{
    m_port = PgFixture::freePort();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    // Its paging uses a cipher that newer Node has put away.
    environment.insert(QStringLiteral("NODE_OPTIONS"), QStringLiteral("--openssl-legacy-provider"));
    m_server.setProcessEnvironment(environment);
    m_server.setProcessChannelMode(QProcess::MergedChannels);
    m_server.start(QStringLiteral(S3_PROGRAM), {QStringLiteral("-d"), m_folder.path(), QStringLiteral("-a"), QStringLiteral("127.0.0.1"), QStringLiteral("-p"),
                                                QString::number(m_port), QStringLiteral("--configure-bucket"), QStringLiteral("backups"), QStringLiteral("--silent")});
    QElapsedTimer elapsed;
    elapsed.start();
    while (elapsed.elapsed() < 20'000) {
        if (httpGetBlocking(endpoint(), {}, std::chrono::seconds(1)))
            return {};
        QThread::msleep(50);
    }
    return QStringLiteral("the store does not answer: ") + QString::fromUtf8(m_server.readAll());
}

QString StoreFixture::put(const QString &key, const QByteArray &content, const QList<HttpHeader> &headers)
{
    QUrl url = endpoint();
    url.setPath(QStringLiteral("/backups/") + key);
    const Result<HttpReply> reply = httpCall({.url = url, .headers = headers, .method = "PUT", .body = content});
    return !reply ? reply.error().text() : reply->isOk() ? QString() : QString::number(reply->status) + QString::fromUtf8(reply->body.left(300));
}

QUrl StoreFixture::endpoint() const
{
    return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_port));
}

S3Identity StoreFixture::identity() const
{
    return {.region = QStringLiteral("us-east-1"), .accessKey = Secret("S3RVER"), .secretKey = Secret("S3RVER")};
}

} // namespace understudy
