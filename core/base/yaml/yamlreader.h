// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/yaml/yamlnode.h"
#include "core/base/yaml/yamlproblem.h"

#include <QByteArray>
#include <QList>

namespace understudy {

struct YamlLimits
{
    qint64 bytes = 1'000'000;
    int depth = 32;
    int values = 20'000;
};

struct YamlReading
{
    YamlNode root; ///< what could be read; whole only without problems
    QList<YamlProblem> problems;
};

/// Reads one YAML document, strictly and bounded in time and memory: it refuses what is too large or
/// too deep, what is not UTF-8, control characters, tabs as indentation, duplicate keys, keys that are
/// not words, tags, anchors and aliases (so nothing can refer to itself or multiply), and a second
/// document. Reads on after a mistake where the meaning of the rest is plain. Never throws.
[[nodiscard]] YamlReading readYaml(const QByteArray &text, const YamlLimits &limits = {});

} // namespace understudy
