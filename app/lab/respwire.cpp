// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/respwire.h"

namespace understudy::lab {
namespace {

/// Reads at `at` and moves it on; nothing, with `at` anywhere, while bytes are missing.
std::optional<RespValue> readAt(const QByteArray &buffer, qsizetype &at)
{
    const qsizetype end = buffer.indexOf("\r\n", at);
    if (end < 0)
        return std::nullopt;
    const char kind = buffer[at];
    const QByteArray line = buffer.mid(at + 1, end - at - 1);
    at = end + 2;
    switch (kind) {
    case '+': return RespValue{RespValue::Kind::Status, line, 0, {}};
    case '-': return RespValue{RespValue::Kind::Error, line, 0, {}};
    case ':': return RespValue{RespValue::Kind::Integer, {}, line.toLongLong(), {}};
    default: break;
    }
    const qsizetype length = line.toLongLong();
    if (length < 0)
        return RespValue{};
    if (kind == '$') {
        if (buffer.size() < at + length + 2)
            return std::nullopt;
        const QByteArray text = buffer.mid(at, length);
        at += length + 2;
        return RespValue{RespValue::Kind::Bulk, text, 0, {}};
    }
    RespValue array{RespValue::Kind::Array, {}, 0, {}};
    for (qsizetype i = 0; i < length; ++i) {
        std::optional<RespValue> item = readAt(buffer, at);
        if (!item)
            return std::nullopt;
        array.items.append(*item);
    }
    return array;
}

} // namespace

QByteArray respCommand(const QList<QByteArray> &words)
{
    QByteArray wire = '*' + QByteArray::number(words.size()) + "\r\n";
    for (const QByteArray &word : words)
        wire += '$' + QByteArray::number(word.size()) + "\r\n" + word + "\r\n";
    return wire;
}

std::optional<RespValue> takeReply(QByteArray &buffer)
{
    qsizetype at = 0;
    if (buffer.isEmpty())
        return std::nullopt;
    std::optional<RespValue> reply = readAt(buffer, at);
    if (reply)
        buffer.remove(0, at);
    return reply;
}

} // namespace understudy::lab
