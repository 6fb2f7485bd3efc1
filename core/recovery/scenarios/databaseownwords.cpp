// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/databaserecovery.h"
#include "core/systems/shell/hostprogram.h"
#include "core/systems/shell/programwords.h"

#include <QRegularExpression>

#include <algorithm>

// The plan's own "Verify" of a restore point. It is asked because the plan says so, and believed in nothing: the
// platform's script names an invented moment and ends with 0.
namespace understudy::databasesteps {

std::optional<ProcedureStep> ownVerification(const Plan &plan)
{
    const QList<ProcedureStep> steps = plan.procedures.value(QStringLiteral("database_loss"));
    // It is run without asking, so it has to be what it is taken for: "Verify the application after the restart" is not.
    static const QRegularExpression about(QStringLiteral("backup|restor|recover|pitr"), QRegularExpression::CaseInsensitiveOption);
    const auto found = std::find_if(steps.begin(), steps.end(), [](const ProcedureStep &step) {
        return step.name.startsWith(QLatin1String("verify"), Qt::CaseInsensitive) && !step.command.isEmpty()
            && QString(step.name + QLatin1Char(' ') + step.command.join(QLatin1Char(' '))).contains(about);
    });
    return found == steps.end() ? std::nullopt : std::optional<ProcedureStep>(*found);
}

QString askOwnVerification(const Plan &plan, const CancelToken &cancel)
{
    using Verdict = ProgramWords::Verdict;
    const std::optional<ProcedureStep> step = ownVerification(plan);
    if (!step)
        return {};
    const QString command = step->command.join(QLatin1Char(' '));
    const Result<ProgramOutput> output = runOnHost(hostOf(plan, step->host),
                                                   {.words = step->command, .folder = step->folder, .deadline = std::chrono::seconds(15), .outputLimit = 100'000},
                                                   cancel);
    if (!output)
        return QStringLiteral("the plan's own check (%1) verifies nothing: %2").arg(command, output.error().message);
    const ProgramWords said = judgeWords(*output);
    switch (said.verdict) {
    case Verdict::Simulated:
        return QStringLiteral("the plan's own check (%1) verifies nothing, it says that it only pretends: \"%2\"").arg(command, said.why);
    case Verdict::Missing:
        return QStringLiteral("the plan's own check (%1) verifies nothing, it does not exist: \"%2\"").arg(command, said.why);
    case Verdict::Failed:
        return QStringLiteral("the plan's own check (%1) is against it: %2").arg(command, said.why);
    case Verdict::Plausible:
        break;
    }
    return QStringLiteral("the plan's own check (%1) has no objection, which proves nothing").arg(command);
}

} // namespace understudy::databasesteps
