// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/switchfiles.h"

#include "core/systems/shell/hostprogram.h"

#include <QCryptographicHash>

namespace understudy::databasesteps {
namespace {

QJsonObject fileFacts(const StepContext &context)
{
    return context.facts[QStringLiteral("switch-environment")]
        .toObject()[QStringLiteral("files")]
        .toObject();
}

/// A restart of the console finds what it was about to do: the same tag leads to the same backup.
QJsonObject factOf(const QJsonObject &known, const FileEdit &one, const Clock &clock)
{
    const QString before = hashOfText(one.look.text);
    const bool same = known[QStringLiteral("before")].toString() == before;
    const QString tag = same ? known[QStringLiteral("tag")].toString() : EnvFileStore::tagOf(clock);
    return {{QStringLiteral("host"), one.file.host},
            {QStringLiteral("path"), one.store.path()},
            {QStringLiteral("tag"), tag},
            {QStringLiteral("backup"), EnvFileStore::backupOf(one.look.target, tag)},
            {QStringLiteral("before"), before},
            {QStringLiteral("after"), hashOfText(one.edit.text())}};
}

/// Puts one file back; `words` tells what was found.
Result<QString> putBack(StepContext &context, const DatabaseSwitch &database, const QString &label,
                        const QJsonObject &fact)
{
    const Host host = hostOf(database.plan, fact[QStringLiteral("host")].toString());
    const EnvFileStore store(fact[QStringLiteral("path")].toString(), host);
    const QString backup = fact[QStringLiteral("backup")].toString(),
                  before = fact[QStringLiteral("before")].toString();
    const Result<QByteArray> now = store.read(context.cancel);
    if (!now)
        return fail(now.error());
    if (hashOfText(*now) == before)
        return QStringLiteral("%1 holds its old text").arg(label);
    if (hashOfText(*now) != fact[QStringLiteral("after")].toString())
        return fail(ErrorCode::TargetChanged,
                    QStringLiteral("%1 has been changed since it was switched").arg(label),
                    QStringLiteral("It was left alone. Its text before the switch is in %1: "
                                   "compare, and put it back by hand.")
                        .arg(backup));
    const Result<QByteArray> old = EnvFileStore(backup, host).read(context.cancel);
    if (!old)
        return fail(old.error());
    if (hashOfText(*old) != before)
        return fail(ErrorCode::TargetChanged,
                    QStringLiteral("the backup %1 is not what this run left").arg(backup),
                    QStringLiteral("Nothing was put back from it; change %1 by hand.").arg(label));
    const Result<QString> put = store.replace(
        *now, *old, EnvFileStore::tagOf(context.clock) + QStringLiteral("-undone"), context.cancel);
    if (!put)
        return fail(put.error());
    return QStringLiteral("%1 is put back").arg(label);
}

/// One file could not be written: nothing stays half-switched. `noted` holds that file too: an answer that was lost
/// says nothing of what has become of it. Not after a cancel, which is to end at once.
Error takenBack(StepContext &context, const DatabaseSwitch &database, const QJsonObject &noted,
                Error problem)
{
    if (problem.code == ErrorCode::Cancelled) {
        problem.hint = QStringLiteral("Some files may be switched; go on, or undo.");
        return problem;
    }
    QStringList stuck;
    for (auto one = noted.begin(); one != noted.end(); ++one) {
        if (const Result<QString> back = putBack(context, database, one.key(), one->toObject());
            !back)
            stuck.append(back.error().text());
        else
            context.say(*back);
    }
    if (!stuck.isEmpty())
        problem.cause += QStringLiteral("; ") + stuck.join(QStringLiteral("; "));
    problem.hint += stuck.isEmpty()
                        ? QStringLiteral(" No file is switched; this step can be tried again.")
                        : QStringLiteral(" What has become of some files is not known, or they stay switched: see the cause. Try again, or undo.");
    return problem;
}

} // namespace

bool filesWereSwitched(const StepContext &context) { return !fileFacts(context).isEmpty(); }

QString hashOfText(const QByteArray &text)
{
    return QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex());
}

Result<QList<FileEdit>> editsOf(StepContext &context, const DatabaseSwitch &database,
                                const DatabaseTarget &target)
{
    QList<FileEdit> edits;
    for (const EnvFile &file : database.plan.application->envFiles) {
        const EnvFileStore store = storeOf(database.plan, file);
        const Result<EnvFileLook> seen = store.look(context.cancel);
        if (!seen)
            return fail(seen.error());
        const Result<EnvEdit> edit =
            EnvEdit::make(seen->text, file.keys, [&target](const QString &key, const Secret &old) {
                return leadsTo(key, old, target) ? Result<Secret>(old)
                                                 : movedValue(key, old, target);
            });
        if (!edit)
            return fail(edit.error().code,
                        QStringLiteral("%1: %2").arg(store.label(), edit.error().message),
                        edit.error().hint);
        edits.append({file, store, *seen, *edit});
    }
    return edits;
}

Result<QString> switchFiles(StepContext &context, const DatabaseSwitch &database)
{
    const Result<DatabaseTarget> target = newTarget(context, database);
    if (!target)
        return fail(target.error());
    // All are looked at before one is touched.
    const Result<QList<FileEdit>> edits = editsOf(context, database, *target);
    if (!edits)
        return fail(edits.error());
    for (const FileEdit &one : *edits) {
        if (one.edit.changesAnything() && one.look.obstacle)
            return fail(*one.look.obstacle);
    }
    QJsonObject files = fileFacts(context);
    int written = 0;
    for (const FileEdit &one : *edits) {
        const QString label = one.store.label();
        if (!one.edit.changesAnything()) {
            context.say(QStringLiteral("%1 leads there already").arg(label));
            continue;
        }
        const QJsonObject fact = factOf(files[label].toObject(), one, context.clock);
        files.insert(label, fact);
        if (const Result<Unit> noted = context.note({{QStringLiteral("files"), files}}); !noted)
            return fail(noted.error());
        const Result<QString> backup = one.store.replace(
            one.look.text, one.edit.text(), fact[QStringLiteral("tag")].toString(), context.cancel);
        if (!backup)
            return fail(takenBack(context, database, files, backup.error()));
        ++written;
        context.say(QStringLiteral("%1 is switched; its old text is in %2").arg(label, *backup));
    }
    return QStringLiteral("%1 files switched to %2")
        .arg(written)
        .arg(databasePlace(target->direct));
}

Result<QString> putFilesBack(StepContext &context, const DatabaseSwitch &database)
{
    const QJsonObject files = fileFacts(context);
    QStringList back;
    std::optional<Error> problem;
    QStringList stuck;
    for (auto one = files.begin(); one != files.end(); ++one) {
        const Result<QString> put = putBack(context, database, one.key(), one->toObject());
        if (put) {
            back.append(*put);
            context.say(*put);
            continue;
        }
        problem = problem ? problem : put.error();
        stuck.append(put.error().message);
    }
    if (!problem)
        return back.isEmpty() ? QStringLiteral("no file was switched")
                              : back.join(QStringLiteral("; "));
    return fail(problem->code, stuck.join(QStringLiteral("; ")), problem->hint, problem->cause);
}

} // namespace understudy::databasesteps
