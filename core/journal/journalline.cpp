// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/journalline.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>

namespace understudy::journalline {
namespace {

constexpr char hashMember[] = ",\"hash\":\"";
constexpr qsizetype hashMemberLength = sizeof(hashMember) - 1;
constexpr qsizetype hashLength = 64;
constexpr qsizetype tailLength = hashMemberLength + hashLength + 2; // closing quote and brace

QByteArray quoted(const QString &text)
{
    const QByteArray array = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return array.mid(1, array.size() - 2);
}

QByteArray chained(const QByteArray &previousHash, const QByteArray &body)
{
    return QCryptographicHash::hash(QByteArray(previousHash + body), QCryptographicHash::Sha256).toHex();
}

} // namespace

QByteArray make(JournalEntry &entry, const QByteArray &previousHash)
{
    // Written by hand, because the order of the members is part of the format and QJsonObject sorts.
    const QByteArray body = "{\"n\":" + QByteArray::number(entry.number) + ",\"at\":"
        + quoted(toRfc3339(entry.at)) + ",\"run\":" + quoted(entry.run) + ",\"step\":" + quoted(entry.step)
        + ",\"event\":" + quoted(entry.event) + ",\"detail\":"
        + QJsonDocument(entry.detail).toJson(QJsonDocument::Compact);
    entry.hash = chained(previousHash, body);
    return body + hashMember + entry.hash + "\"}";
}

Result<JournalEntry> read(const QByteArray &line, const QByteArray *previousHash)
{
    if (line.size() > maximumLength)
        return fail(ErrorCode::TooLarge, QStringLiteral("line is longer than 1 MB"));
    const QByteArray body = line.chopped(qMin(line.size(), tailLength));
    const QByteArray tail = line.mid(body.size());
    if (!tail.startsWith(hashMember) || !tail.endsWith("\"}") || tail.size() != tailLength)
        return fail(ErrorCode::JournalBroken, QStringLiteral("line does not end with its hash"));
    const QByteArray hash = tail.mid(hashMemberLength, hashLength);
    if (previousHash && chained(*previousHash, body) != hash)
        return fail(ErrorCode::JournalBroken, QStringLiteral("hash does not fit the line and the one before it"));
    QJsonParseError problem;
    const QJsonObject json = QJsonDocument::fromJson(line, &problem).object();
    if (problem.error != QJsonParseError::NoError)
        return fail(ErrorCode::JournalBroken, QStringLiteral("line is not JSON"), {}, problem.errorString());
    return JournalEntry{
        .number = json[QStringLiteral("n")].toInteger(),
        .at = QDateTime::fromString(json[QStringLiteral("at")].toString(), Qt::ISODateWithMs).toUTC(),
        .run = json[QStringLiteral("run")].toString(),
        .step = json[QStringLiteral("step")].toString(),
        .event = json[QStringLiteral("event")].toString(),
        .detail = json[QStringLiteral("detail")].toObject(),
        .hash = hash};
}

} // namespace understudy::journalline
