// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/secret.h"

#include <QJsonObject>
#include <QList>
#include <QUrlQuery>

#include <optional>

namespace understudy::lab {

struct PagerCall
{
    QByteArray method;
    QString path; ///< without the query
    QUrlQuery query = {};
    QByteArray authorization = {}, from = {}, body = {};
};

struct PagerAnswer
{
    int status = 200;
    QByteArray body = {};
    QList<QPair<QByteArray, QByteArray>> headers = {};
    QByteArray type = "application/json; charset=utf-8";
};

/// The stand-in for PagerDuty: one account, one service, one user, by the published contract of Events
/// API v2 (deduplication, 202, 400, 120 calls a minute) and REST API v2 (token, requester, pages,
/// states, notes, errors, 960 calls a minute). What it was told outlives a kill: it is kept in a file.
class PagerBook
{
public:
    struct Settings
    {
        QString file; ///< empty: kept in memory only
        Secret token, routingKey;
        QByteArray user;
        QString service;
    };
    PagerBook(const Settings &settings, const Clock &clock);

    PagerAnswer answer(const PagerCall &call);

    static QString serviceId() { return QStringLiteral("PLABSVC"); }
    static QByteArray userAddress() { return "lab@understudy.example"; }

private:
    struct Note
    {
        QString id, content;
        QDateTime at;
    };
    struct Incident
    {
        QString id, title, status, urgency, dedupKey;
        int number = 0, alerts = 1;
        QDateTime createdAt, changedAt;
        QList<QDateTime> acknowledgedAt;
        QList<Note> notes;
    };
    PagerAnswer enqueue(const QByteArray &body);
    PagerAnswer rest(const PagerCall &call);
    PagerAnswer list(const QUrlQuery &query) const;
    PagerAnswer change(Incident &incident, const QJsonObject &wanted);
    PagerAnswer changeMany(const QJsonObject &body);
    PagerAnswer addNote(Incident &incident, const QJsonObject &body);
    PagerAnswer notesOf(const Incident &incident) const;
    QJsonObject toJson(const Incident &incident) const;
    QJsonObject toJson(const Note &note) const;
    QJsonObject userJson() const;
    Incident *find(const QString &id);
    Incident *openWith(const QString &dedupKey);
    void setStatus(Incident &incident, const QString &status);
    void open(const QJsonObject &payload, const QString &dedupKey);
    bool isTooMuch(QList<Milliseconds> &calls, int most, PagerAnswer &refused) const;
    void load();
    void save() const;

    const Settings m_settings;
    const Clock &m_clock;
    QList<Incident> m_incidents;
    QList<Milliseconds> m_eventCalls, m_restCalls; ///< of the last minute
};

} // namespace understudy::lab
