// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/redistls.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslConfiguration>

namespace understudy {

Result<Unit> prepareRedisTls(QSslSocket &socket, const RedisTarget &target)
{
    if (!QSslSocket::supportsSsl()) {
        return fail(ErrorCode::TlsFailed, QStringLiteral("this system's Qt has no TLS"),
                    QStringLiteral("Install Qt's OpenSSL back end."));
    }
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (!target.tlsCa.isEmpty()) {
        QFile file(target.tlsCa);
        if (!file.open(QIODevice::ReadOnly)) {
            return fail(ErrorCode::FileUnreadable, QStringLiteral("authority file %1 cannot be read").arg(target.tlsCa),
                        QStringLiteral("Correct the plan's redis.tls_ca or the file's rights."), file.errorString());
        }
        const QList<QSslCertificate> authorities = QSslCertificate::fromDevice(&file, QSsl::Pem);
        if (authorities.isEmpty()) {
            return fail(ErrorCode::TlsFailed, QStringLiteral("authority file %1 holds no certificate").arg(target.tlsCa),
                        QStringLiteral("Name a PEM file in the plan's redis.tls_ca."));
        }
        configuration.setCaCertificates(authorities);
    }
    socket.setSslConfiguration(configuration);
    socket.setPeerVerifyName(target.tlsServerName.isEmpty() ? target.address.host : target.tlsServerName);
    return Unit{};
}

} // namespace understudy
