// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/yaml/yamlwriter.h"

#include <QRegularExpression>
#include <QStringList>

#include <algorithm>

namespace understudy {
namespace {

// Beyond this width a collection is written as a block.
constexpr int widestLine = 100;

QString inQuotes(const QString &text)
{
    QString out = QStringLiteral("\"");
    for (const QChar c : text) {
        if (c == QLatin1Char('"') || c == QLatin1Char('\\'))
            out += QLatin1Char('\\') + QString(c);
        else if (c == QLatin1Char('\n'))
            out += QStringLiteral("\\n");
        else if (c == QLatin1Char('\t'))
            out += QStringLiteral("\\t");
        else if (c < QLatin1Char(' ') || c == QChar(0x7f))
            out += QStringLiteral("\\x%1").arg(uint(c.unicode()), 2, 16, QLatin1Char('0'));
        else
            out += c;
    }
    return out + QLatin1Char('"');
}

QString scalarText(const QString &text, bool quoted)
{
    // What is plain to every reader of YAML, inside brackets too: no sign that could begin something else.
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_/.(](?:[A-Za-z0-9_/.()+%$@=;-]|:(?=[^ ])| (?=[^ #]))*$"));
    static const QRegularExpression word(QStringLiteral("^(?:null|yes|no|on|off|true|false|\\.nan|-?\\.inf)$"),
                                         QRegularExpression::CaseInsensitiveOption);
    const bool asWritten = !quoted && plain.match(text).hasMatch() && !text.endsWith(QLatin1Char(':'));
    const bool boolean = text == QLatin1String("true") || text == QLatin1String("false");
    if (asWritten && (boolean || !word.match(text).hasMatch()))
        return text;
    return inQuotes(text);
}

QString keyText(const QString &key)
{
    return scalarText(key, key.contains(QLatin1Char(':')));
}

QString inLine(const YamlNode &node)
{
    QStringList parts;
    switch (node.kind) {
    case YamlNode::Kind::Scalar:
        return scalarText(node.text, node.quoted);
    case YamlNode::Kind::Sequence:
        for (const YamlNode &item : node.items)
            parts.append(inLine(item));
        return QLatin1Char('[') + parts.join(QStringLiteral(", ")) + QLatin1Char(']');
    case YamlNode::Kind::Mapping:
        for (const YamlNode::Entry &entry : node.entries)
            parts.append(keyText(entry.key) + QStringLiteral(": ") + inLine(entry.value));
        return QLatin1Char('{') + parts.join(QStringLiteral(", ")) + QLatin1Char('}');
    default:
        return QStringLiteral("null");
    }
}

/// Levels of collections; what nests deeply is easier to read as a block.
int levelsOf(const YamlNode &node)
{
    int deepest = 0;
    for (const YamlNode &item : node.items)
        deepest = std::max(deepest, levelsOf(item));
    for (const YamlNode::Entry &entry : node.entries)
        deepest = std::max(deepest, levelsOf(entry.value));
    const bool collection = node.kind == YamlNode::Kind::Sequence || node.kind == YamlNode::Kind::Mapping;
    return collection ? deepest + 1 : 0;
}

void writeBlock(const YamlNode &node, int indent, QString &out);

void writeValue(const YamlNode &node, int indent, int used, QString &out)
{
    const bool empty = node.items.empty() && node.entries.empty();
    const QString line = inLine(node);
    if (empty || (levelsOf(node) <= 2 && used + line.size() <= widestLine)) {
        out += QLatin1Char(' ') + line + QLatin1Char('\n');
        return;
    }
    out += QLatin1Char('\n');
    writeBlock(node, indent + 2, out);
}

void writeBlock(const YamlNode &node, int indent, QString &out)
{
    const QString margin(indent, QLatin1Char(' '));
    for (const YamlNode::Entry &entry : node.entries) {
        const QString head = margin + keyText(entry.key) + QLatin1Char(':');
        out += head;
        writeValue(entry.value, indent, int(head.size()), out);
    }
    for (const YamlNode &item : node.items) {
        const QString line = inLine(item);
        if (item.entries.empty() || (levelsOf(item) <= 2 && indent + line.size() <= widestLine)) {
            out += margin + QLatin1Char('-') + QLatin1Char(' ') + line + QLatin1Char('\n');
            continue;
        }
        // The first key shares the dash's line.
        QString block;
        writeBlock(item, indent + 2, block);
        block[indent] = QLatin1Char('-');
        out += block;
    }
}

} // namespace

QString writeYaml(const YamlNode &root)
{
    const bool collection = root.kind == YamlNode::Kind::Sequence || root.kind == YamlNode::Kind::Mapping;
    if (!collection || (root.items.empty() && root.entries.empty()))
        return inLine(root) + QLatin1Char('\n');
    QString out;
    writeBlock(root, 0, out);
    return out;
}

} // namespace understudy
