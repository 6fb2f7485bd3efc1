// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/instancelook.h"

#include "core/recovery/stepfacts.h"
#include "core/systems/http/httpget.h"

#include <QJsonDocument>
#include <QUrl>

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
    QStringList started = ofAll<QString>(application, [&](const PoolInstance &instance) {
        return startupOf(instance.url, application, cancel).startTime;
    });
    QList<PoolInstance> idle;
    QList<PoolInstance> busy;
    for (const Pool &pool : application.pools) {
        bool serves = false;
        for (qsizetype i = 0; i < pool.instances.size(); ++i) {
            const QString time = started.takeFirst();
            serves = serves || (!time.isEmpty() && serving.contains(time));
        }
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
        if (!restFor(context, Milliseconds(200)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
}

} // namespace understudy::instances
