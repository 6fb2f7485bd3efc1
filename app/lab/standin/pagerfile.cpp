// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the stand-in pager was told outlives its process, as it does with the real one.
#include "app/lab/standin/pagerbook.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

namespace understudy::lab {
namespace {

QDateTime time(const QJsonValue &value) { return QDateTime::fromString(value.toString(), Qt::ISODateWithMs); }

} // namespace

void PagerBook::load()
{
    QFile file(m_settings.file);
    if (m_settings.file.isEmpty() || !file.open(QIODevice::ReadOnly))
        return;
    for (const QJsonValue &value : QJsonDocument::fromJson(file.read(16'000'000)).array()) {
        const QJsonObject json = value.toObject();
        Incident incident{.id = json[QStringLiteral("id")].toString(), .title = json[QStringLiteral("title")].toString(),
                          .status = json[QStringLiteral("status")].toString(), .urgency = json[QStringLiteral("urgency")].toString(),
                          .dedupKey = json[QStringLiteral("dedup_key")].toString(), .number = json[QStringLiteral("number")].toInt(),
                          .alerts = json[QStringLiteral("alerts")].toInt(), .createdAt = time(json[QStringLiteral("created_at")]),
                          .changedAt = time(json[QStringLiteral("changed_at")])};
        for (const QJsonValue &at : json[QStringLiteral("acknowledged_at")].toArray())
            incident.acknowledgedAt.append(time(at));
        for (const QJsonValue &note : json[QStringLiteral("notes")].toArray())
            incident.notes.append({note[QStringLiteral("id")].toString(), note[QStringLiteral("content")].toString(), time(note[QStringLiteral("at")])});
        m_incidents.append(incident);
    }
}

void PagerBook::save() const
{
    if (m_settings.file.isEmpty())
        return;
    QJsonArray all;
    for (const Incident &one : m_incidents) {
        QJsonArray acknowledged, notes;
        for (const QDateTime &at : one.acknowledgedAt)
            acknowledged.append(toRfc3339(at));
        for (const Note &note : one.notes)
            notes.append(QJsonObject{{QStringLiteral("id"), note.id}, {QStringLiteral("content"), note.content}, {QStringLiteral("at"), toRfc3339(note.at)}});
        all.append(QJsonObject{{QStringLiteral("id"), one.id}, {QStringLiteral("title"), one.title}, {QStringLiteral("status"), one.status},
                               {QStringLiteral("urgency"), one.urgency}, {QStringLiteral("dedup_key"), one.dedupKey},
                               {QStringLiteral("number"), one.number}, {QStringLiteral("alerts"), one.alerts},
                               {QStringLiteral("created_at"), toRfc3339(one.createdAt)}, {QStringLiteral("changed_at"), toRfc3339(one.changedAt)},
                               {QStringLiteral("acknowledged_at"), acknowledged}, {QStringLiteral("notes"), notes}});
    }
    QSaveFile file(m_settings.file);
    if (file.open(QIODevice::WriteOnly) && file.write(QJsonDocument(all).toJson()) >= 0)
        file.commit();
}

} // namespace understudy::lab
