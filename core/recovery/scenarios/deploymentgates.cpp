// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/deploymentsteps.h"

#include <QUrl>

namespace understudy::deployment {
namespace {

using Verdict = PreflightCheck::Verdict;

PreflightCheck warmGate(const Rollback &rollback, const DeploymentLook &look)
{
    QStringList ill;
    int well = 0;
    for (const InstanceSeen &seen : look.of(rollback.to)) {
        well += seen.isWell() ? 1 : 0;
        if (!seen.isWell())
            ill.append(seen.startup == 0 ? QStringLiteral("%1 does not answer").arg(seen.url)
                                         : QStringLiteral("%1 answers start-up %2, ready %3").arg(seen.url).arg(seen.startup).arg(seen.ready));
    }
    const QString name = QStringLiteral("%1 is warm and healthy").arg(rollback.to);
    if (ill.isEmpty() && well > 0)
        return {name, Verdict::Pass, QStringLiteral("%1 of %1 instances, each on its own port").arg(well)};
    return {name, Verdict::Fail, ill.join(QStringLiteral("; "))};
}

PreflightCheck enoughGate(const Rollback &rollback, const DeploymentLook &look)
{
    int well = 0;
    for (const InstanceSeen &seen : look.of(rollback.to))
        well += seen.isWell() ? 1 : 0;
    const int least = rollback.plan.application->minimumServing;
    return {QStringLiteral("enough of it"), well >= least ? Verdict::Pass : Verdict::Fail,
            QStringLiteral("%1 healthy, the plan wants %2").arg(well).arg(least)};
}

/// A colour that was started from the same checkout is the bad code again on another port.
PreflightCheck buildGate(const Rollback &rollback, const DeploymentLook &look)
{
    const QString name = QStringLiteral("another build");
    // One failed answer among nine does not make it unknown whose build it is.
    const QString from = look.answering();
    // Gone on with after a crash: the switch was made already, by this run.
    if (look.serving() == rollback.to)
        return {name, Verdict::Pass, QStringLiteral("%1 serves already").arg(from)};
    const QStringList to = look.builds(rollback.to), now = look.builds(from);
    if (to.size() > 1)
        return {name, Verdict::Fail, QStringLiteral("%1 runs several builds: %2").arg(rollback.to, to.join(QStringLiteral(", ")))};
    if (to.isEmpty() || now.isEmpty())
        return {name, Verdict::Warn, QStringLiteral("not known which build %1 runs; it may be the bad one again").arg(to.isEmpty() ? rollback.to : from.isEmpty() ? QStringLiteral("whoever serves") : from)};
    if (now.contains(to.first()))
        return {name, Verdict::Fail, QStringLiteral("both colours run %1: a switch would be no rollback").arg(to.first())};
    return {name, Verdict::Pass, QStringLiteral("%1 runs %2, %3 runs %4").arg(from, now.join(QStringLiteral(", ")), rollback.to, to.first())};
}

/// An occupied port makes the platform listen on the next one: a second blue on green's port.
PreflightCheck portGate(const Rollback &rollback, const DeploymentLook &look)
{
    const QString name = QStringLiteral("each port has its own process");
    for (const InstanceSeen &target : look.of(rollback.to)) {
        for (const InstanceSeen &other : look.instances) {
            for (const QString &time : target.startTimes) {
                if (other.url != target.url && other.startTimes.contains(time))
                    return {name, Verdict::Fail, QStringLiteral("%1 and %2 are answered by one process").arg(target.url, other.url)};
            }
        }
    }
    return {name, Verdict::Pass, QStringLiteral("no process answers on two of the plan's ports")};
}

PreflightCheck threeAnswersGate(const Rollback &rollback, const DeploymentLook &look, const CancelToken &cancel)
{
    const QString name = QStringLiteral("file, nginx and traffic agree");
    const Result<TrafficLook> seen = rollback.traffic->look(cancel);
    if (!seen)
        return {name, Verdict::Unknown, seen.error().text()};
    const QString words = QStringLiteral("%1; %2; counted: %3").arg(seen->disk, rollback.traffic->runsWith(*seen, cancel), look.entry.text());
    const bool agree = seen->told ? seen->colours.size() == 1 && look.entry.isAll(seen->colours.first()) : !look.serving().isEmpty();
    return {name, agree ? Verdict::Pass : Verdict::Warn, words};
}

PreflightCheck acceptedGate(const Rollback &rollback, const CancelToken &cancel)
{
    const QString name = QStringLiteral("the new configuration is accepted");
    const Result<QString> accepted = rollback.traffic->check(rollback.to, cancel);
    return accepted ? PreflightCheck{name, Verdict::Pass, *accepted} : PreflightCheck{name, Verdict::Fail, accepted.error().text()};
}

} // namespace

QList<PreflightCheck> gates(const Rollback &rollback, const CancelToken &cancel)
{
    const DeploymentLook look = lookAtDeployment(rollback.plan, true, cancel);
    return {warmGate(rollback, look), enoughGate(rollback, look),  buildGate(rollback, look), portGate(rollback, look),
            schemaGate(rollback),     threeAnswersGate(rollback, look, cancel), acceptedGate(rollback, cancel)};
}

} // namespace understudy::deployment
