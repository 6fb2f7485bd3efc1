// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/systems/http/httpreply.h"

#include <QDateTime>
#include <QList>

namespace understudy {

struct StoredObject
{
    QString key;
    QDateTime modified; ///< when its upload ended, UTC
    QString tag;        ///< ETag without quotes; the content's MD5 only where it has no "-" in it
    qint64 bytes = 0;
    bool operator==(const StoredObject &) const = default;
};

/// One page of ListObjectsV2's answer.
struct ObjectPage
{
    QList<StoredObject> objects;
    QString next; ///< continuation token; empty: the last page
};

/// Lenient about the namespace, strict about the rest; bounded by the reply's own bound.
[[nodiscard]] Result<ObjectPage> parseObjectPage(const QByteArray &xml);
/// Plain words for an answer that is none of 2xx: by S3's and R2's codes, else by the status.
[[nodiscard]] Error objectRefusal(const HttpReply &reply, const QString &what);

} // namespace understudy
