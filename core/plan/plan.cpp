// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plan.h"

#include <QRegularExpression>

namespace understudy {

QString modeName(Mode mode)
{
    switch (mode) {
    case Mode::Production: return QStringLiteral("production");
    case Mode::Staging: return QStringLiteral("staging");
    case Mode::Lab: return QStringLiteral("lab");
    case Mode::Tabletop: return QStringLiteral("tabletop");
    case Mode::Replay: return QStringLiteral("replay");
    }
    return {};
}

QString confirmPrefix(Mode mode)
{
    return mode == Mode::Production ? QString() : modeName(mode) + QStringLiteral(": ");
}

QString Endpoint::text() const
{
    const QString shown = host.contains(QLatin1Char(':')) ? QLatin1Char('[') + host + QLatin1Char(']') : host;
    return shown + QLatin1Char(':') + QString::number(port);
}

Result<Endpoint> parseEndpoint(const QString &text)
{
    static const QRegularExpression form(
        QStringLiteral("^(?:\\[([0-9A-Fa-f:.]+)\\]|([A-Za-z0-9._-]+)):([0-9]{1,5})$"));
    const QRegularExpressionMatch match = form.match(text);
    if (!match.hasMatch())
        return fail(ErrorCode::InvalidInput, QStringLiteral("not HOST:PORT: '%1'").arg(text.left(60)),
                    QStringLiteral("Write host and port: 10.0.0.1:6379, redis-1.example:6379 or \"[::1]:6379\"."));
    const uint port = match.captured(3).toUInt();
    if (port < 1 || port > 65535)
        return fail(ErrorCode::InvalidInput, QStringLiteral("port out of range: '%1'").arg(text.left(60)),
                    QStringLiteral("Write a port from 1 to 65535."));
    const QString host = match.captured(1).isEmpty() ? match.captured(2) : match.captured(1);
    return Endpoint{host, quint16(port)};
}

const Host *Plan::host(const QString &wanted) const
{
    for (const Host &one : hosts) {
        if (one.name == wanted)
            return &one;
    }
    return nullptr;
}

QString SecretReference::describe() const
{
    switch (kind) {
    case Kind::None: return QStringLiteral("nothing");
    case Kind::Plain: return QStringLiteral("the plan's own text");
    case Kind::Environment: return QStringLiteral("environment variable %1").arg(name);
    case Kind::File: return QStringLiteral("file %1").arg(name);
    case Kind::EnvironmentFile:
        return host.isEmpty() ? QStringLiteral("key %1 of %2").arg(key, name)
                              : QStringLiteral("key %1 of %2 on %3").arg(key, name, host);
    case Kind::Keychain: return QStringLiteral("keychain entry %1").arg(name);
    }
    return {};
}

} // namespace understudy
