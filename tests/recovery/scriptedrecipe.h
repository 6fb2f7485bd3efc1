// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/manualclock.h"
#include "core/journal/journal.h"
#include "core/recovery/runner.h"
#include "core/recovery/runstore.h"

#include <QTemporaryDir>

#include <deque>

namespace understudy {

/// Answers from a list; after its end, nothing: the run stands still.
class ScriptedOperator : public Operator
{
public:
    std::deque<Decision> answers;
    QList<Question> asked;
    std::optional<Decision> ask(const Question &question, const CancelToken &) override
    {
        asked.append(question);
        if (answers.empty())
            return std::nullopt;
        Decision answer = answers.front();
        answers.pop_front();
        answer.step = question.step;
        return answer;
    }
};

/// A world of switches that a scripted recipe turns, its journal, and one sitting after another.
class ScriptedRun
{
public:
    ManualClock clock;
    QTemporaryDir folder;
    ScriptedOperator person;
    Plan plan;
    QStringList world;  ///< names of the steps whose effect stands
    QStringList called; ///< functions that were called, "act a"
    std::function<Recipe()> recipe;
    bool hold = false;
    std::optional<Decision::Kind> atCommit;

    /// A step that adds its id to the world, and takes it away again.
    Step step(const QString &id, Confirmation confirmation = Confirmation::None)
    {
        return {.id = id,
                .name = id,
                .hazard = Hazard::Reversible,
                .confirmation = confirmation,
                .observe = [this, id](StepContext &) {
                    return Observation{world.contains(id) ? Observation::Sight::AlreadyTrue : Observation::Sight::NotYet, id};
                },
                .act = [this, id](StepContext &) -> Result<QString> {
                    called.append(QStringLiteral("act ") + id);
                    world.append(id);
                    return QStringLiteral("OK");
                },
                .verify = [this, id](StepContext &) -> Result<QString> {
                    if (world.contains(id))
                        return QStringLiteral("%1 stands").arg(id);
                    return fail(ErrorCode::NotProved, QStringLiteral("%1 does not stand").arg(id));
                },
                .undo = [this, id](StepContext &) -> Result<QString> {
                    called.append(QStringLiteral("undo ") + id);
                    world.removeAll(id);
                    return QStringLiteral("gone");
                }};
    }

    static Step keep() { return {.id = QStringLiteral("keep"), .name = QStringLiteral("Keep, or go back"), .commit = true}; }

    Recipe of(std::vector<Step> steps)
    {
        return {.scenario = QStringLiteral("scripted"),
                .title = QStringLiteral("Scripted"),
                .resource = QStringLiteral("world"),
                .phrase = QStringLiteral("turn the world"),
                .steps = std::move(steps),
                .release = [this](StepContext &) -> Result<QString> {
                    called.append(QStringLiteral("release"));
                    world.removeAll(QStringLiteral("fence"));
                    return QString();
                }};
    }

    QString file() const { return folder.filePath(QStringLiteral("run.jsonl")); }

    /// Begins, or goes on with what the journal holds.
    RunResult sit()
    {
        const Result<std::unique_ptr<JournalWriter>> journal = JournalWriter::open(file(), clock);
        const Recipe made = recipe();
        RunRecord record = RunRecord::of(readJournal(file())->entries);
        const bool resumed = record.entries > 0;
        if (!resumed) {
            const Result<JournalEntry> opened = (*journal)->append(
                {.run = QStringLiteral("R-1"), .event = QStringLiteral("opened"),
                 .detail = RunRecord::opening(made, {}, plan, {})});
            record = RunRecord::of({*opened});
        }
        return Runner({.recipe = made, .record = record, .journal = **journal, .person = person, .clock = clock,
                       .commitWindow = plan.commitWindow, .resumed = resumed, .hold = hold, .atCommit = atCommit})
            .run();
    }

    /// "step event" of each entry, without those that only show.
    QStringList events() const
    {
        QStringList list;
        const Result<JournalReading> reading = readJournal(file());
        for (const JournalEntry &entry : reading->entries) {
            if (entry.event != QLatin1String("opened"))
                list.append(QStringLiteral("%1 %2").arg(entry.step, entry.event).trimmed());
        }
        return list;
    }

    /// Leaves only the first `number` entries, as a crash would.
    void cutAfter(qsizetype number) const
    {
        QFile journal(file());
        if (!journal.open(QIODevice::ReadWrite))
            return;
        qint64 end = 0;
        for (qsizetype i = 0; i < number; ++i)
            end += journal.readLine().size();
        journal.resize(end);
    }
};

} // namespace understudy
