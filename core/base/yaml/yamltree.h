// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/yaml/yamlreader.h"
#include "core/base/yaml/yamltext.h"

#include <QHash>

#include <yaml-cpp/eventhandler.h>

#include <vector>

namespace understudy {

/// Builds the tree from the parser's events. Inside core/base/yaml only: it speaks yaml-cpp's types.
/// Throws YamlTree::Stop where reading on makes no sense; the problem is recorded before.
class YamlTree : public YAML::EventHandler
{
public:
    struct Stop
    {
    };

    YamlTree(YamlText &text, const YamlLimits &limits);
    YamlNode takeRoot() { return std::move(m_root); }
    QList<YamlProblem> takeProblems() { return std::move(m_problems); }
    void report(const YAML::Mark &mark, const QString &message, const QString &hint);

    void OnDocumentStart(const YAML::Mark &mark) override;
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                  const std::string &value) override;
    void OnSequenceStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override { close(); }

private:
    /// A sequence or mapping that is not closed yet.
    struct Frame
    {
        YamlNode node;
        QHash<QString, int> lines; ///< of the mapping's keys so far
        YamlNode key;
        bool haveKey = false;
    };

    YamlNode started(YamlNode::Kind kind, const YAML::Mark &mark, YAML::anchor_t anchor);
    void refuseTag(const YAML::Mark &mark, const std::string &tag);
    void open(YamlNode node);
    void close();
    void place(YamlNode node);
    void placeInMapping(Frame &frame, YamlNode node);
    void acceptKey(Frame &frame, YamlNode node);

    YamlText &m_text;
    const YamlLimits m_limits;
    YamlNode m_root;
    std::vector<Frame> m_open;
    QList<YamlProblem> m_problems;
    int m_values = 0;
    bool m_documentSeen = false;
};

} // namespace understudy
