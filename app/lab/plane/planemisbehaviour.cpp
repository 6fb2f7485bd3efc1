// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/plane/planemisbehaviour.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

namespace understudy::lab {

PlaneMisbehaviour PlaneMisbehaviour::read(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QJsonObject json = QJsonDocument::fromJson(file.read(100'000)).object();
    return {json[QStringLiteral("slow_ms")].toInt(), json[QStringLiteral("rate_limited")].toDouble(), json[QStringLiteral("unavailable")].toDouble(),
            json[QStringLiteral("locked")].toBool(), json[QStringLiteral("wrong_by_seconds")].toInt()};
}

QByteArray PlaneMisbehaviour::toJson() const
{
    return QJsonDocument(QJsonObject{{QStringLiteral("slow_ms"), slowMs}, {QStringLiteral("rate_limited"), rateLimited},
                                     {QStringLiteral("unavailable"), unavailable}, {QStringLiteral("locked"), isLocked},
                                     {QStringLiteral("wrong_by_seconds"), wrongBySeconds}})
        .toJson();
}

} // namespace understudy::lab
