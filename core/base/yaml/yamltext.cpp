// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/yaml/yamltext.h"

#include <QStringDecoder>

#include <algorithm>
#include <cstring>

namespace understudy {
namespace {

std::optional<YamlProblem> undecodable(const QByteArray &line, int number)
{
    const bool ascii = std::all_of(line.begin(), line.end(), [](char c) { return uchar(c) < 0x80; });
    if (ascii)
        return std::nullopt;
    QStringDecoder decode(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString decoded = decode(line);
    if (!decode.hasError())
        return std::nullopt;
    const qsizetype at = decoded.indexOf(QChar(QChar::ReplacementCharacter));
    return YamlProblem{number, int(at < 0 ? decoded.size() : at) + 1,
                       QStringLiteral("not UTF-8 text"),
                       QStringLiteral("Save the file as UTF-8; a binary file is not a plan.")};
}

std::optional<YamlProblem> controlCharacter(const QByteArray &line, int number)
{
    for (qsizetype i = 0; i < line.size(); ++i) {
        const uchar c = uchar(line.at(i));
        const bool lineEnd = c == '\r' && i == line.size() - 1;
        if ((c >= 0x20 && c != 0x7f) || c == '\t' || lineEnd)
            continue;
        const int column = int(QString::fromUtf8(line.left(i)).size()) + 1;
        return YamlProblem{number, column,
                           QStringLiteral("control character 0x%1").arg(uint(c), 2, 16, QLatin1Char('0')),
                           QStringLiteral("Remove it; in a quoted text it is written as an escape such as \\x%1.")
                               .arg(uint(c), 2, 16, QLatin1Char('0'))};
    }
    return std::nullopt;
}

std::optional<YamlProblem> tabbed(const QByteArray &line, int number)
{
    for (qsizetype i = 0; i < line.size(); ++i) {
        if (line.at(i) == '\t' && !line.trimmed().isEmpty())
            return YamlProblem{number, int(i) + 1, QStringLiteral("a tab in the indentation"),
                               QStringLiteral("Indent with spaces.")};
        if (line.at(i) != ' ')
            break;
    }
    return std::nullopt;
}

/// What can begin or end a token inside brackets.
bool isSign(char c)
{
    return std::strchr("[]{},:?&*!\"'", c) && c != '\0';
}

} // namespace

YamlText::YamlText(const QByteArray &text)
    : m_text(text.startsWith("\xef\xbb\xbf") ? text.mid(3) : text)
{
    m_starts.append(0);
    for (qsizetype at = m_text.indexOf('\n'); at >= 0; at = m_text.indexOf('\n', at + 1))
        m_starts.append(at + 1);
}

QByteArray YamlText::line(int number) const
{
    if (number < 0 || number >= m_starts.size())
        return {};
    const qsizetype from = m_starts.at(number);
    const qsizetype to = number + 1 < m_starts.size() ? m_starts.at(number + 1) - 1 : m_text.size();
    return QByteArray::fromRawData(m_text.constData() + from, to - from);
}

std::optional<YamlProblem> YamlText::firstProblem() const
{
    // The parser holds all signs of a collection in brackets before it says the first, about 300 bytes
    // for each; this bounds its memory. A plan of 1,000 instances has some 15,000 of them.
    constexpr qsizetype mostSigns = 80'000;
    qsizetype signs = 0;
    for (int number = 0; number < m_starts.size(); ++number) {
        const QByteArray one = line(number);
        signs += std::count_if(one.begin(), one.end(), isSign);
        if (signs > mostSigns)
            return YamlProblem{number + 1, 1,
                               QStringLiteral("more than %1 brackets, commas, colons and quotation marks").arg(mostSigns),
                               QStringLiteral("Make the file shorter.")};
        for (const auto check : {controlCharacter, undecodable, tabbed}) {
            const std::optional<YamlProblem> problem = check(one, number + 1);
            if (problem)
                return problem;
        }
    }
    return std::nullopt;
}

int YamlText::characterColumn(int number, int byteColumn)
{
    const QByteArray whole = line(number);
    if (number != m_countedLine || byteColumn < m_countedBytes) {
        m_countedLine = number;
        m_countedBytes = 0;
        m_countedCharacters = 0;
    }
    // Code points, as editors count them: all bytes but those that continue one.
    const int end = std::min(byteColumn, int(whole.size()));
    for (; m_countedBytes < end; ++m_countedBytes)
        m_countedCharacters += (uchar(whole.at(m_countedBytes)) & 0xc0) != 0x80 ? 1 : 0;
    return m_countedCharacters + 1;
}

} // namespace understudy
