// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/objects/sigv4.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>
#include <QUrl>

#include <algorithm>

namespace understudy::sigv4 {
namespace {

constexpr auto sha256 = QCryptographicHash::Sha256;

QByteArray hex(const QByteArray &text) { return QCryptographicHash::hash(text, sha256).toHex(); }
QByteArray mac(const QByteArray &key, const QByteArray &text) { return QMessageAuthenticationCode::hash(text, key, sha256); }
QByteArray emptyBody() { return hex({}); }
QByteArray dateOf(const QDateTime &at) { return at.toUTC().toString(QStringLiteral("yyyyMMdd")).toLatin1(); }
QByteArray timeOf(const QDateTime &at) { return at.toUTC().toString(QStringLiteral("yyyyMMdd'T'HHmmss'Z'")).toLatin1(); }

/// RFC 3986's unreserved characters stay, and what is in `keep`.
QByteArray encoded(const QString &text, const QByteArray &keep = {})
{
    return QUrl::toPercentEncoding(text, keep, {});
}

QByteArray queryOf(const S3Call &call)
{
    QList<QPair<QByteArray, QByteArray>> pairs;
    for (const auto &[name, value] : call.query)
        pairs.append({encoded(name), encoded(value)});
    std::sort(pairs.begin(), pairs.end());
    QByteArrayList parts;
    for (const auto &[name, value] : std::as_const(pairs))
        parts.append(name + '=' + value);
    return parts.join('&');
}

/// Sorted, lower case.
QList<HttpHeader> signedHeaders(const S3Call &call, const QDateTime &at)
{
    QList<HttpHeader> headers{{"host", call.host}, {"x-amz-content-sha256", emptyBody()}, {"x-amz-date", timeOf(at)}};
    for (const HttpHeader &header : call.headers)
        headers.append({header.name.toLower(), header.value.trimmed()});
    std::sort(headers.begin(), headers.end(), [](const HttpHeader &a, const HttpHeader &b) { return a.name < b.name; });
    return headers;
}

QByteArray namesOf(const QList<HttpHeader> &headers)
{
    QByteArrayList names;
    for (const HttpHeader &header : headers)
        names.append(header.name);
    return names.join(';');
}

QByteArray scopeOf(const S3Identity &identity, const QDateTime &at)
{
    return dateOf(at) + '/' + identity.region.toUtf8() + "/s3/aws4_request";
}

} // namespace

QByteArray target(const S3Call &call)
{
    const QByteArray query = queryOf(call);
    return encoded(call.path, "/") + (query.isEmpty() ? QByteArray() : '?' + query);
}

QByteArray signature(const S3Call &call, const S3Identity &identity, const QDateTime &at)
{
    const QList<HttpHeader> headers = signedHeaders(call, at);
    QByteArray request = call.method + '\n' + encoded(call.path, "/") + '\n' + queryOf(call) + '\n';
    for (const HttpHeader &header : headers)
        request += header.name + ':' + header.value + '\n';
    request += '\n' + namesOf(headers) + '\n' + emptyBody();
    const QByteArray text = "AWS4-HMAC-SHA256\n" + timeOf(at) + '\n' + scopeOf(identity, at) + '\n' + hex(request);
    QByteArray key = mac("AWS4" + identity.secretKey.reveal(), dateOf(at));
    for (const QByteArray &part : {identity.region.toUtf8(), QByteArray("s3"), QByteArray("aws4_request")})
        key = mac(key, part);
    return mac(key, text).toHex();
}

QList<HttpHeader> sign(const S3Call &call, const S3Identity &identity, const QDateTime &at)
{
    QList<HttpHeader> headers = signedHeaders(call, at);
    const QByteArray names = namesOf(headers);
    headers.removeIf([](const HttpHeader &header) { return header.name == "host"; }); // the client sends it itself
    headers.append({"Authorization", "AWS4-HMAC-SHA256 Credential=" + identity.accessKey.reveal() + '/' + scopeOf(identity, at)
                                         + ", SignedHeaders=" + names + ", Signature=" + signature(call, identity, at)});
    return headers;
}

} // namespace understudy::sigv4
