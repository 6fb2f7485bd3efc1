// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/http/httpconnection.h"

#include <QFile>
#include <QProcess>
#include <QSslKey>
#include <QSslServer>
#include <QSslSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

/// Certificates are checked: authority and name, each for itself.
class HttpTlsTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    QString path(const char *name) const { return m_folder.filePath(QLatin1String(name)); }

    /// A self-signed certificate for that subject alternative name, made now.
    void makeCertificate(const char *name, const char *alternative) const
    {
        QProcess openssl;
        openssl.setProcessChannelMode(QProcess::MergedChannels);
        openssl.start(QStringLiteral("openssl"),
                      {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"),
                       QStringLiteral("ec"), QStringLiteral("-pkeyopt"),
                       QStringLiteral("ec_paramgen_curve:prime256v1"), QStringLiteral("-nodes"),
                       QStringLiteral("-days"), QStringLiteral("2"), QStringLiteral("-subj"),
                       QStringLiteral("/CN=test"), QStringLiteral("-addext"),
                       QStringLiteral("subjectAltName=") + QLatin1String(alternative),
                       QStringLiteral("-keyout"), path(name) + QStringLiteral(".key"),
                       QStringLiteral("-out"), path(name)});
        QVERIFY(openssl.waitForFinished());
        QVERIFY2(openssl.exitCode() == 0, openssl.readAll().constData());
    }

private slots:
    void initTestCase()
    {
        QVERIFY(QSslSocket::supportsSsl());
        makeCertificate("right", "IP:127.0.0.1");
        makeCertificate("elsewhere", "DNS:elsewhere.example");
    }

    void certificatesAreChecked_data()
    {
        QTest::addColumn<QString>("server");
        QTest::addColumn<QString>("trusted");
        QTest::addColumn<bool>("good");
        QTest::newRow("trusted, right name")
            << QStringLiteral("right") << QStringLiteral("right") << true;
        QTest::newRow("trusted, wrong name")
            << QStringLiteral("elsewhere") << QStringLiteral("elsewhere") << false;
        QTest::newRow("right name, another authority")
            << QStringLiteral("right") << QStringLiteral("elsewhere") << false;
        QTest::newRow("right name, only the system's authorities")
            << QStringLiteral("right") << QString() << false;
    }
    void certificatesAreChecked()
    {
        QFETCH(QString, server);
        QFETCH(QString, trusted);
        QFETCH(bool, good);
        QFile key(m_folder.filePath(server) + QStringLiteral(".key"));
        QVERIFY(key.open(QIODevice::ReadOnly));
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setLocalCertificateChain(
            QSslCertificate::fromPath(m_folder.filePath(server)));
        configuration.setPrivateKey(QSslKey(&key, QSsl::Ec));
        QSslServer tls;
        tls.setSslConfiguration(configuration);
        QVERIFY(tls.listen(QHostAddress::LocalHost));
        connect(&tls, &QTcpServer::pendingConnectionAvailable, &tls, [&tls] {
            QTcpSocket *socket = tls.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket] {
                socket->readAll();
                socket->write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            });
        });
        HttpRequest request{.url =
                                QUrl(QStringLiteral("https://127.0.0.1:%1/").arg(tls.serverPort())),
                            .deadline = 5s};
        request.tlsCa = trusted.isEmpty() ? QString() : m_folder.filePath(trusted);
        HttpConnection connection;
        std::optional<Result<HttpReply>> outcome;
        connection.get(request, [&](const Result<HttpReply> &reply) { outcome = reply; });
        QTRY_VERIFY(outcome.has_value());
        QCOMPARE(outcome->has_value(), good);
        if (!good)
            QCOMPARE(outcome->error().code, ErrorCode::TlsFailed);
    }
};

QTEST_GUILESS_MAIN(HttpTlsTest)
#include "tst_httptls.moc"
