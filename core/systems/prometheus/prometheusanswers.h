// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QDateTime>
#include <QMap>

#include <optional>

/// What Prometheus's HTTP API v1 and Alertmanager's API v2 answer. Pure; at most 10,000 of anything is read.
namespace understudy::prometheus {

struct Sample
{
    QMap<QString, QString> labels;
    QDateTime at;                ///< as the server says, UTC
    std::optional<double> value; ///< nothing for NaN and the infinities: no figure
};

/// Of an instant query: a vector or a scalar. Its error in words else.
[[nodiscard]] Result<QList<Sample>> samples(const QByteArray &body, const QString &server);
/// Of a range query, one list a series.
[[nodiscard]] Result<QList<QList<Sample>>> series(const QByteArray &body, const QString &server);

struct Alert
{
    QString name, severity;
    QDateTime since;
    bool silenced = false; ///< or inhibited: nobody is told of it
    bool operator==(const Alert &) const = default;
};

/// Firing ones of /api/v1/alerts; pending ones are left out.
[[nodiscard]] Result<QList<Alert>> alerts(const QByteArray &body, const QString &server);
/// Of Alertmanager's /api/v2/alerts, suppressed ones included.
[[nodiscard]] Result<QList<Alert>> managedAlerts(const QByteArray &body, const QString &server);
/// How many of Alertmanager's /api/v2/silences are in force.
[[nodiscard]] Result<int> activeSilences(const QByteArray &body, const QString &server);

/// "2 firing: HighErrorRate, Latency (silenced)"; "none is firing".
QString alertWords(const QList<Alert> &alerts);

} // namespace understudy::prometheus
