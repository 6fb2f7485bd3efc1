// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labprocess.h"
#include "app/lab/labsetup.h"

namespace understudy::lab {

/// nginx before the pools, with blue live. It may be reloaded by its own `-s reload`.
[[nodiscard]] Result<ProcessSpec> makeNginx(const LabSetup &setup);
/// The colour whose instances the traffic file names; empty when they are of both or of none.
QString colourInTrafficFile(const LabFolder &folder, const QMap<QString, quint16> &ports);

} // namespace understudy::lab
