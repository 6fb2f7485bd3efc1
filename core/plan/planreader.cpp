// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/planreader.h"

#include "core/base/quantity.h"
#include "core/base/yaml/yamlreader.h"
#include "core/plan/plansections.h"

#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace understudy {
namespace {

// More mistakes than this are not read by anybody.
constexpr int mostPlanProblems = 100;
// As much as the reader of YAML takes.
constexpr qint64 mostPlanBytes = 1'000'000;

PlanReading refusedFile(int line, int column, const QString &message, const QString &hint)
{
    PlanReading reading;
    reading.problems.append({PlanProblem::Severity::Error, line, column, message, hint});
    return reading;
}

void readFormat(const PlanSection &file)
{
    int format = 1;
    file.integer("understudy", format, 1, 1, PlanSection::Required);
}

void readIdentity(const PlanSection &file, Plan &plan)
{
    file.section("plan", [&plan](const PlanSection &section) {
        section.text("name", plan.name, PlanSection::Required);
        section.text("title", plan.title);
        section.text("purpose", plan.purpose);
        section.text("status", plan.status);
        section.date("updated", plan.updated);
        section.duration("review_every", plan.reviewEvery);
        if (!plan.reviewEvery || !plan.updated.isValid())
            return;
        const qint64 days = plan.updated.daysTo(section.context().today);
        if (Milliseconds(days * 86'400'000) > *plan.reviewEvery)
            section.context().warning(*section.find("updated"),
                                      QStringLiteral("the plan's review is overdue: last updated %1 days ago, reviewed every %2")
                                          .arg(days).arg(durationText(*plan.reviewEvery)),
                                      QStringLiteral("Review the plan, then set 'updated' to the day of the review."));
    }, PlanSection::Required);
}

void readMode(const PlanSection &file, Plan &plan)
{
    QString mode;
    const QList<Mode> known{Mode::Production, Mode::Staging, Mode::Lab};
    QStringList names;
    for (Mode one : known)
        names.append(modeName(one));
    file.choice("mode", mode, names, PlanSection::Required);
    plan.mode = known.value(names.indexOf(mode), Mode::Production);
}

void readObjectives(const PlanSection &file, Plan &plan)
{
    file.section("objectives", [&plan](const PlanSection &section) {
        QSet<QString> names;
        section.list("recovery_time", [&](const PlanSection &item) {
            RecoveryTimeObjective objective;
            item.text("name", objective.name, PlanSection::Required);
            item.unique("name", objective.name, names);
            item.texts("services", objective.services);
            item.duration("within", objective.within, PlanSection::Required);
            plan.recoveryTime.append(objective);
        });
        section.list("recovery_point", [&](const PlanSection &item) {
            RecoveryPointObjective objective;
            item.text("name", objective.name, PlanSection::Required);
            item.unique("name", objective.name, names);
            item.text("data", objective.data, PlanSection::Required);
            item.duration("within", objective.within, PlanSection::Required);
            item.text("via", objective.via);
            plan.recoveryPoint.append(objective);
        });
    });
}

void readCommitWindow(const PlanSection &file, Plan &plan)
{
    file.section("commit_window", [&plan](const PlanSection &section) {
        section.duration("length", plan.commitWindow.length);
        QString then = QStringLiteral("keep");
        section.choice("then", then, {QStringLiteral("keep"), QStringLiteral("undo")});
        plan.commitWindow.undo = then == QLatin1String("undo");
    });
}

void readPeople(const PlanSection &file, Plan &plan)
{
    file.list("redundancy", [&plan](const PlanSection &item) {
        Redundancy redundancy;
        item.text("system", redundancy.system, PlanSection::Required);
        item.text("name", redundancy.name);
        item.text("text", redundancy.text, PlanSection::Required);
        plan.redundancy.append(redundancy);
    });
    file.list("contacts", [&plan](const PlanSection &item) {
        Contact contact;
        item.text("role", contact.role, PlanSection::Required);
        item.text("contact", contact.contact, PlanSection::Required);
        plan.contacts.append(contact);
    });
    file.section("team", [&plan](const PlanSection &section) {
        section.secretOrUrl("database", plan.teamDatabase,
                            {QStringLiteral("postgresql"), QStringLiteral("postgres")}, PlanSection::Required);
    });
    file.texts("drills", plan.drills);
}

void readSections(const PlanSection &file, Plan &plan)
{
    readFormat(file);
    readIdentity(file, plan);
    readMode(file, plan);
    readObjectives(file, plan);
    plansections::readHosts(file, plan);
    plansections::readDatabase(file, plan);
    plansections::readRedis(file, plan);
    plansections::readApplication(file, plan);
    plansections::readMonitoring(file, plan);
    plansections::readCost(file, plan);
    plansections::readPaging(file, plan);
    plansections::readProcedures(file, plan);
    readCommitWindow(file, plan);
    readPeople(file, plan);
}

/// In the file's order, each once, and no more than anybody reads.
QList<PlanProblem> inOrder(QList<PlanProblem> problems)
{
    std::stable_sort(problems.begin(), problems.end(), [](const PlanProblem &a, const PlanProblem &b) {
        return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    problems.erase(std::unique(problems.begin(), problems.end()), problems.end());
    if (problems.size() > mostPlanProblems) {
        problems.resize(mostPlanProblems);
        problems.last() = {PlanProblem::Severity::Error, problems.last().line, problems.last().column,
                           QStringLiteral("more problems from here on"),
                           QStringLiteral("Correct those above first.")};
    }
    return problems;
}

bool holdsError(const QList<PlanProblem> &problems)
{
    return std::any_of(problems.begin(), problems.end(), [](const PlanProblem &one) {
        return one.severity == PlanProblem::Severity::Error;
    });
}

} // namespace

QString PlanProblem::text(const QString &file) const
{
    QString line = QStringLiteral("%1:%2:%3: ").arg(file).arg(this->line).arg(column);
    if (severity == Severity::Warning)
        line += QStringLiteral("warning: ");
    line += message;
    return hint.isEmpty() ? line : QString(line + QStringLiteral("; ") + hint);
}

PlanReading readPlan(const QByteArray &text, const QString &path, const QDate &today)
{
    const YamlReading yaml = readYaml(text);
    PlanContext context;
    context.today = today;
    for (const YamlProblem &problem : yaml.problems)
        context.errorAt(problem.line, problem.column, problem.message, problem.hint);
    Plan plan;
    if (yaml.root.kind == YamlNode::Kind::Mapping) {
        readSections(PlanSection(yaml.root, QString(), QString(), context), plan);
    } else if (context.problems.isEmpty()) {
        context.error(yaml.root,
                      yaml.root.kind == YamlNode::Kind::Null ? QStringLiteral("the file is empty")
                                                             : QStringLiteral("not a plan: no keys at the top"),
                      QStringLiteral("Begin with 'understudy: 1', 'plan: {name: …}' and 'mode: production'."));
    }
    PlanReading reading;
    reading.problems = inOrder(context.problems);
    if (!holdsError(context.problems)) {
        plan.version = QStringLiteral("sha256:")
                       + QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex());
        plan.path = path;
        reading.plan = plan;
    }
    return reading;
}

PlanReading readPlanFile(const QString &path, const QDate &today)
{
    const QFileInfo info(path);
    if (!info.exists())
        return refusedFile(1, 1, QStringLiteral("no such file"),
                       QStringLiteral("Name the plan with --plan FILE, or write one with 'understudyctl plan init'."));
    // Reading from a pipe or a device may never end.
    if (!info.isFile())
        return refusedFile(1, 1, QStringLiteral("not a regular file"), QStringLiteral("Name a file that holds a plan."));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return refusedFile(1, 1, QStringLiteral("cannot be read: %1").arg(file.errorString()),
                       QStringLiteral("Give this user the right to read the file."));
    const QByteArray text = file.read(mostPlanBytes + 1);
    if (text.size() > mostPlanBytes)
        return refusedFile(1, 1, QStringLiteral("%1 are too much for a plan").arg(bytesText(double(info.size()))),
                       QStringLiteral("A plan has at most 1 MB; name the right file."));
    return readPlan(text, info.absoluteFilePath(), today);
}

} // namespace understudy
