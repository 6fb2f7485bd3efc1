// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QMap>
#include <QString>
#include <QStringList>

namespace understudy::lab {

/// Names of everything in a lab that listens, in the order in which `--port-base` numbers them.
const QStringList &portNames();
/// "blue-1", "blue-2", "green-1", "green-2"
const QStringList &instanceNames();
/// "branch-1" to "branch-10": servers that the control plane may have started.
const QStringList &branchNames();
/// "blue" of "blue-1"
QString colourOf(const QString &instance);

/// Finds a run of free loopback ports: from `base` exactly, or with 0 anywhere below the range that
/// the kernel lends to outgoing connections, so that a killed server finds its port free again.
[[nodiscard]] Result<QMap<QString, quint16>> choosePorts(quint16 base);

} // namespace understudy::lab
