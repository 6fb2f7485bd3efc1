// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/databaseswitch.h"

#include "core/base/quantity.h"
#include "core/recovery/scenarios/switchfiles.h"
#include "core/recovery/stepfacts.h"
#include "core/systems/shell/hostprogram.h"

#include <QCryptographicHash>

namespace understudy::databasesteps {
namespace {

using Sight = Observation::Sight;

Result<Observation> observeSwitch(StepContext &context, const DatabaseSwitch &database)
{
    const bool partly = !stepFacts(context, "switch-environment").isEmpty();
    const Result<DatabaseTarget> target = newTarget(context, database);
    if (!target)
        return Observation{Sight::NotYet, target.error().text(), partly};
    const Result<QList<FileEdit>> edits = editsOf(context, database, *target);
    if (!edits && edits.error().code == ErrorCode::Cancelled)
        return fail(edits.error());
    if (!edits)
        return Observation{Sight::NotYet, edits.error().text(), partly};
    qsizetype open = 0;
    for (const FileEdit &one : *edits)
        open += one.edit.changesAnything() ? 1 : 0;
    return Observation{
        open == 0 ? Sight::AlreadyTrue : Sight::NotYet,
        open == 0
            ? QStringLiteral("every file leads to %1 already").arg(databasePlace(target->direct))
            : QStringLiteral("%1 of %2 files to change").arg(open).arg(edits->size()),
        partly};
}

/// Before there is a copy, it can be told where, but not yet to what.
void showPlaces(StepPreview &shown, const DatabaseSwitch &database)
{
    for (const EnvFile &file : database.plan.application->envFiles)
        shown.willDo.append({QStringLiteral("change %1 to the restored database")
                                 .arg(file.keys.join(QStringLiteral(", "))),
                             storeOf(database.plan, file).label()});
}

Result<StepPreview> previewSwitch(StepContext &context, const DatabaseSwitch &database)
{
    StepPreview shown;
    shown.why =
        QStringLiteral("Processes take their database's address from these files when they start.");
    shown.willNot = {
        QStringLiteral("change another line, a comment, the order, or who may read the file"),
        QStringLiteral("restart a process: until then each stays on the old database")};
    shown.expect = {QStringLiteral(
        "each file is read back and leads to the restored database; its old text stays beside it")};
    shown.predicted = QStringLiteral("OK");
    shown.wayBack = QStringLiteral(
        "each file is put back from its backup, unless somebody has changed it since");
    const Result<DatabaseTarget> target = newTarget(context, database);
    const Result<QList<FileEdit>> edits =
        target ? editsOf(context, database, *target) : fail(target.error());
    if (!edits && target)
        return fail(edits.error());
    if (!edits) {
        showPlaces(shown, database);
        return shown;
    }
    qsizetype changed = 0;
    for (const FileEdit &one : *edits) {
        changed += one.edit.changesAnything() ? 1 : 0;
        for (const EnvEdit::Line &line : one.edit.preview()) {
            shown.willDo.append({QStringLiteral("line %1: - %2").arg(line.number).arg(line.before),
                                 one.store.label()});
            shown.willDo.append({QStringLiteral("line %1: + %2").arg(line.number).arg(line.after),
                                 one.store.label()});
        }
        shown.byHand.append(QStringLiteral("edit %1: %2")
                                .arg(one.store.label(), one.file.keys.join(QStringLiteral(", "))));
    }
    shown.title =
        QStringLiteral("Switch %1 files to %2").arg(changed).arg(databasePlace(target->direct));
    shown.button = QStringLiteral("Switch %1 files").arg(changed);
    return shown;
}

PreflightCheck checkFile(StepContext &context, const DatabaseSwitch &database, const EnvFile &file)
{
    using Verdict = PreflightCheck::Verdict;
    const EnvFileStore store = storeOf(database.plan, file);
    const QString check = QStringLiteral("%1 can be changed").arg(store.label());
    const Result<EnvFileLook> seen = store.look(context.cancel);
    if (!seen)
        return {check, Verdict::Fail, seen.error().text()};
    if (seen->obstacle)
        return {check, Verdict::Fail, seen->obstacle->text()};
    // Each to itself: whether every key is there and can be told, without a new value at hand.
    const Result<EnvEdit> edit =
        EnvEdit::make(seen->text, file.keys, [](const QString &key, const Secret &old) {
            const DatabaseTarget example{Secret("postgresql://a:a@a/a"), {}};
            const Result<Secret> moved = movedValue(key, old, example);
            return moved ? Result<Secret>(old) : moved;
        });
    if (!edit)
        return {check, Verdict::Fail, edit.error().text()};
    return {check, Verdict::Pass,
            QStringLiteral("%1 found").arg(file.keys.join(QStringLiteral(", ")))};
}

Result<QList<PreflightCheck>> preflightSwitch(StepContext &context, const DatabaseSwitch &database)
{
    QList<PreflightCheck> checks;
    for (const EnvFile &file : database.plan.application->envFiles)
        checks.append(checkFile(context, database, file));
    return checks;
}

/// What was shown is what is changed: one hash over the texts of all files.
Result<QString> identityOfFiles(StepContext &context, const DatabaseSwitch &database)
{
    QCryptographicHash all(QCryptographicHash::Sha256);
    for (const EnvFile &file : database.plan.application->envFiles) {
        const Result<QByteArray> text = storeOf(database.plan, file).read(context.cancel);
        if (!text)
            return fail(text.error());
        all.addData(hashOfText(*text).toLatin1());
    }
    return QStringLiteral("%1 files, sha256 %2")
        .arg(database.plan.application->envFiles.size())
        .arg(QLatin1String(all.result().toHex().left(16)));
}

Result<QString> verifySwitch(StepContext &context, const DatabaseSwitch &database)
{
    const Result<DatabaseTarget> target = newTarget(context, database);
    if (!target)
        return fail(target.error());
    const Result<QList<FileEdit>> edits = editsOf(context, database, *target);
    if (!edits)
        return fail(edits.error());
    QStringList open, read;
    for (const FileEdit &one : *edits)
        (one.edit.changesAnything() ? open : read).append(one.store.label());
    if (!open.isEmpty())
        return fail(ErrorCode::NotProved,
                    QStringLiteral("%1 does not lead to the restored database")
                        .arg(open.join(QStringLiteral(", "))),
                    QStringLiteral("Somebody else writes it too; look at it, then try again."));
    return QStringLiteral("read back: %1 leads to %2")
        .arg(read.join(QStringLiteral(", ")), databasePlace(target->direct));
}

Result<QString> undoSwitch(StepContext &context, const DatabaseSwitch &database)
{
    const Result<QString> files = putFilesBack(context, database);
    if (!files)
        return files;
    const Result<QString> processes = restartBack(context, database);
    return processes ? Result<QString>(*files + QStringLiteral("; ") + *processes) : processes;
}

} // namespace

Step switchEnvironment(const DatabaseSwitchPtr &database)
{
    const bool named =
        database->plan.application && !database->plan.application->envFiles.isEmpty();
    return {
        .id = QStringLiteral("switch-environment"),
        .name = QStringLiteral("Switch the database's address"),
        .hazard = Hazard::Reversible,
        .confirmation = Confirmation::Hold,
        .skipReason = named ? QString() : QStringLiteral("the plan names no env files"),
        .deadline = std::chrono::minutes(10),
        .observe = [database](StepContext &context) { return observeSwitch(context, *database); },
        .preview = [database](StepContext &context) { return previewSwitch(context, *database); },
        .preflight =
            [database](StepContext &context) { return preflightSwitch(context, *database); },
        .act = [database](StepContext &context) { return switchFiles(context, *database); },
        .verify = [database](StepContext &context) { return verifySwitch(context, *database); },
        .undo = [database](StepContext &context) { return undoSwitch(context, *database); },
        .identity =
            [database](StepContext &context) { return identityOfFiles(context, *database); }};
}

} // namespace understudy::databasesteps
