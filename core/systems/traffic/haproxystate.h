// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QList>

/// What HAProxy's runtime API answers. Pure. Source: HAProxy's management guide, "show servers state", "show map".
namespace understudy::haproxystate {

struct Server
{
    QString backend, name, address;
    int port = 0;
    int operation = 0;      ///< 0 stopped, 1 starting, 2 running, 3 stopping
    int administration = 0; ///< bits; see isEnabled
    /// Not in maintenance and not draining, by whomever: new requests may come. It can still be down by its checks.
    bool isEnabled() const { return (administration & 0x3B) == 0; }
    /// As `set server … state` takes it: "ready", "drain", "maint".
    QString stateWord() const;
};

/// ProtocolViolation for anything but version 1 of the format.
[[nodiscard]] Result<QList<Server>> servers(const QByteArray &answer);

struct MapEntry
{
    QString id, key, value;
};
[[nodiscard]] Result<QList<MapEntry>> mapEntries(const QByteArray &answer);

} // namespace understudy::haproxystate
