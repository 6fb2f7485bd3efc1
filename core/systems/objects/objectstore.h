// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/systems/objects/objectanswer.h"
#include "core/systems/objects/sigv4.h"

#include <QUrl>

#include <functional>

namespace understudy {

/// Reads one bucket of an S3-compatible store (AWS, R2, and others), addressed by path. Never writes. All calls
/// block, for a run's thread or a worker; thread safe.
class ObjectStore
{
public:
    /// `endpoint`: "https://ACCOUNT.r2.cloudflarestorage.com", no bucket in it.
    ObjectStore(const QUrl &endpoint, const QString &bucket, const S3Identity &identity);

    QString name() const; ///< "bucket backups at s3.example", fit for a page
    /// Every object below the prefix, newest first: the store lists by name. 100,000 at most, else TooLarge.
    [[nodiscard]] Result<QList<StoredObject>> list(const QString &prefix, Milliseconds deadline, const CancelToken &cancel) const;
    /// Into a file that is this user's alone, in parts, so that memory stays small; goes on behind what the file
    /// holds already. Checked by size, and by MD5 where the tag is one. Returns how it was checked, in words.
    [[nodiscard]] Result<QString> fetch(const StoredObject &object, const QString &file, Milliseconds deadline, const CancelToken &cancel,
                                        const std::function<void(qint64 bytes)> &progress = {}) const;

private:
    Result<HttpReply> call(const S3Call &wanted, const QString &what, Milliseconds deadline, const CancelToken &cancel) const;

    const QUrl m_endpoint;
    const QString m_bucket;
    const S3Identity m_identity;
};

} // namespace understudy
