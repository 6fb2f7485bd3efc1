// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/acknowledgealert.h"

#include "core/base/quantity.h"
#include "core/recovery/alertdesk.h"

#include <QJsonArray>
#include <QThread>

#include <memory>

namespace understudy {
namespace {

using Status = PagerIncident::Status;
using DeskPtr = std::shared_ptr<AlertDesk>;

constexpr qsizetype mostNoted = 20;

QJsonObject factsOf(const PagerIncidents &seen, const QDateTime &now)
{
    QJsonArray incidents;
    QDateTime alertAt;
    for (const PagerIncident &one : seen.list) {
        if (incidents.size() < mostNoted)
            incidents.append(QJsonObject{{QStringLiteral("id"), one.id}, {QStringLiteral("number"), one.number},
                                         {QStringLiteral("title"), one.title},
                                         {QStringLiteral("status"), one.status == Status::Triggered ? QStringLiteral("triggered") : QStringLiteral("acknowledged")},
                                         {QStringLiteral("created_at"), one.createdAt.isValid() ? toRfc3339(one.createdAt) : QString()}});
        // What has been open for long is a forgotten alert, not the beginning of this outage.
        const bool counts = one.createdAt.isValid() && one.createdAt > now.addSecs(-4 * 3600);
        if (counts && (!alertAt.isValid() || one.createdAt < alertAt))
            alertAt = one.createdAt;
    }
    QJsonObject facts{{QStringLiteral("incidents"), incidents}, {QStringLiteral("open"), seen.list.size()},
                      {QStringLiteral("triggered"), seen.with(Status::Triggered).size()}};
    if (alertAt.isValid())
        facts.insert(QStringLiteral("alert_at"), toRfc3339(alertAt));
    return facts;
}

QStringList idsOf(const QList<PagerIncident> &incidents)
{
    QStringList ids;
    for (const PagerIncident &one : incidents)
        ids.append(one.id);
    return ids;
}

QString namesOf(const QList<PagerIncident> &incidents)
{
    QStringList names;
    for (const PagerIncident &one : incidents.mid(0, 3))
        names.append(one.name());
    if (incidents.size() > 3)
        names.append(QStringLiteral("%1 more").arg(incidents.size() - 3));
    return names.join(QStringLiteral("; "));
}

QJsonObject known(const StepContext &context) { return context.facts[QStringLiteral("acknowledge")].toObject(); }

/// What the operator was shown and agreed to; it stands in the intent.
QStringList intended(const StepContext &context)
{
    QStringList ids;
    for (const QJsonValue &id : known(context)[QStringLiteral("acknowledging")].toArray())
        ids.append(id.toString());
    return ids;
}

Result<Unit> noteNews(StepContext &context, const QJsonObject &facts)
{
    const QJsonObject before = known(context);
    for (QJsonObject::const_iterator it = facts.begin(); it != facts.end(); ++it) {
        if (before[it.key()] != it.value())
            return context.note(facts);
    }
    return Unit{};
}

Result<Observation> observe(StepContext &context, AlertDesk &desk)
{
    const Result<PagerIncidents> seen = desk.look(context.cancel);
    if (!seen)
        return fail(seen.error());
    if (!context.dryRun && !seen->list.isEmpty()) {
        if (const Result<Unit> noted = noteNews(context, factsOf(*seen, context.clock.now())); !noted)
            return fail(noted.error());
    }
    const QList<PagerIncident> triggered = seen->with(Status::Triggered);
    if (seen->list.isEmpty())
        return Observation{Observation::Sight::NotNeeded, QStringLiteral("no incident is open at service %1").arg(desk.service())};
    if (triggered.isEmpty()) {
        const PagerIncident &first = seen->list.first();
        return Observation{Observation::Sight::AlreadyTrue,
                           first.acknowledgedBy.isEmpty() ? QStringLiteral("%1 is acknowledged").arg(first.name())
                                                          : QStringLiteral("%1 is acknowledged by %2").arg(first.name(), first.acknowledgedBy)};
    }
    return Observation{Observation::Sight::NotYet, namesOf(triggered)};
}

QList<PagerIncident> toAcknowledge(const AlertDesk &desk)
{
    return desk.seen() ? desk.seen()->with(Status::Triggered).mid(0, mostNoted) : QList<PagerIncident>();
}

Result<StepPreview> preview(StepContext &context, AlertDesk &desk)
{
    if (!desk.seen()) {
        if (const Result<PagerIncidents> seen = desk.look(context.cancel); !seen)
            return fail(seen.error());
    }
    const QList<PagerIncident> all = toAcknowledge(desk);
    StepPreview shown;
    shown.why = QStringLiteral("Whoever was paged sees that somebody is at it, and nobody else is woken.");
    if (all.isEmpty())
        return shown;
    const bool one = all.size() == 1;
    const QString target = one ? QStringLiteral("#%1").arg(all.first().number) : QStringLiteral("%1 alerts").arg(all.size());
    shown.title = QStringLiteral("Acknowledge %1").arg(one ? all.first().name() : target);
    for (const PagerIncident &incident : all) {
        const QString age = incident.createdAt.isValid()
            ? QStringLiteral(", open for %1").arg(durationText(Milliseconds(qMax<qint64>(0, incident.createdAt.msecsTo(context.clock.now()))))) : QString();
        shown.willDo.append({desk.requestFor(one ? idsOf(all) : QStringList{incident.id, incident.id}), incident.name() + age});
    }
    shown.willNot = {QStringLiteral("resolve it: that is left to a person"),
                     QStringLiteral("hold up the recovery: the pager is waited for 5 s at most")};
    shown.expect = {QStringLiteral("PagerDuty calls it acknowledged when it is asked again")};
    shown.predicted = QStringLiteral("OK");
    shown.byHand = {QStringLiteral("open %1 in PagerDuty and press Acknowledge").arg(target)};
    shown.wayBack = QStringLiteral("none is needed: an acknowledgement stays");
    shown.button = QStringLiteral("Acknowledge %1").arg(target);
    return shown;
}

Result<QString> act(StepContext &context, AlertDesk &desk)
{
    const QStringList wanted = intended(context);
    const Result<PagerIncidents> now = desk.look(context.cancel);
    if (!now)
        return fail(now.error());
    QList<PagerIncident> left;
    for (const PagerIncident &one : now->with(Status::Triggered)) {
        if (wanted.contains(one.id))
            left.append(one);
    }
    if (left.isEmpty())
        return QStringLiteral("somebody was quicker: nothing is left to acknowledge");
    const Result<Unit> done = desk.acknowledge(idsOf(left), context.cancel);
    if (!done)
        return fail(done.error());
    return QStringLiteral("accepted: %1").arg(namesOf(left));
}

Result<QString> verify(StepContext &context, AlertDesk &desk)
{
    const QStringList wanted = intended(context);
    for (int attempt = 0;; ++attempt) {
        const Result<PagerIncidents> seen = desk.look(context.cancel);
        if (!seen)
            return fail(seen.error());
        QStringList open, words;
        for (const PagerIncident &one : seen->list) {
            if (!wanted.contains(one.id))
                continue;
            if (one.status == Status::Triggered)
                open.append(one.name());
            else
                words.append(one.acknowledgedBy.isEmpty() ? QStringLiteral("%1 is acknowledged").arg(one.name())
                                                          : QStringLiteral("%1 is acknowledged by %2").arg(one.name(), one.acknowledgedBy));
        }
        if (open.isEmpty())
            return words.isEmpty() ? QStringLiteral("it is no longer open") : words.mid(0, 3).join(QStringLiteral("; "));
        // An accepted change may take a moment to be seen.
        if (attempt == 2 || desk.left() < Milliseconds(500) || context.cancel.isCancelled())
            return fail(ErrorCode::NotProved, QStringLiteral("not acknowledged yet: %1").arg(open.mid(0, 3).join(QStringLiteral("; "))),
                        QStringLiteral("Look into PagerDuty."));
        QThread::msleep(300);
    }
}

QString whyNot(const PagingPlan &paging, bool planned)
{
    if (!paging.isSet)
        return QStringLiteral("the plan names no pager");
    if (!paging.canLook())
        return QStringLiteral("acknowledge it by hand: the plan names no api_token and service for PagerDuty");
    if (!paging.canAct())
        return QStringLiteral("acknowledge it by hand: the plan does not say as whom (paging.pagerduty.from)");
    return planned ? QStringLiteral("a planned move answers no alert") : QString();
}

} // namespace

Step acknowledgeAlert(const Plan &plan, const SecretResolver &secrets, bool planned)
{
    Step step{.id = QStringLiteral("acknowledge"),
              .name = QStringLiteral("Acknowledge the alert"),
              .confirmation = Confirmation::Click,
              .skipReason = whyNot(plan.paging, planned),
              .deadline = AlertDesk::allowance,
              .courtesy = true};
    if (!step.skipReason.isEmpty())
        return step;
    const DeskPtr desk = std::make_shared<AlertDesk>(plan.paging, secrets);
    step.observe = [desk](StepContext &context) { return observe(context, *desk); };
    step.preview = [desk](StepContext &context) { return preview(context, *desk); };
    step.prepare = [desk](StepContext &) -> Result<QJsonObject> {
        return QJsonObject{{QStringLiteral("acknowledging"), QJsonArray::fromStringList(idsOf(toAcknowledge(*desk)))}};
    };
    step.act = [desk](StepContext &context) { return act(context, *desk); };
    step.verify = [desk](StepContext &context) { return verify(context, *desk); };
    return step;
}

} // namespace understudy
