// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/secret.h"
#include "core/systems/http/httpreply.h"

#include <QPair>
#include <QString>

namespace understudy {

/// A request to an S3-compatible store, as its signature sees it. No body.
struct S3Call
{
    QByteArray method = "GET";
    QByteArray host; ///< as the Host header has it: with the port where it is not the scheme's own
    QString path;    ///< "/bucket/key", not encoded; each of its bytes counts, also double slashes and dots
    QList<QPair<QString, QString>> query = {}; ///< not encoded
    QList<HttpHeader> headers = {};            ///< to be signed beside host and the x-amz-… that are added
};

struct S3Identity
{
    QString region; ///< "auto" for R2
    Secret accessKey, secretKey;
};

/// AWS Signature Version 4 in its header form, by S3's rules (each segment encoded once, nothing normalised).
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
namespace sigv4 {

/// The path and query as they go over the wire.
QByteArray target(const S3Call &call);
/// The call's headers, x-amz-date, x-amz-content-sha256 and Authorization. `at` in UTC.
QList<HttpHeader> sign(const S3Call &call, const S3Identity &identity, const QDateTime &at);
/// Hexadecimal, of this call; for its vectors.
QByteArray signature(const S3Call &call, const S3Identity &identity, const QDateTime &at);

} // namespace sigv4
} // namespace understudy
