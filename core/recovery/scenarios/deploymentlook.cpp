// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/deploymentlook.h"

#include "core/recovery/scenarios/instancelook.h"
#include "core/systems/http/httpget.h"
#include "core/systems/metrics/exposition.h"

#include <QJsonDocument>
#include <QUrl>

namespace understudy::deployment {
namespace {

constexpr Milliseconds deploymentAnswer{3000};
constexpr int processesPerPort = 3; ///< asked for at first; the rest is found when the entry names them

QString buildOf(const QString &base, const BuildIdentity &identity, const CancelToken &cancel)
{
    if (identity.path.isEmpty() && identity.header.isEmpty())
        return {};
    const QString path = identity.path.isEmpty() ? QStringLiteral("/health/startup") : identity.path;
    const Result<HttpReply> reply = httpGetBlocking(QUrl(base + path), {}, deploymentAnswer, cancel);
    if (!reply || !reply->isOk())
        return {};
    if (!identity.header.isEmpty())
        return QString::fromUtf8(reply->header(identity.header.toUtf8()));
    return QJsonDocument::fromJson(reply->body).object()[identity.field].toString();
}

void askStartTimes(InstanceSeen &seen, const ApplicationPlan &application, int times, const CancelToken &cancel)
{
    for (int i = 0; i < times && !cancel.isCancelled(); ++i) {
        const instances::Startup answer = instances::startupOf(seen.url, application, cancel);
        if (i == 0 || answer.status != 200)
            seen.startup = answer.status;
        if (!answer.startTime.isEmpty() && !seen.startTimes.contains(answer.startTime))
            seen.startTimes.append(answer.startTime);
        if (answer.status == 0)
            return;
    }
}

InstanceSeen seenInstance(const PoolInstance &instance, const QString &colour, const ApplicationPlan &application, bool ready,
                          const CancelToken &cancel)
{
    InstanceSeen seen{.url = instance.url, .colour = colour};
    askStartTimes(seen, application, processesPerPort, cancel);
    seen.build = buildOf(instance.url, application.build, cancel);
    if (ready) {
        const Result<HttpReply> reply = httpGetBlocking(QUrl(instance.url + application.health.ready), {}, deploymentAnswer, cancel);
        seen.ready = reply ? reply->status : 0;
    }
    return seen;
}

QString colourOfInstance(const ApplicationPlan &application, const PoolInstance &instance)
{
    for (const Pool &pool : application.pools) {
        if (pool.instances.contains(instance))
            return pool.colour;
    }
    return {};
}

/// Empty: no process of the plan's, or of two colours at once.
QString colourStartedAt(const DeploymentLook &look, const QString &startTime)
{
    QString colour;
    for (const InstanceSeen &seen : look.instances) {
        if (!seen.startTimes.contains(startTime))
            continue;
        if (!colour.isEmpty() && colour != seen.colour)
            return {};
        colour = seen.colour;
    }
    return colour;
}

} // namespace

int EntryCount::all() const
{
    int number = unknown + failed;
    for (const int answers : byColour)
        number += answers;
    return number;
}

QString EntryCount::text() const
{
    QStringList parts;
    for (auto it = byColour.begin(); it != byColour.end(); ++it)
        parts.append(QStringLiteral("%1 of %2 from %3").arg(it.value()).arg(all()).arg(it.key()));
    if (unknown > 0)
        parts.append(QStringLiteral("%1 from a process that is none of the plan's").arg(unknown));
    if (failed > 0)
        parts.append(QStringLiteral("%1 failed").arg(failed));
    return parts.isEmpty() ? QStringLiteral("nobody was asked") : parts.join(QStringLiteral(", "));
}

QString DeploymentLook::serving() const
{
    return entry.byColour.size() == 1 && entry.isAll(entry.byColour.firstKey()) ? entry.byColour.firstKey() : QString();
}

QList<InstanceSeen> DeploymentLook::of(const QString &colour) const
{
    QList<InstanceSeen> found;
    for (const InstanceSeen &seen : instances) {
        if (seen.colour == colour)
            found.append(seen);
    }
    return found;
}

QStringList DeploymentLook::builds(const QString &colour) const
{
    QStringList found;
    for (const InstanceSeen &seen : of(colour)) {
        if (!seen.build.isEmpty() && !found.contains(seen.build))
            found.append(seen.build);
    }
    return found;
}

DeploymentLook lookAtDeployment(const Plan &plan, bool ready, const CancelToken &cancel)
{
    const ApplicationPlan &application = *plan.application;
    DeploymentLook look;
    look.instances = instances::ofAll<InstanceSeen>(application, [&](const PoolInstance &instance) {
        return seenInstance(instance, colourOfInstance(application, instance), application, ready, cancel);
    });
    look.entry = countAtEntry(plan, look, answersLooked, cancel);
    return look;
}

EntryCount countAtEntry(const Plan &plan, DeploymentLook &look, int count, const CancelToken &cancel)
{
    const ApplicationPlan &application = *plan.application;
    EntryCount counted;
    bool lookedAgain = false;
    for (int i = 0; i < count && !cancel.isCancelled(); ++i) {
        const instances::Startup answer = instances::startupOf(application.entry, application, cancel);
        QString colour = colourStartedAt(look, answer.startTime);
        if (colour.isEmpty() && !answer.startTime.isEmpty() && !lookedAgain) {
            for (InstanceSeen &seen : look.instances)
                askStartTimes(seen, application, 4 * processesPerPort, cancel);
            lookedAgain = true;
            colour = colourStartedAt(look, answer.startTime);
        }
        if (answer.status == 0 || answer.startTime.isEmpty())
            ++counted.failed;
        else if (colour.isEmpty())
            ++counted.unknown;
        else
            ++counted.byColour[colour];
    }
    return counted;
}

QString colourAtEntry(const Plan &plan, const DeploymentLook &look, const CancelToken &cancel)
{
    return colourStartedAt(look, instances::startupOf(plan.application->entry, *plan.application, cancel).startTime);
}

} // namespace understudy::deployment
