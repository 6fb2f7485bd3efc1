// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/yaml/yamlnode.h"
#include "core/plan/plan.h"

#include <functional>
#include <optional>

namespace understudy {

/// A mapping of the plan file while it is written. Empty texts, unset references and empty
/// collections are left out.
class PlanNodes
{
public:
    PlanNodes() { m_node.kind = YamlNode::Kind::Mapping; }
    const YamlNode &node() const { return m_node; }

    void put(const QString &key, YamlNode value);
    void text(const char *key, const QString &value);
    void textAt(const QString &key, const QString &value); ///< for keys that are names
    /// Written as it is: numbers, booleans, durations, dates.
    void literal(const char *key, const QString &value);
    void texts(const char *key, const QStringList &values);
    void duration(const char *key, Milliseconds value);
    void duration(const char *key, const std::optional<Milliseconds> &value);
    void percentage(const char *key, const std::optional<double> &ratio);
    void secret(const char *key, const SecretReference &reference);
    void section(const char *key, const PlanNodes &section);
    template<typename T>
    void list(const char *key, const QList<T> &values, const std::function<PlanNodes(const T &)> &write)
    {
        YamlNode list;
        list.kind = YamlNode::Kind::Sequence;
        for (const T &value : values)
            list.items.push_back(write(value).node());
        if (!list.items.empty())
            put(QLatin1String(key), std::move(list));
    }

private:
    YamlNode m_node;
};

} // namespace understudy
