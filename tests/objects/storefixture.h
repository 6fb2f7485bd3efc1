// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/objects/objectstore.h"

#include <QProcess>
#include <QTemporaryDir>

namespace understudy {

/// An S3-compatible store on a free port of loopback with one bucket, "backups".
class StoreFixture
{
public:
    StoreFixture();
    ~StoreFixture();
    QString start(); ///< what went wrong, or nothing
    QString put(const QString &key, const QByteArray &content, const QList<HttpHeader> &headers = {});
    QUrl endpoint() const;
    S3Identity identity() const;
    ObjectStore store() const { return ObjectStore(endpoint(), QStringLiteral("backups"), identity()); }

private:
    QTemporaryDir m_folder;
    QProcess m_server;
    quint16 m_port = 0;
};

} // namespace understudy
