// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/envfile/envdefinition.h"

namespace understudy {
namespace {

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

bool isNameByte(char c, bool first)
{
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return letter || (!first && ((c >= '0' && c <= '9') || c == '.' || c == '-'));
}

qsizetype skipBlanks(const QByteArray &text, qsizetype at, qsizetype end)
{
    while (at < end && isBlank(text.at(at)))
        ++at;
    return at;
}

qsizetype skipName(const QByteArray &text, qsizetype at, qsizetype end)
{
    const qsizetype begin = at;
    while (at < end && isNameByte(text.at(at), at == begin))
        ++at;
    return at;
}

/// A backslash before the same sign does not end the quotation; -1: it is never closed.
qsizetype closing(const QByteArray &text, qsizetype open)
{
    const char quote = text.at(open);
    for (qsizetype i = open + 1; i < text.size(); ++i) {
        if (text.at(i) == '\\' && i + 1 < text.size() && text.at(i + 1) == quote)
            ++i;
        else if (text.at(i) == quote)
            return i;
    }
    return -1;
}

/// Of a value without quotes: before the comment, which needs a blank before its sign, and the blanks.
qsizetype plainEnd(const QByteArray &text, qsizetype begin, qsizetype lineEnd)
{
    qsizetype end = lineEnd;
    for (qsizetype i = begin; i < lineEnd; ++i) {
        if (text.at(i) == '#' && (i == begin || isBlank(text.at(i - 1)))) {
            end = i;
            break;
        }
    }
    while (end > begin && isBlank(text.at(end - 1)))
        --end;
    return end;
}

} // namespace

QList<EnvDefinition> envDefinitions(const QByteArray &text)
{
    QList<EnvDefinition> found;
    int line = 0;
    qsizetype at = text.startsWith("\xef\xbb\xbf") ? 3 : 0;
    while (at < text.size()) {
        ++line;
        const qsizetype newline = text.indexOf('\n', at);
        const qsizetype lineEnd = newline < 0 ? text.size() : newline;
        qsizetype next = lineEnd + 1;
        qsizetype i = skipBlanks(text, at, lineEnd);
        if (text.mid(i, 7) == "export " || text.mid(i, 7) == "export\t")
            i = skipBlanks(text, i + 7, lineEnd);
        const qsizetype nameEnd = skipName(text, i, lineEnd);
        qsizetype value = skipBlanks(text, nameEnd, lineEnd);
        if (nameEnd > i && value < lineEnd && text.at(value) == '=') {
            EnvDefinition one{.key = QString::fromLatin1(text.mid(i, nameEnd - i)), .line = line};
            value = skipBlanks(text, value + 1, lineEnd);
            one.begin = value;
            const char first = value < lineEnd ? text.at(value) : 0;
            if (first == '\'' || first == '"' || first == '`') {
                one.quote = first;
                const qsizetype close = closing(text, value);
                one.closed = close >= 0;
                // Whoever forgot the sign meant one line.
                one.end = one.closed ? close + 1 : lineEnd;
                if (close > lineEnd) {
                    line += int(text.mid(lineEnd, close - lineEnd).count('\n'));
                    const qsizetype after = text.indexOf('\n', close);
                    next = after < 0 ? text.size() : after + 1;
                }
            } else {
                one.end = plainEnd(text, value, lineEnd);
            }
            found.append(one);
        }
        at = next;
    }
    return found;
}

} // namespace understudy
