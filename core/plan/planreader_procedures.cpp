// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plansections.h"

#include "core/plan/plankeys.h"

namespace understudy::plansections {
namespace {

ProcedureStep readStep(const PlanSection &item)
{
    ProcedureStep step;
    item.text("name", step.name);
    item.text("text", step.text);
    item.command("command", step.command);
    item.command("alternative", step.alternative);
    item.hostName("host", step.host);
    item.text("folder", step.folder);
    const bool says = item.node().find(QStringLiteral("text")) || item.node().find(QStringLiteral("command"));
    if (!says)
        item.context().error(item.node(), QStringLiteral("a step that says nothing"),
                             QStringLiteral("Write 'text: …' for a person, or 'command: [PROGRAM, ARGUMENT]'."));
    return step;
}

/// A procedure is a list of steps, or a mapping with what is said about it and its steps.
void readProcedure(const QString &name, const YamlNode &node, PlanContext &context, Plan &plan)
{
    YamlNode wrapped;
    if (node.kind == YamlNode::Kind::Sequence) {
        wrapped.kind = YamlNode::Kind::Mapping;
        wrapped.line = node.line;
        wrapped.column = node.column;
        wrapped.entries.push_back({QStringLiteral("steps"), node.line, node.column, node});
    }
    const PlanSection section(node.kind == YamlNode::Kind::Sequence ? wrapped : node,
                              QStringLiteral("procedures.*"), QStringLiteral("procedures.") + name, context);
    ProcedureHeading heading;
    section.text("title", heading.title);
    section.choice("severity", heading.severity, {QStringLiteral("critical"), QStringLiteral("high"),
                                                  QStringLiteral("medium"), QStringLiteral("low")});
    section.text("trigger", heading.trigger);
    QList<ProcedureStep> steps;
    section.list("steps", [&steps](const PlanSection &item) { steps.append(readStep(item)); },
                 PlanSection::Required);
    plan.procedures.insert(name, steps);
    if (heading != ProcedureHeading())
        plan.procedureHeadings.insert(name, heading);
}

} // namespace

void readProcedures(const PlanSection &file, Plan &plan)
{
    const YamlNode *value = file.find("procedures");
    if (!value)
        return;
    if (value->kind != YamlNode::Kind::Mapping) {
        file.context().error(*value, QStringLiteral("'procedures' is not a mapping"),
                             QStringLiteral("Known in procedures: %1.")
                                 .arg(procedureNames().join(QStringLiteral(", "))));
        return;
    }
    const PlanSection section(*value, QStringLiteral("procedures"), QStringLiteral("procedures"), file.context());
    for (const YamlNode::Entry &entry : value->entries) {
        if (!procedureNames().contains(entry.key))
            continue;
        const bool readable = entry.value.kind == YamlNode::Kind::Sequence
                              || entry.value.kind == YamlNode::Kind::Mapping;
        if (readable)
            readProcedure(entry.key, entry.value, file.context(), plan);
        else if (entry.value.kind != YamlNode::Kind::Refused)
            file.context().error(entry.value, QStringLiteral("procedure '%1' is not a list of steps").arg(entry.key),
                                 QStringLiteral("Write one '- {text: …}' or '- {command: […]}' a line, or title, severity, trigger and steps."));
    }
}

} // namespace understudy::plansections
