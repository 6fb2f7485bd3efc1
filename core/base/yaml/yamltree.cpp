// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/yaml/yamltree.h"

#include <yaml-cpp/mark.h>

namespace understudy {
namespace {

// A hostile text may hold a mistake in every byte; nobody reads more than this.
constexpr int mostYamlProblems = 200;

QString shownKey(const QString &key)
{
    return key.size() > 60 ? key.left(60) + QStringLiteral("…") : key;
}

} // namespace

YamlTree::YamlTree(YamlText &text, const YamlLimits &limits) : m_text(text), m_limits(limits) {}

void YamlTree::report(const YAML::Mark &mark, const QString &message, const QString &hint)
{
    m_problems.append({mark.line + 1, m_text.characterColumn(mark.line, mark.column), message, hint});
    if (m_problems.size() >= mostYamlProblems)
        throw Stop{};
}

void YamlTree::OnDocumentStart(const YAML::Mark &mark)
{
    if (m_documentSeen) {
        report(mark, QStringLiteral("a second document begins here"),
               QStringLiteral("Keep one document in a file; remove the '---' between them."));
        throw Stop{};
    }
    m_documentSeen = true;
}

YamlNode YamlTree::started(YamlNode::Kind kind, const YAML::Mark &mark, YAML::anchor_t anchor)
{
    if (++m_values > m_limits.values) {
        report(mark, QStringLiteral("more than %1 values").arg(m_limits.values),
               QStringLiteral("Make the file shorter."));
        throw Stop{};
    }
    if (anchor != 0) {
        report(mark, QStringLiteral("an anchor (&name) is not part of this format"),
               QStringLiteral("Write the value out in each place; quote a text that starts with '&'."));
    }
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = m_text.characterColumn(mark.line, mark.column);
    return node;
}

void YamlTree::refuseTag(const YAML::Mark &mark, const std::string &tag)
{
    // "?" and "!" are the parser's marks of plain and of quoted values.
    if (tag.empty() || tag == "?" || tag == "!")
        return;
    report(mark, QStringLiteral("a tag (!name) is not part of this format"),
           QStringLiteral("Remove the tag; quote a text that starts with '!'."));
}

void YamlTree::OnNull(const YAML::Mark &mark, YAML::anchor_t anchor)
{
    place(started(YamlNode::Kind::Null, mark, anchor));
}

void YamlTree::OnAlias(const YAML::Mark &mark, YAML::anchor_t)
{
    report(mark, QStringLiteral("an alias (*name) is not part of this format"),
           QStringLiteral("Write the value out in each place; quote a text that starts with '*'."));
    place(started(YamlNode::Kind::Refused, mark, 0));
}

void YamlTree::OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                        const std::string &value)
{
    refuseTag(mark, tag);
    YamlNode node = started(YamlNode::Kind::Scalar, mark, anchor);
    node.text = QString::fromUtf8(value.data(), qsizetype(value.size()));
    node.quoted = tag == "!";
    place(std::move(node));
}

void YamlTree::OnSequenceStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                               YAML::EmitterStyle::value)
{
    refuseTag(mark, tag);
    open(started(YamlNode::Kind::Sequence, mark, anchor));
}

void YamlTree::OnMapStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                          YAML::EmitterStyle::value)
{
    refuseTag(mark, tag);
    open(started(YamlNode::Kind::Mapping, mark, anchor));
}

void YamlTree::open(YamlNode node)
{
    if (int(m_open.size()) >= m_limits.depth) {
        m_problems.append({node.line, node.column,
                           QStringLiteral("nested deeper than %1 levels").arg(m_limits.depth),
                           QStringLiteral("Remove the brackets or the indentation that is too much.")});
        throw Stop{};
    }
    Frame frame;
    frame.node = std::move(node);
    m_open.push_back(std::move(frame));
}

void YamlTree::close()
{
    YamlNode node = std::move(m_open.back().node);
    m_open.pop_back();
    place(std::move(node));
}

void YamlTree::place(YamlNode node)
{
    if (m_open.empty())
        m_root = std::move(node);
    else if (m_open.back().node.kind == YamlNode::Kind::Sequence)
        m_open.back().node.items.push_back(std::move(node));
    else
        placeInMapping(m_open.back(), std::move(node));
}

void YamlTree::placeInMapping(Frame &frame, YamlNode node)
{
    if (!frame.haveKey) {
        acceptKey(frame, std::move(node));
        return;
    }
    frame.haveKey = false;
    if (frame.key.kind == YamlNode::Kind::Refused)
        return;
    // The parser places a missing value at whatever comes next; the key is where it is missing.
    if (node.kind == YamlNode::Kind::Null) {
        node.line = frame.key.line;
        node.column = frame.key.column;
    }
    frame.node.entries.push_back({frame.key.text, frame.key.line, frame.key.column, std::move(node)});
}

void YamlTree::acceptKey(Frame &frame, YamlNode node)
{
    frame.haveKey = true;
    frame.key = std::move(node);
    YamlProblem problem{frame.key.line, frame.key.column, {}, {}};
    if (frame.key.kind == YamlNode::Kind::Refused)
        return;
    if (frame.key.kind != YamlNode::Kind::Scalar || frame.key.text.isEmpty()) {
        problem.message = QStringLiteral("a key that is not a word");
        problem.hint = QStringLiteral("Write 'key: value'; quote a text that holds braces or brackets.");
    } else if (const auto first = frame.lines.constFind(frame.key.text); first != frame.lines.constEnd()) {
        problem.message = QStringLiteral("duplicate key '%1', first on line %2")
                              .arg(shownKey(frame.key.text)).arg(*first);
        problem.hint = QStringLiteral("Keep one of the two.");
    } else {
        frame.lines.insert(frame.key.text, frame.key.line);
        return;
    }
    frame.key.kind = YamlNode::Kind::Refused;
    m_problems.append(problem);
    if (m_problems.size() >= mostYamlProblems)
        throw Stop{};
}

} // namespace understudy
