// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

#include <QMap>
#include <QStringList>

namespace understudy {

/// A connection URL or key=value string taken apart by libpq's own rules. Holds the password.
class PgAddress
{
public:
    /// Parameters of an application's driver that libpq does not know (schema, pgbouncer, …) are left
    /// out; sslmode "no-verify" becomes "require". The Error never quotes the text: it holds a secret.
    [[nodiscard]] static Result<PgAddress> parse(const Secret &url);

    QStringList hosts() const;   ///< one or more; a path or nothing means a Unix socket
    bool needsLookup() const;    ///< some host is a name, and no hostaddr was given
    QString server() const;      ///< "127.0.0.1:5432", several joined by ','
    QString database() const;    ///< empty: the server's default
    QString user() const;
    /// Takes the password out of what the server or the library says.
    QString withoutSecret(const QString &text) const;

    /// What libpq is told. `addresses`: one a host, or none when no lookup is needed.
    Secret connectionString(const QStringList &addresses, int timeoutSeconds) const;

private:
    QMap<QString, QByteArray> m_values;
};

} // namespace understudy
