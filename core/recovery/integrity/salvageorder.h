// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/integrity/tableshape.h"

namespace understudy::integrity {

struct InsertOrder
{
    QStringList tables;   ///< each after those that it refers to
    QStringList inCircle; ///< those that refer to each other in a circle: no order serves them all
};

InsertOrder insertOrderOf(const TableShapes &shapes);

} // namespace understudy::integrity
