// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/plan/plan.h"

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
};

/// ProtocolViolation for anything but version 1 of the format.
[[nodiscard]] Result<QList<Server>> servers(const QByteArray &answer);
/// The server's colour by its address; "localhost" and loopback addresses are one host. Empty: none of the plan's.
QString colourOf(const Server &server, const QList<Pool> &pools);

struct MapEntry
{
    QString id, key, value;
};
[[nodiscard]] Result<QList<MapEntry>> mapEntries(const QByteArray &answer);
/// "app_blue" and green: "app_green"; the colour has to stand as a word or at the value's end. Empty: it holds none.
QString valueFor(const QString &value, const QStringList &colours, const QString &colour);
QString colourOfValue(const QString &value, const QStringList &colours);

} // namespace understudy::haproxystate
