// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/haproxystate.h"

namespace understudy::haproxystate {
namespace {

constexpr int mostLines = 20'000;

Error unread(const QByteArray &line)
{
    return {ErrorCode::ProtocolViolation, QStringLiteral("HAProxy's answer cannot be read"), QStringLiteral("Its runtime API is expected in version 1 of its format."),
            QString::fromUtf8(line.left(200)).simplified()};
}

} // namespace

QString Server::stateWord() const
{
    constexpr int draining = 0x18;
    return isEnabled() ? QStringLiteral("ready") : (administration & 0x3B & ~draining) == 0 ? QStringLiteral("drain") : QStringLiteral("maint");
}

Result<QList<Server>> servers(const QByteArray &answer)
{
    const QList<QByteArray> lines = answer.split('\n');
    if (lines.first().trimmed() != "1" || lines.size() > mostLines)
        return fail(unread(lines.first()));
    QList<Server> found;
    for (const QByteArray &line : lines.mid(1)) {
        if (line.startsWith('#') || line.trimmed().isEmpty())
            continue;
        const QList<QByteArray> words = line.trimmed().split(' ');
        bool operation = false, administration = false, port = false;
        if (words.size() < 19)
            return fail(unread(line));
        Server server{.backend = QString::fromUtf8(words.at(1)), .name = QString::fromUtf8(words.at(3)), .address = QString::fromUtf8(words.at(4)),
                      .port = words.at(18).toInt(&port), .operation = words.at(5).toInt(&operation), .administration = words.at(6).toInt(&administration)};
        if (!operation || !administration || !port)
            return fail(unread(line));
        found.append(server);
    }
    return found;
}

Result<QList<MapEntry>> mapEntries(const QByteArray &answer)
{
    QList<MapEntry> found;
    for (const QByteArray &line : answer.split('\n')) {
        if (line.trimmed().isEmpty())
            continue;
        const QList<QByteArray> words = line.simplified().split(' ');
        if (words.size() < 3 || !words.first().startsWith("0x") || found.size() > mostLines)
            return fail(unread(line));
        found.append({QString::fromUtf8(words.at(0)), QString::fromUtf8(words.at(1)), QString::fromUtf8(words.at(2))});
    }
    return found;
}

} // namespace understudy::haproxystate
