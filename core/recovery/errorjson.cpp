// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/errorjson.h"

#include "core/base/redact.h"

namespace understudy {

QJsonObject errorToJson(const Error &error)
{
    return {{QStringLiteral("code"), int(error.code)},
            {QStringLiteral("message"), redacted(error.message)},
            {QStringLiteral("hint"), error.hint},
            {QStringLiteral("cause"), redacted(error.cause)}};
}

Error errorFromJson(const QJsonObject &json)
{
    return {ErrorCode(json[QStringLiteral("code")].toInt()), json[QStringLiteral("message")].toString(),
            json[QStringLiteral("hint")].toString(), json[QStringLiteral("cause")].toString()};
}

} // namespace understudy
