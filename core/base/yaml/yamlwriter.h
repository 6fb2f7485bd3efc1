// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/yaml/yamlnode.h"

namespace understudy {

/// Writes a tree as YAML that readYaml reads back to the same values: small collections on one line,
/// larger ones as blocks; texts quoted where they need it. A scalar marked `quoted` always is.
/// Places in the file are ignored.
QString writeYaml(const YamlNode &root);

} // namespace understudy
