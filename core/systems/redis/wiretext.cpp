// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/wiretext.h"

#include "core/base/redact.h"

#include <algorithm>

namespace understudy::wiretext {

QString clean(const QByteArray &bytes, qsizetype most)
{
    // Four bytes a character at most: what lies beyond cannot be shown.
    QString text = QString::fromUtf8(bytes.left(4 * most + 4));
    for (QChar &letter : text) {
        if (!letter.isPrint() && !letter.isSurrogate())
            letter = QLatin1Char(' ');
    }
    if (text.size() > most)
        text = text.left(most) + QChar(0x2026);
    return redacted(text);
}

Endpoint endpoint(const QByteArray &host, const QByteArray &port)
{
    bool isPort = false;
    const ushort number = port.toUShort(&isPort);
    const auto plausible = [](char letter) {
        return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z')
               || letter == '.' || letter == '-' || letter == '_' || letter == ':' || letter == '%';
    };
    if (!isPort || number == 0 || host.isEmpty() || host.size() > 253
        || !std::all_of(host.begin(), host.end(), plausible))
        return {};
    return {QString::fromLatin1(host), number};
}

Endpoint endpoint(const QByteArray &hostAndPort)
{
    const qsizetype colon = hostAndPort.lastIndexOf(':');
    if (colon < 0)
        return {};
    QByteArray host = hostAndPort.left(colon);
    if (host.startsWith('[') && host.endsWith(']'))
        host = host.mid(1, host.size() - 2);
    return endpoint(host, hostAndPort.mid(colon + 1));
}

QStringList flags(const QByteArray &commaList)
{
    QStringList all;
    for (const QByteArray &flag : commaList.left(500).split(',')) {
        if (!flag.isEmpty())
            all.append(clean(flag, 40));
    }
    return all;
}

} // namespace understudy::wiretext
