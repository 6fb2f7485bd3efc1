// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/yaml/yamlproblem.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace understudy {

/// The raw lines of a YAML text: what can be refused before it is parsed, and the place of a byte in
/// characters (the parser counts bytes, an editor counts characters).
class YamlText
{
public:
    explicit YamlText(const QByteArray &text);
    /// The first byte that no YAML text of ours may hold; the rest of such a file means nothing.
    std::optional<YamlProblem> firstProblem() const;
    /// `line` and `byteColumn` are 0-based; the result is 1-based. Cheap when asked in the text's order.
    int characterColumn(int line, int byteColumn);
    const QByteArray &bytes() const { return m_text; } ///< without a byte order mark

private:
    QByteArray line(int number) const;

    QByteArray m_text;
    QList<qsizetype> m_starts;
    // Where the last question ended: one line may hold a whole file.
    int m_countedLine = -1;
    int m_countedBytes = 0;
    int m_countedCharacters = 0;
};

} // namespace understudy
