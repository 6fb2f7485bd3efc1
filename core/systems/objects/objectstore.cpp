// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/objects/objectstore.h"

#include "core/base/quantity.h"
#include "core/systems/http/httpretry.h"

#include <QCryptographicHash>
#include <QDeadlineTimer>
#include <QFile>
#include <QRegularExpression>

namespace understudy {
namespace {

constexpr qint64 partBytes = 8'000'000;
constexpr qsizetype mostObjects = 100'000;
constexpr Milliseconds storeCall{30'000};

QByteArray hostHeader(const QUrl &endpoint)
{
    const int own = endpoint.scheme() == QLatin1String("https") ? 443 : 80;
    const QByteArray host = endpoint.host(QUrl::FullyEncoded).toLatin1();
    return endpoint.port(own) == own ? host : host + ':' + QByteArray::number(endpoint.port());
}

Milliseconds storeTime(const QDeadlineTimer &timer) { return std::min(storeCall, Milliseconds(std::max<qint64>(1, timer.remainingTime()))); }

Error fileUnwritable(const QFile &file)
{
    return {ErrorCode::FileUnwritable, QStringLiteral("%1 cannot be written").arg(file.fileName()), QStringLiteral("Make room on this disk, then try again."), file.errorString()};
}

Result<QString> checkedFile(QFile &file, const StoredObject &object)
{
    if (file.size() != object.bytes)
        return fail(ErrorCode::ProtocolViolation, QStringLiteral("%1 came with %2 bytes instead of %3").arg(object.key).arg(file.size()).arg(object.bytes), QStringLiteral("Fetch it again."));
    static const QRegularExpression md5(QStringLiteral("^[0-9a-f]{32}$"));
    if (!md5.match(object.tag).hasMatch())
        return QStringLiteral("%1, checked by its size only: it was uploaded in parts and has no checksum of the whole").arg(bytesText(double(object.bytes)));
    QCryptographicHash hash(QCryptographicHash::Md5);
    if (!file.seek(0) || !hash.addData(&file))
        return fail(ErrorCode::FileUnreadable, QStringLiteral("%1 cannot be read back").arg(file.fileName()), {}, file.errorString());
    if (hash.result().toHex() != object.tag.toLatin1())
        return fail(ErrorCode::ProtocolViolation, QStringLiteral("%1 is not what was uploaded: its checksum differs").arg(object.key), QStringLiteral("Take an older one; this one is damaged."));
    return QStringLiteral("%1, its checksum is right").arg(bytesText(double(object.bytes)));
}

} // namespace

ObjectStore::ObjectStore(const QUrl &endpoint, const QString &bucket, const S3Identity &identity)
    : m_endpoint(endpoint), m_bucket(bucket), m_identity(identity)
{
}

QString ObjectStore::name() const
{
    return QStringLiteral("bucket %1 at %2").arg(m_bucket, m_endpoint.host());
}

Result<HttpReply> ObjectStore::call(const S3Call &wanted, const QString &what, Milliseconds deadline, const CancelToken &cancel) const
{
    S3Call signing = wanted;
    signing.host = hostHeader(m_endpoint);
    QUrl url = m_endpoint;
    // The exact bytes that were signed: QUrl would write some of them otherwise.
    const QByteArray target = sigv4::target(signing);
    const qsizetype question = target.indexOf('?');
    url.setPath(QString::fromLatin1(target.left(question < 0 ? target.size() : question)), QUrl::StrictMode);
    if (question >= 0)
        url.setQuery(QString::fromLatin1(target.mid(question + 1)), QUrl::StrictMode);
    const Result<HttpReply> reply = httpCall({.url = url, .headers = sigv4::sign(signing, m_identity, QDateTime::currentDateTimeUtc()), .deadline = deadline,
                                              .bodyLimit = partBytes + 1'000'000}, {}, cancel);
    if (!reply && reply.error().code != ErrorCode::Cancelled)
        return fail(ErrorCode::ControlPlaneDown, QStringLiteral("the store cannot be reached: %1").arg(reply.error().message), reply.error().hint, reply.error().cause);
    if (!reply)
        return fail(reply.error());
    return reply->isOk() ? reply : fail(objectRefusal(*reply, what));
}

Result<QList<StoredObject>> ObjectStore::list(const QString &prefix, Milliseconds deadline, const CancelToken &cancel) const
{
    const QDeadlineTimer timer(deadline);
    QList<StoredObject> all;
    QString token;
    do {
        S3Call page{.path = QLatin1Char('/') + m_bucket, .query = {{QStringLiteral("list-type"), QStringLiteral("2")}, {QStringLiteral("prefix"), prefix}}};
        if (!token.isEmpty())
            page.query.append({QStringLiteral("continuation-token"), token});
        if (timer.hasExpired())
            return fail(ErrorCode::TimedOut, QStringLiteral("%1 has not been listed within %2").arg(name(), durationText(deadline)));
        const Result<HttpReply> reply = call(page, QStringLiteral("listing %1").arg(name()), storeTime(timer), cancel);
        if (!reply)
            return fail(reply.error());
        const Result<ObjectPage> read = parseObjectPage(reply->body);
        if (!read)
            return fail(read.error());
        all += read->objects;
        if (all.size() > mostObjects || (!token.isEmpty() && read->next == token))
            return fail(ErrorCode::TooLarge, QStringLiteral("%1 holds more than can be listed").arg(name()), QStringLiteral("Name a prefix in the plan's logical_backups."));
        token = read->next;
    } while (!token.isEmpty());
    std::stable_sort(all.begin(), all.end(), [](const StoredObject &a, const StoredObject &b) { return a.modified > b.modified; });
    return all;
}

Result<QString> ObjectStore::fetch(const StoredObject &object, const QString &path, Milliseconds deadline, const CancelToken &cancel,
                                   const std::function<void(qint64)> &progress) const
{
    const QDeadlineTimer timer(deadline);
    QFile file(path);
    if (!file.open(QIODevice::ReadWrite))
        return fail(fileUnwritable(file));
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    if (file.size() > object.bytes && !file.resize(0))
        return fail(fileUnwritable(file));
    while (file.size() < object.bytes) {
        if (cancel.isCancelled())
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
        if (timer.hasExpired())
            return fail(ErrorCode::TimedOut, QStringLiteral("%1 has not come within %2").arg(object.key, durationText(deadline)), QStringLiteral("Go on: what has come is kept."));
        const qint64 from = file.size(), to = std::min(object.bytes, from + partBytes) - 1;
        S3Call part{.path = QLatin1Char('/') + m_bucket + QLatin1Char('/') + object.key,
                    .headers = {{"Range", "bytes=" + QByteArray::number(from) + '-' + QByteArray::number(to)}}};
        if (!object.tag.isEmpty()) // half of one and half of another would be no backup
            part.headers.append({"If-Match", '"' + object.tag.toLatin1() + '"'});
        const Result<HttpReply> reply = call(part, object.key, storeTime(timer), cancel);
        if (!reply)
            return fail(reply.error());
        const bool whole = reply->status == 200 && from == 0 && reply->body.size() == object.bytes;
        if (!whole && (reply->status != 206 || reply->body.size() != to - from + 1))
            return fail(ErrorCode::ProtocolViolation, QStringLiteral("the store sent another part of %1 than the one asked for").arg(object.key), QStringLiteral("Fetch it again."));
        if (!file.seek(from) || file.write(reply->body) != reply->body.size() || !file.flush())
            return fail(fileUnwritable(file));
        if (progress)
            progress(file.size());
    }
    const Result<QString> good = checkedFile(file, object);
    if (!good) // the next attempt must not go on behind it
        (void)file.resize(0);
    return good;
}

} // namespace understudy
