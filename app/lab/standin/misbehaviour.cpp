// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/misbehaviour.h"

#include "core/base/clock.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

namespace understudy::lab {

Misbehaviour Misbehaviour::read(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QJsonObject json = QJsonDocument::fromJson(file.read(100'000)).object();
    return {json[QStringLiteral("slow_ms")].toInt(), json[QStringLiteral("error_rate")].toDouble(),
            json[QStringLiteral("metrics_frozen")].toBool(), json[QStringLiteral("gemini_usd_per_minute")].toDouble(),
            QDateTime::fromString(json[QStringLiteral("queues_die_at")].toString(), Qt::ISODateWithMs)};
}

QByteArray Misbehaviour::toJson() const
{
    return QJsonDocument(QJsonObject{{QStringLiteral("slow_ms"), slowMs},
                                     {QStringLiteral("error_rate"), errorRate},
                                     {QStringLiteral("metrics_frozen"), metricsFrozen},
                                     {QStringLiteral("gemini_usd_per_minute"), geminiUsdPerMinute},
                                     {QStringLiteral("queues_die_at"), queuesDieAt.isValid() ? toRfc3339(queuesDieAt) : QString()}})
        .toJson();
}

MisbehaviourWatch::MisbehaviourWatch(const QString &path, QObject *parent)
    : QObject(parent), m_path(path), m_now(Misbehaviour::read(path))
{
    m_timer.setInterval(100);
    connect(&m_timer, &QTimer::timeout, this, &MisbehaviourWatch::look);
    m_timer.start();
}

// Not only by the timer: a fault is in force when the command that made it returns.
const Misbehaviour &MisbehaviourWatch::now()
{
    look();
    return m_now;
}

void MisbehaviourWatch::look()
{
    const Misbehaviour fresh = Misbehaviour::read(m_path);
    if (fresh == m_now)
        return;
    m_now = fresh;
    emit changed();
}

} // namespace understudy::lab
