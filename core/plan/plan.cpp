// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plan.h"

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
