// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/planmarkdown.h"

#include "core/plan/markdowntext.h"
#include "core/plan/plankeys.h"
#include "core/plan/planmarkdownsystems.h"

namespace understudy {
namespace {

using Md = MarkdownText;

void writeIdentity(const Plan &plan, Md &document)
{
    document.heading(1, plan.title.isEmpty() ? plan.name : plan.title + QStringLiteral(": ") + plan.name);
    document.paragraph(Md::escaped(plan.purpose));
    document.fact(QStringLiteral("Platform"), Md::escaped(plan.name));
    document.fact(QStringLiteral("Last updated"), plan.updated.isValid() ? plan.updated.toString(Qt::ISODate) : QString());
    document.fact(QStringLiteral("Status"), Md::escaped(plan.status));
    document.fact(QStringLiteral("Mode"), modeName(plan.mode));
    if (plan.reviewEvery)
        document.fact(QStringLiteral("Reviewed every"), Md::duration(*plan.reviewEvery));
    if (!plan.version.isEmpty())
        document.fact(QStringLiteral("Version"), Md::code(plan.version));
}

void writeObjectives(const Plan &plan, Md &document)
{
    if (plan.recoveryTime.isEmpty() && plan.recoveryPoint.isEmpty())
        return;
    document.heading(2, QStringLiteral("Recovery objectives"));
    if (!plan.recoveryTime.isEmpty()) {
        document.heading(3, QStringLiteral("Recovery time (RTO)"));
        document.paragraph(QStringLiteral("How long a service may be away at most."));
    }
    QList<QStringList> rows;
    for (const RecoveryTimeObjective &one : plan.recoveryTime)
        rows.append({Md::escaped(one.name), Md::escaped(one.services.join(QStringLiteral(", "))), Md::duration(one.within)});
    document.table({QStringLiteral("Objective"), QStringLiteral("Services"), QStringLiteral("Within")}, rows);
    if (!plan.recoveryPoint.isEmpty()) {
        document.heading(3, QStringLiteral("Recovery point (RPO)"));
        document.paragraph(QStringLiteral("How much work may be lost at most, as time."));
    }
    rows.clear();
    for (const RecoveryPointObjective &one : plan.recoveryPoint)
        rows.append({Md::escaped(one.name), Md::escaped(one.data), Md::duration(one.within), Md::escaped(one.via)});
    document.table({QStringLiteral("Objective"), QStringLiteral("Data"), QStringLiteral("Within"), QStringLiteral("Via")}, rows);
}

void writeRedundancy(const Plan &plan, Md &document)
{
    if (plan.redundancy.isEmpty())
        return;
    document.heading(2, QStringLiteral("Architecture and redundancy"));
    QString system;
    for (const Redundancy &one : plan.redundancy) {
        if (one.system != system)
            document.heading(3, one.system.left(1).toUpper() + one.system.mid(1));
        system = one.system;
        const QString name = one.name.isEmpty() ? QString() : QStringLiteral("**%1:** ").arg(Md::escaped(one.name));
        document.item(name + Md::escaped(one.text));
    }
}

QString procedureTitle(const QString &name, const ProcedureHeading &heading)
{
    if (!heading.title.isEmpty())
        return heading.title;
    QString words = name;
    words.replace(QLatin1Char('_'), QLatin1Char(' '));
    return words.left(1).toUpper() + words.mid(1);
}

void writeStep(int number, const ProcedureStep &step, Md &document)
{
    // A step that is only a command is led in by words, so that its number has a line of its own.
    QString line = QStringLiteral("%1.").arg(number);
    if (!step.name.isEmpty())
        line += QStringLiteral(" **%1:**").arg(Md::escaped(step.name));
    if (!step.text.isEmpty())
        line += QLatin1Char(' ') + Md::escaped(step.text);
    else
        line += step.name.isEmpty() ? QStringLiteral(" Run") : QStringLiteral(" run");
    if (!step.command.isEmpty() && !step.host.isEmpty())
        line += QStringLiteral(" (on %1)").arg(Md::escaped(step.host));
    document.paragraph(line);
    const QString folder = step.folder.isEmpty() ? QString()
                                                 : Md::commandLine({QStringLiteral("cd"), step.folder}) + QLatin1Char('\n');
    if (!step.command.isEmpty())
        document.codeBlock(folder + Md::commandLine(step.command), 3);
    if (!step.alternative.isEmpty()) {
        document.paragraph(QStringLiteral("   or"));
        document.codeBlock(folder + Md::commandLine(step.alternative), 3);
    }
}

void writeProcedures(const Plan &plan, Md &document)
{
    if (plan.procedures.isEmpty())
        return;
    document.heading(2, QStringLiteral("Recovery procedures"));
    for (const QString &name : procedureNames()) {
        if (!plan.procedures.contains(name))
            continue;
        const ProcedureHeading heading = plan.procedureHeadings.value(name);
        document.heading(3, procedureTitle(name, heading));
        document.fact(QStringLiteral("Severity"),
                      heading.severity.left(1).toUpper() + heading.severity.mid(1));
        document.fact(QStringLiteral("Trigger"), Md::escaped(heading.trigger));
        int number = 0;
        for (const ProcedureStep &step : plan.procedures.value(name))
            writeStep(++number, step, document);
    }
    document.paragraph(QStringLiteral("After a recovery it can be taken back for %1; when nobody decides, it is %2.")
                           .arg(Md::duration(plan.commitWindow.length),
                                plan.commitWindow.undo ? QStringLiteral("taken back") : QStringLiteral("kept")));
}

void writeContacts(const Plan &plan, Md &document)
{
    if (plan.contacts.isEmpty())
        return;
    document.heading(2, QStringLiteral("Contacts"));
    QList<QStringList> rows;
    for (const Contact &one : plan.contacts)
        rows.append({Md::escaped(one.role), Md::escaped(one.contact)});
    document.table({QStringLiteral("Role"), QStringLiteral("Contact")}, rows);
}

} // namespace

QString planToMarkdown(const Plan &plan)
{
    MarkdownText document;
    writeIdentity(plan, document);
    writeObjectives(plan, document);
    writeRedundancy(plan, document);
    planmarkdown::writeSystems(plan, document);
    writeProcedures(plan, document);
    planmarkdown::writeCostAndMonitoring(plan, document);
    writeContacts(plan, document);
    return document.text();
}

} // namespace understudy
