// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/respcommand.h"

#include <hiredis/hiredis.h>

#include <vector>

namespace understudy {

QByteArray respCommand(const QList<QByteArray> &words)
{
    std::vector<const char *> texts;
    std::vector<size_t> lengths;
    for (const QByteArray &word : words) {
        texts.push_back(word.constData());
        lengths.push_back(size_t(word.size()));
    }
    char *bytes = nullptr;
    const qint64 length
        = redisFormatCommandArgv(&bytes, int(texts.size()), texts.data(), lengths.data());
    if (length < 0)
        return {};
    const QByteArray command(bytes, length);
    redisFreeCommand(bytes);
    return command;
}

} // namespace understudy
