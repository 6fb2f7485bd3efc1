// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/respvalue.h"

namespace understudy {

QByteArray RespValue::field(const QByteArray &name) const
{
    for (qsizetype i = 0; i + 1 < items.size(); i += 2) {
        if (items[i].text == name)
            return items[i + 1].text;
    }
    return {};
}

} // namespace understudy
