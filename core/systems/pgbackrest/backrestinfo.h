// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QDateTime>
#include <QList>

namespace understudy {

/// What `pgbackrest info --output=json` says of one stanza. https://pgbackrest.org/command.html#command-info
struct BackrestInfo
{
    struct Backup
    {
        QString label;     ///< "20261126-101500F"
        QDateTime stopped; ///< when it was whole: the earliest moment that it can be restored to. UTC
        qint64 bytes = 0;  ///< of the database, restored
        bool damaged = false;
    };
    QList<Backup> backups; ///< oldest first, of the newest database in the stanza
    QString archive;       ///< "15-1": where its WAL stands
    QString newestSegment; ///< empty: nothing is archived
    bool operator==(const BackrestInfo &) const = default;
};
inline bool operator==(const BackrestInfo::Backup &a, const BackrestInfo::Backup &b)
{
    return a.label == b.label && a.stopped == b.stopped && a.bytes == b.bytes && a.damaged == b.damaged;
}

/// NotFound: no such stanza, or no backup in it. ControlPlaneDown: the repository cannot be read.
/// ProtocolViolation: not what pgBackRest writes.
[[nodiscard]] Result<BackrestInfo> parseBackrestInfo(const QByteArray &json, const QString &stanza);

/// The commit time on the newest COMMIT line of pg_waldump's output (run with TZ=UTC); invalid: there is none.
QDateTime newestCommit(const QByteArray &waldump);

} // namespace understudy
