// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/runstore.h"

#include "core/base/log.h"

#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QRegularExpression>

namespace understudy::runstore {

QString newId(const Clock &clock)
{
    const quint32 suffix = QRandomGenerator::system()->generate() & 0xffffU;
    return QStringLiteral("R-%1-%2").arg(clock.now().toString(QStringLiteral("yyyyMMdd-HHmmss")))
        .arg(suffix, 4, 16, QLatin1Char('0'));
}

QString fileOf(const QString &folder, const QString &run)
{
    return folder + QLatin1Char('/') + run + QStringLiteral(".jsonl");
}

QList<RunRecord> all(const QString &folder)
{
    QList<RunRecord> runs;
    const QStringList names = QDir(folder).entryList({QStringLiteral("R-*.jsonl")}, QDir::Files, QDir::Name | QDir::Reversed);
    for (const QString &name : names) {
        const QString run = name.chopped(6);
        Result<RunRecord> record = one(folder, run);
        if (record)
            runs.append(std::move(*record));
        else
            log::warning("recovery", record.error().text());
    }
    return runs;
}

Result<RunRecord> one(const QString &folder, const QString &run)
{
    const Result<JournalReading> reading = entries(folder, run);
    if (!reading)
        return fail(reading.error());
    RunRecord record = RunRecord::of(reading->entries);
    record.view.journalFile = fileOf(folder, run);
    if (record.view.id != run)
        return fail(ErrorCode::JournalBroken, QStringLiteral("%1 is not the journal of a run").arg(fileOf(folder, run)));
    return record;
}

Result<JournalReading> entries(const QString &folder, const QString &run)
{
    static const QRegularExpression shape(QStringLiteral("^R-[0-9]{8}-[0-9]{6}-[0-9a-f]{4}$"));
    if (!shape.match(run).hasMatch() || !QFile::exists(fileOf(folder, run)))
        return fail(ErrorCode::NotFound, QStringLiteral("no run %1").arg(run),
                    QStringLiteral("`understudyctl run list` names the runs there are."));
    return readJournal(fileOf(folder, run));
}

} // namespace understudy::runstore
