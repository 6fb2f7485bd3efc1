// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/integrity.h"
#include "core/recovery/scenarios/databaserecovery.h"
#include "core/recovery/stepfacts.h"

#include <QJsonArray>

#include <algorithm>

namespace understudy::databasesteps {
namespace {

constexpr int mostFindingsSaid = 40;

QString line(const IntegrityFinding &finding)
{
    return QStringLiteral("%1: %2: %3").arg(severityName(finding.severity), finding.subject, finding.words);
}

QJsonArray noted(const IntegrityReport &report)
{
    QJsonArray list;
    for (const IntegrityFinding &finding : report.findings) {
        if (finding.severity == FindingSeverity::Pass || list.size() >= mostFindingsSaid)
            break;
        list.append(line(finding));
    }
    return list;
}

Result<QString> verifyCopy(StepContext &context, const DatabaseRecovery &database)
{
    const Result<RestoredCopy> copy = database.copy(context);
    if (!copy)
        return fail(copy.error());
    const Result<Secret> old = database.oldUrl(context);
    IntegritySetup setup{.newUrl = copy->url, .checks = database.database().integrity, .cancel = context.cancel,
                         .progress = [&context](int done, int total, const QString &words) {
                             context.say(QStringLiteral("%1 of %2: %3").arg(done).arg(total).arg(words));
                         }};
    if (old)
        setup.oldUrl = *old;
    const IntegrityReport report = checkIntegrity(setup);
    if (context.cancel.isCancelled())
        return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    const QJsonArray findings = noted(report);
    for (const QJsonValue &finding : findings)
        context.say(finding.toString());
    if (const Result<Unit> kept = context.note({{QStringLiteral("summary"), report.summary()}, {QStringLiteral("findings"), findings},
                                                {QStringLiteral("took_ms"), qint64(report.took.count())},
                                                {QStringLiteral("verified_at"), toRfc3339(context.clock.now())}});
        !kept)
        return fail(kept.error());
    if (report.findings.isEmpty())
        return fail(ErrorCode::CannotTell, QStringLiteral("nothing of the copy was looked at"), QStringLiteral("See whether it answers, then try again."));
    if (report.verdict() == FindingSeverity::Unknown) {
        const auto first = std::find_if(report.findings.begin(), report.findings.end(), [](const IntegrityFinding &one) { return one.severity == FindingSeverity::Unknown; });
        return fail(ErrorCode::CannotTell, QStringLiteral("%1 · not known: %2: %3").arg(report.summary(), first->subject, first->words), first->hint);
    }
    if (report.verdict() != FindingSeverity::Fail)
        return report.summary();
    QStringList failed, hints;
    for (const IntegrityFinding &finding : report.findings) {
        if (finding.severity != FindingSeverity::Fail || failed.size() >= 5)
            continue;
        failed.append(QStringLiteral("%1: %2").arg(finding.subject, finding.words));
        if (!finding.hint.isEmpty() && !hints.contains(finding.hint))
            hints.append(finding.hint);
    }
    hints.append(QStringLiteral("Do not switch to this copy: go back, which deletes it, and choose another moment."));
    return fail(ErrorCode::NotProved, QStringLiteral("the copy is not sound: %1").arg(failed.first()), hints.join(QLatin1Char(' ')),
                failed.mid(1).join(QStringLiteral("; ")));
}

} // namespace

Step integrity(const DatabaseRecoveryPtr &database)
{
    return {.id = QStringLiteral("integrity"),
            .name = QStringLiteral("Verify the copy's integrity"),
            .deadline = std::chrono::minutes(11),
            .preview = [database](StepContext &) -> Result<StepPreview> {
                StepPreview shown{.why = QStringLiteral("Nothing is switched to a copy that was not read whole."),
                                  .expect = {QStringLiteral("every table read to its last row; constraints, sequences, indexes; schema and row counts beside the old database's")},
                                  .predicted = QStringLiteral("sound")};
                for (const IntegrityCheck &check : database->database().integrity)
                    shown.expect.append(QStringLiteral("the plan's own: %1").arg(check.name));
                return shown;
            },
            .verify = [database](StepContext &context) { return verifyCopy(context, *database); }};
}

} // namespace understudy::databasesteps
