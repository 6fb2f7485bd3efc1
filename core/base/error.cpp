// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

namespace understudy {

QString Error::text() const
{
    QString line = message;
    if (!cause.isEmpty())
        line += QStringLiteral(": ") + cause;
    if (!hint.isEmpty())
        line += QStringLiteral(" (") + hint + QLatin1Char(')');
    return line;
}

} // namespace understudy
