// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/prometheus/prometheusanswers.h"

#include "core/base/redact.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

namespace understudy::prometheus {
namespace {

constexpr qsizetype mostOfAnything = 10'000;

Error notIts(const QString &server, const QString &why)
{
    return {ErrorCode::ProtocolViolation, QStringLiteral("%1 does not answer as Prometheus does").arg(server), QStringLiteral("Mend its address in the plan's monitoring."), why};
}

/// The member `data` of a successful answer.
Result<QJsonObject> dataOf(const QByteArray &body, const QString &server)
{
    const QJsonObject all = QJsonDocument::fromJson(body).object();
    if (all[QStringLiteral("status")] == QLatin1String("error"))
        return fail(ErrorCode::HttpStatus, QStringLiteral("%1 refuses the query").arg(server), {},
                    redacted(QStringLiteral("%1: %2").arg(all[QStringLiteral("errorType")].toString(), all[QStringLiteral("error")].toString()).left(300)));
    if (all[QStringLiteral("status")] != QLatin1String("success") || !all[QStringLiteral("data")].isObject())
        return fail(notIts(server, redacted(QString::fromUtf8(body.left(120)).simplified())));
    return all[QStringLiteral("data")].toObject();
}

QMap<QString, QString> labelsOf(const QJsonObject &metric)
{
    QMap<QString, QString> labels;
    for (auto it = metric.begin(); it != metric.end() && labels.size() < 100; ++it)
        labels.insert(it.key(), it.value().toString().left(300));
    return labels;
}

/// [1700000000.123, "0.2"]
Sample sampleOf(const QJsonArray &pair, const QMap<QString, QString> &labels)
{
    Sample sample{.labels = labels, .at = {}, .value = {}};
    if (pair.size() != 2)
        return sample;
    sample.at = QDateTime::fromMSecsSinceEpoch(qint64(pair.at(0).toDouble() * 1000), Qt::UTC);
    bool good = false;
    const double value = pair.at(1).toString().toDouble(&good);
    if (good && std::isfinite(value))
        sample.value = value;
    return sample;
}

QDateTime timeOf(const QJsonValue &value) { return QDateTime::fromString(value.toString(), Qt::ISODateWithMs).toUTC(); }

} // namespace

Result<QList<Sample>> samples(const QByteArray &body, const QString &server)
{
    const Result<QJsonObject> data = dataOf(body, server);
    if (!data)
        return fail(data.error());
    const QString type = (*data)[QStringLiteral("resultType")].toString();
    const QJsonArray result = (*data)[QStringLiteral("result")].toArray();
    if (type == QLatin1String("scalar"))
        return QList<Sample>{sampleOf(result, {})};
    if (type != QLatin1String("vector"))
        return fail(notIts(server, QStringLiteral("a result of type '%1'").arg(type.left(40))));
    QList<Sample> found;
    for (const QJsonValue &one : result) {
        if (found.size() >= mostOfAnything)
            return fail(ErrorCode::TooLarge, QStringLiteral("%1 answers with more than %2 series").arg(server).arg(mostOfAnything));
        found.append(sampleOf(one.toObject()[QStringLiteral("value")].toArray(), labelsOf(one.toObject()[QStringLiteral("metric")].toObject())));
    }
    return found;
}

Result<QList<QList<Sample>>> series(const QByteArray &body, const QString &server)
{
    const Result<QJsonObject> data = dataOf(body, server);
    if (!data)
        return fail(data.error());
    if ((*data)[QStringLiteral("resultType")] != QLatin1String("matrix"))
        return fail(notIts(server, QStringLiteral("no matrix")));
    QList<QList<Sample>> found;
    qsizetype all = 0;
    for (const QJsonValue &one : (*data)[QStringLiteral("result")].toArray()) {
        const QMap<QString, QString> labels = labelsOf(one.toObject()[QStringLiteral("metric")].toObject());
        QList<Sample> points;
        for (const QJsonValue &point : one.toObject()[QStringLiteral("values")].toArray()) {
            if (++all > mostOfAnything)
                return fail(ErrorCode::TooLarge, QStringLiteral("%1 answers with more than %2 points").arg(server).arg(mostOfAnything));
            points.append(sampleOf(point.toArray(), labels));
        }
        found.append(points);
    }
    return found;
}

Result<QList<Alert>> alerts(const QByteArray &body, const QString &server)
{
    const Result<QJsonObject> data = dataOf(body, server);
    if (!data)
        return fail(data.error());
    QList<Alert> found;
    for (const QJsonValue &value : (*data)[QStringLiteral("alerts")].toArray()) {
        const QJsonObject one = value.toObject(), labels = one[QStringLiteral("labels")].toObject();
        if (one[QStringLiteral("state")] == QLatin1String("firing") && found.size() < mostOfAnything)
            found.append({.name = labels[QStringLiteral("alertname")].toString().left(120), .severity = labels[QStringLiteral("severity")].toString().left(40), .since = timeOf(one[QStringLiteral("activeAt")])});
    }
    return found;
}

Result<QList<Alert>> managedAlerts(const QByteArray &body, const QString &server)
{
    const QJsonDocument all = QJsonDocument::fromJson(body);
    if (!all.isArray())
        return fail(notIts(server, redacted(QString::fromUtf8(body.left(120)).simplified())));
    QList<Alert> found;
    for (const QJsonValue &value : all.array()) {
        const QJsonObject one = value.toObject(), labels = one[QStringLiteral("labels")].toObject();
        if (found.size() < mostOfAnything)
            found.append({.name = labels[QStringLiteral("alertname")].toString().left(120), .severity = labels[QStringLiteral("severity")].toString().left(40),
                          .since = timeOf(one[QStringLiteral("startsAt")]), .silenced = one[QStringLiteral("status")].toObject()[QStringLiteral("state")] == QLatin1String("suppressed")});
    }
    return found;
}

Result<int> activeSilences(const QByteArray &body, const QString &server)
{
    const QJsonDocument all = QJsonDocument::fromJson(body);
    if (!all.isArray())
        return fail(notIts(server, redacted(QString::fromUtf8(body.left(120)).simplified())));
    int active = 0;
    for (const QJsonValue &value : all.array())
        active += value.toObject()[QStringLiteral("status")].toObject()[QStringLiteral("state")] == QLatin1String("active") ? 1 : 0;
    return active;
}

QString alertWords(const QList<Alert> &alerts)
{
    if (alerts.isEmpty())
        return QStringLiteral("none is firing");
    QStringList names;
    for (const Alert &alert : alerts.mid(0, 6))
        names.append(alert.silenced ? QStringLiteral("%1 (silenced)").arg(alert.name) : alert.name);
    if (alerts.size() > 6)
        names.append(QStringLiteral("%1 more").arg(alerts.size() - 6));
    return QStringLiteral("%1 firing: %2").arg(alerts.size()).arg(names.join(QStringLiteral(", ")));
}

} // namespace understudy::prometheus
