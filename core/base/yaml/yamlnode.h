// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <vector>

namespace understudy {

/// One value of a YAML document, with its place in the file (1-based, columns count characters).
/// Types are not guessed: `5`, `true` and `2025-12-25` are all Scalars, read by whoever knows what
/// they should be. Keys of a Mapping are unique and stand in the file's order.
struct YamlNode
{
    enum class Kind {
        Null,
        Scalar,
        Sequence,
        Mapping,
        Refused, ///< already reported as a problem; readers pass over it in silence
    };
    struct Entry;

    Kind kind = Kind::Null;
    int line = 1;
    int column = 1;
    QString text;        ///< Scalar only
    bool quoted = false; ///< Scalar only: written in quotes or as a block, so never a number or a boolean
    std::vector<YamlNode> items;
    std::vector<Entry> entries;

    /// Null when there is no such key.
    const YamlNode *find(const QString &key) const;
};

struct YamlNode::Entry
{
    QString key;
    int line = 1;
    int column = 1;
    YamlNode value;
};

} // namespace understudy
