// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/objects/objectanswer.h"

#include "core/base/redact.h"

#include <QUrl>
#include <QXmlStreamReader>

namespace understudy {
namespace {

Error notAListing(const QString &why)
{
    return {ErrorCode::ProtocolViolation, QStringLiteral("the store's answer is no list of objects"),
            QStringLiteral("See the endpoint in the plan: it has to speak S3."), redacted(why.left(200))};
}

StoredObject readObject(QXmlStreamReader &reader)
{
    StoredObject object;
    while (reader.readNextStartElement()) {
        const QString name = reader.name().toString();
        if (name == QLatin1String("Key"))
            object.key = reader.readElementText();
        else if (name == QLatin1String("LastModified"))
            object.modified = QDateTime::fromString(reader.readElementText(), Qt::ISODateWithMs).toUTC();
        else if (name == QLatin1String("ETag"))
            object.tag = reader.readElementText().remove(QLatin1Char('"'));
        else if (name == QLatin1String("Size"))
            object.bytes = reader.readElementText().toLongLong();
        else
            reader.skipCurrentElement();
    }
    return object;
}

/// <Error><Code>…
QPair<QString, QString> refusalOf(const QByteArray &xml)
{
    QXmlStreamReader reader(xml);
    QPair<QString, QString> said;
    if (!reader.readNextStartElement())
        return said;
    while (reader.readNextStartElement()) {
        if (reader.name() == QLatin1String("Code"))
            said.first = reader.readElementText().left(80);
        else if (reader.name() == QLatin1String("Message"))
            said.second = redacted(reader.readElementText().left(300));
        else
            reader.skipCurrentElement();
    }
    return said;
}

} // namespace

Result<ObjectPage> parseObjectPage(const QByteArray &xml)
{
    QXmlStreamReader reader(xml);
    if (!reader.readNextStartElement() || reader.name() != QLatin1String("ListBucketResult"))
        return fail(notAListing(reader.hasError() ? reader.errorString() : QString::fromUtf8(xml.left(100))));
    ObjectPage page;
    bool truncated = false;
    while (reader.readNextStartElement()) {
        const QString name = reader.name().toString();
        if (name == QLatin1String("Contents"))
            page.objects.append(readObject(reader));
        else if (name == QLatin1String("IsTruncated"))
            truncated = reader.readElementText() == QLatin1String("true");
        else if (name == QLatin1String("NextContinuationToken"))
            page.next = reader.readElementText();
        else
            reader.skipCurrentElement();
    }
    if (reader.hasError())
        return fail(notAListing(reader.errorString()));
    if (!truncated)
        page.next.clear();
    else if (page.next.isEmpty())
        return fail(notAListing(QStringLiteral("it says that it is not whole, and not how to go on")));
    return page;
}

Error objectRefusal(const HttpReply &reply, const QString &what)
{
    const auto [code, message] = refusalOf(reply.body);
    const QString cause = QStringLiteral("%1 %2 %3").arg(reply.status).arg(code, message).simplified();
    const auto is = [&code = code](const char *name) { return code == QLatin1String(name); };
    if (is("InvalidAccessKeyId") || is("SignatureDoesNotMatch") || is("Unauthorized") || reply.status == 401)
        return {ErrorCode::AuthenticationFailed, QStringLiteral("the store refuses our keys: %1").arg(what),
                QStringLiteral("See access_key, secret_key and region in the plan's logical_backups."), cause};
    if (is("RequestTimeTooSkewed") || is("ExpiredRequest"))
        return {ErrorCode::AuthenticationFailed, QStringLiteral("this machine's clock is too far from the store's: %1").arg(what),
                QStringLiteral("Set the clock; a signature counts for 15 minutes."), cause};
    if (is("NoSuchBucket"))
        return {ErrorCode::NotFound, QStringLiteral("the store has no such bucket: %1").arg(what), QStringLiteral("See bucket and endpoint in the plan."), cause};
    if (is("NoSuchKey") || reply.status == 404)
        return {ErrorCode::NotFound, QStringLiteral("it is not in the store: %1").arg(what), QStringLiteral("List what there is; without the right to list, a missing key may look like this."), cause};
    if (is("PreconditionFailed") || reply.status == 412)
        return {ErrorCode::TargetChanged, QStringLiteral("it was replaced while it was being read: %1").arg(what), QStringLiteral("Begin again."), cause};
    if (reply.status == 403)
        return {ErrorCode::PermissionDenied, QStringLiteral("the store does not allow it: %1").arg(what),
                QStringLiteral("The key needs the rights to list the bucket and to read its objects."), cause};
    if (reply.status == 429 || reply.status >= 500)
        return {ErrorCode::ControlPlaneDown, QStringLiteral("the store does not work now: %1").arg(what), QStringLiteral("Try again in a minute."), cause};
    return {ErrorCode::HttpStatus, QStringLiteral("the store answers %1: %2").arg(reply.status).arg(what),
            QStringLiteral("301 means another region; see region and endpoint in the plan."), cause};
}

} // namespace understudy
