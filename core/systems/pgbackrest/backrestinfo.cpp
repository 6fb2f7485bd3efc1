// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/pgbackrest/backrestinfo.h"

#include "core/base/redact.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace understudy {
namespace {

constexpr qsizetype mostBackups = 10'000;

QList<BackrestInfo::Backup> backupsOf(const QJsonObject &stanza, int database)
{
    QList<BackrestInfo::Backup> list;
    for (const QJsonValue &value : stanza[QStringLiteral("backup")].toArray()) {
        const QJsonObject one = value.toObject();
        const qint64 stop = qint64(one[QStringLiteral("timestamp")].toObject()[QStringLiteral("stop")].toDouble());
        if (one[QStringLiteral("database")].toObject()[QStringLiteral("id")].toInt() != database || stop <= 0)
            continue;
        list.append({.label = one[QStringLiteral("label")].toString(),
                     .stopped = QDateTime::fromSecsSinceEpoch(stop, Qt::UTC),
                     .bytes = qint64(one[QStringLiteral("info")].toObject()[QStringLiteral("size")].toDouble()),
                     .damaged = one[QStringLiteral("error")].toBool()});
        if (list.size() >= mostBackups)
            break;
    }
    return list;
}

} // namespace

Result<BackrestInfo> parseBackrestInfo(const QByteArray &json, const QString &stanza)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (!document.isArray())
        return fail(ErrorCode::ProtocolViolation, QStringLiteral("what pgBackRest says of its backups is not a list"),
                    QStringLiteral("Try `pgbackrest info --output=json` on that host yourself."), redacted(QString::fromUtf8(json.left(200)).simplified()));
    for (const QJsonValue &value : document.array()) {
        const QJsonObject one = value.toObject();
        if (one[QStringLiteral("name")].toString() != stanza)
            continue;
        const QJsonObject status = one[QStringLiteral("status")].toObject();
        // 0 ok, 1 missing stanza path, 2 no valid backups, 3 missing stanza data, 4 different across
        // repositories, 5 database mismatch, 6 requested backup not found, 99 other (a repository's own error).
        const int code = status[QStringLiteral("code")].toInt();
        const QString message = redacted(status[QStringLiteral("message")].toString());
        if (code == 99)
            return fail(ErrorCode::ControlPlaneDown, QStringLiteral("the repository of pgBackRest cannot be read"),
                        QStringLiteral("See its storage and its keys; meanwhile plan B restores the newest logical backup."), message);
        const QJsonArray databases = one[QStringLiteral("db")].toArray();
        const int database = databases.isEmpty() ? 0 : databases.last().toObject()[QStringLiteral("id")].toInt();
        BackrestInfo info{.backups = backupsOf(one, database)};
        if (info.backups.isEmpty())
            return fail(ErrorCode::NotFound, QStringLiteral("pgBackRest's stanza %1 holds no backup").arg(stanza),
                        QStringLiteral("Make one: `pgbackrest --stanza=%1 backup`. Plan B restores the newest logical backup.").arg(stanza), message);
        for (const QJsonValue &archived : one[QStringLiteral("archive")].toArray()) {
            if (archived.toObject()[QStringLiteral("database")].toObject()[QStringLiteral("id")].toInt() == database) {
                info.archive = archived.toObject()[QStringLiteral("id")].toString();
                info.newestSegment = archived.toObject()[QStringLiteral("max")].toString();
            }
        }
        return info;
    }
    return fail(ErrorCode::NotFound, QStringLiteral("pgBackRest knows no stanza %1 there").arg(stanza),
                QStringLiteral("See the plan's stanza and config, and `pgbackrest info` on that host."));
}

QDateTime newestCommit(const QByteArray &waldump)
{
    static const QRegularExpression commit(QStringLiteral(R"(desc: COMMIT (?:PREPARED )?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?) UTC)"));
    QDateTime newest;
    for (const QByteArray &line : waldump.split('\n')) {
        const QRegularExpressionMatch match = commit.match(QString::fromLatin1(line.left(400)));
        if (!match.hasMatch())
            continue;
        const QString text = match.captured(1);
        QDateTime at = QDateTime::fromString(text.left(19), QStringLiteral("yyyy-MM-dd HH:mm:ss"));
        at.setTimeSpec(Qt::UTC);
        at = at.addMSecs(text.mid(20).leftJustified(3, QLatin1Char('0')).left(3).toInt());
        if (!newest.isValid() || at > newest)
            newest = at;
    }
    return newest;
}

} // namespace understudy
