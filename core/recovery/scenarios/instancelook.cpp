// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/instancelook.h"

#include "core/systems/http/httpget.h"

#include <QJsonDocument>
#include <QThread>
#include <QUrl>

#include <algorithm>

namespace understudy::instances {

Startup startupOf(const QString &base, const ApplicationPlan &application,
                  const CancelToken &cancel)
{
    const Result<HttpReply> reply = httpGetBlocking(QUrl(base + application.health.startup), {},
                                                    std::chrono::seconds(3), cancel);
    if (!reply)
        return {};
    return {reply->status,
            QJsonDocument::fromJson(reply->body).object()[QStringLiteral("startTime")].toString()};
}

QList<PoolInstance> inRestartOrder(const ApplicationPlan &application, const CancelToken &cancel)
{
    QStringList serving;
    for (int i = 0; i < 5 && !application.entry.isEmpty(); ++i)
        serving.append(startupOf(application.entry, application, cancel).startTime);
    QList<PoolInstance> idle;
    QList<PoolInstance> busy;
    for (const Pool &pool : application.pools) {
        const bool serves = std::any_of(
            pool.instances.begin(), pool.instances.end(), [&](const PoolInstance &instance) {
                const QString time = startupOf(instance.url, application, cancel).startTime;
                return !time.isEmpty() && serving.contains(time);
            });
        (serves ? busy : idle) += pool.instances;
    }
    return idle + busy;
}

Result<QString> waitForNewStart(StepContext &context, const ApplicationPlan &application,
                                const PoolInstance &instance, const QString &before)
{
    const Milliseconds until = context.clock.monotonic() + comesBackWithin;
    for (;;) {
        const Startup now = startupOf(instance.url, application, context.cancel);
        // Only when it has warmed up is the next one taken away.
        if (now.status == 200 && !now.startTime.isEmpty() && now.startTime != before)
            return now.startTime;
        if (context.clock.monotonic() >= until)
            return fail(
                ErrorCode::NotProved,
                QStringLiteral("%1 has not come back as a new process").arg(instance.url),
                QStringLiteral("The other instances were left alone; look at this one first."));
        if (!restInSlices(context, Milliseconds(200)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
}

bool restInSlices(const StepContext &context, Milliseconds time)
{
    const Milliseconds until = context.clock.monotonic() + time;
    while (context.clock.monotonic() < until) {
        if (context.cancel.isCancelled())
            return false;
        QThread::msleep(20);
    }
    return !context.cancel.isCancelled();
}

} // namespace understudy::instances
