// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/planwriter.h"

#include "core/base/yaml/yamlwriter.h"
#include "core/plan/plankeys.h"
#include "core/plan/plansectionwriters.h"

namespace understudy {
namespace {

PlanNodes identity(const Plan &plan)
{
    PlanNodes nodes;
    nodes.text("name", plan.name);
    nodes.text("title", plan.title);
    nodes.text("purpose", plan.purpose);
    nodes.text("status", plan.status);
    if (plan.updated.isValid())
        nodes.literal("updated", plan.updated.toString(Qt::ISODate));
    nodes.duration("review_every", plan.reviewEvery);
    return nodes;
}

PlanNodes objectives(const Plan &plan)
{
    PlanNodes nodes;
    nodes.list<RecoveryTimeObjective>("recovery_time", plan.recoveryTime, [](const RecoveryTimeObjective &one) {
        PlanNodes item;
        item.text("name", one.name);
        item.texts("services", one.services);
        item.duration("within", one.within);
        return item;
    });
    nodes.list<RecoveryPointObjective>("recovery_point", plan.recoveryPoint, [](const RecoveryPointObjective &one) {
        PlanNodes item;
        item.text("name", one.name);
        item.text("data", one.data);
        item.duration("within", one.within);
        item.text("via", one.via);
        return item;
    });
    return nodes;
}

PlanNodes hosts(const Plan &plan)
{
    PlanNodes nodes;
    for (const Host &host : plan.hosts) {
        PlanNodes one;
        if (host.isLocal())
            one.literal("local", QStringLiteral("true"));
        one.text("ssh", host.ssh);
        one.text("ssh_config", host.sshConfig);
        nodes.put(host.name, one.node());
    }
    return nodes;
}

PlanNodes procedureStep(const ProcedureStep &step)
{
    PlanNodes item;
    item.text("name", step.name);
    item.text("text", step.text);
    item.texts("command", step.command);
    item.texts("alternative", step.alternative);
    item.text("host", step.host);
    item.text("folder", step.folder);
    return item;
}

PlanNodes procedures(const Plan &plan)
{
    PlanNodes nodes;
    for (const QString &name : procedureNames()) {
        if (!plan.procedures.contains(name))
            continue;
        const ProcedureHeading heading = plan.procedureHeadings.value(name);
        PlanNodes procedure;
        procedure.text("title", heading.title);
        procedure.text("severity", heading.severity);
        procedure.text("trigger", heading.trigger);
        procedure.list<ProcedureStep>("steps", plan.procedures.value(name), procedureStep);
        nodes.put(name, procedure.node());
    }
    return nodes;
}

void writePeople(const Plan &plan, PlanNodes &file)
{
    file.list<Redundancy>("redundancy", plan.redundancy, [](const Redundancy &one) {
        PlanNodes item;
        item.text("system", one.system);
        item.text("name", one.name);
        item.text("text", one.text);
        return item;
    });
    PlanNodes window;
    window.duration("length", plan.commitWindow.length);
    window.text("then", plan.commitWindow.undo ? QStringLiteral("undo") : QStringLiteral("keep"));
    file.section("commit_window", window);
    file.list<Contact>("contacts", plan.contacts, [](const Contact &one) {
        PlanNodes item;
        item.text("role", one.role);
        item.text("contact", one.contact);
        return item;
    });
    PlanNodes team;
    team.secret("database", plan.teamDatabase);
    file.section("team", team);
    file.texts("drills", plan.drills);
}

} // namespace

QString durationForPlan(Milliseconds duration)
{
    struct Unit
    {
        qint64 ms;
        const char *name;
        qint64 least;
    };
    // One day is written as 24h, as people say it of backups and of recoveries.
    static constexpr Unit units[] = {{86'400'000, "d", 2}, {3'600'000, "h", 1}, {60'000, "m", 1}, {1000, "s", 1}};
    for (const Unit &unit : units) {
        if (duration.count() >= unit.least * unit.ms && duration.count() % unit.ms == 0)
            return QString::number(duration.count() / unit.ms) + QLatin1String(unit.name);
    }
    return QString::number(duration.count()) + QStringLiteral("ms");
}

QString planToYaml(const Plan &plan)
{
    PlanNodes file;
    file.literal("understudy", QStringLiteral("1"));
    file.section("plan", identity(plan));
    file.text("mode", modeName(plan.mode));
    file.section("objectives", objectives(plan));
    file.section("hosts", hosts(plan));
    if (plan.database)
        file.section("database", plansectionwriters::database(*plan.database));
    if (plan.redis)
        file.section("redis", plansectionwriters::redis(*plan.redis));
    if (plan.application)
        file.section("application", plansectionwriters::application(*plan.application));
    if (plan.monitoring)
        file.section("monitoring", plansectionwriters::monitoring(*plan.monitoring));
    file.list<CostLimit>("cost", plan.cost, plansectionwriters::cost);
    if (plan.paging.isSet)
        file.section("paging", plansectionwriters::paging(plan.paging));
    file.section("procedures", procedures(plan));
    writePeople(plan, file);
    return writeYaml(file.node());
}

} // namespace understudy
