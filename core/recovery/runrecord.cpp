// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/runrecord.h"

#include "core/base/quantity.h"
#include "core/recovery/errorjson.h"

#include <QJsonArray>

namespace understudy {
namespace {

using Phase = StepRecord::Phase;

QString text(const QJsonObject &json, const char *key) { return json[QLatin1String(key)].toString(); }

QDateTime time(const QJsonObject &json, const char *key)
{
    return QDateTime::fromString(text(json, key), Qt::ISODateWithMs).toUTC();
}

template<typename Value, typename Name>
Value named(const QString &word, std::initializer_list<Value> values, Name name)
{
    for (const Value value : values) {
        if (name(value) == word)
            return value;
    }
    return *values.begin();
}

StepView stepView(const QJsonObject &json)
{
    return {.id = text(json, "id"),
            .name = text(json, "name"),
            .hazard = named(text(json, "hazard"), {Hazard::None, Hazard::Reversible, Hazard::ReversibleWithLoss,
                                                   Hazard::Irreversible}, hazardName),
            .confirmation = named(text(json, "confirmation"), {Confirmation::None, Confirmation::Click,
                                                               Confirmation::Hold, Confirmation::Phrase},
                                  confirmationName),
            .optional = json[QStringLiteral("optional")].toBool(),
            .canUndo = json[QStringLiteral("can_undo")].toBool(),
            .confirmedWith = text(json, "confirmed_with")};
}

void open(RunRecord &record, const JournalEntry &entry)
{
    const QJsonObject &detail = entry.detail;
    const QJsonObject plan = detail[QStringLiteral("plan")].toObject();
    RunView &view = record.view;
    view.id = entry.run;
    view.scenario = text(detail, "scenario");
    view.title = text(detail, "title");
    view.mode = named(text(detail, "mode"), {Mode::Production, Mode::Staging, Mode::Lab, Mode::Tabletop, Mode::Replay},
                      modeName);
    view.planVersion = text(plan, "version");
    view.planName = text(plan, "name");
    view.phrase = text(detail, "phrase");
    view.objective = text(detail, "objective");
    view.within = Milliseconds(detail[QStringLiteral("within_ms")].toInteger());
    const QDateTime began = time(detail, "outage_began");
    view.began = began.isValid() ? began : entry.at;
    record.planPath = text(plan, "path");
    record.resource = text(detail, "resource");
    record.options = RunOptions::fromJson(detail[QStringLiteral("options")].toObject());
    record.facts.insert(QStringLiteral("run"), QJsonObject{{QStringLiteral("outage_began"), text(detail, "outage_began")},
                                                           {QStringLiteral("began"), toRfc3339(view.began)},
                                                           {QStringLiteral("opened_at"), toRfc3339(entry.at)},
                                                           {QStringLiteral("last_master_offset"), record.options.lastMasterOffset}});
    for (const QJsonValue &step : detail[QStringLiteral("steps")].toArray()) {
        view.steps.append(stepView(step.toObject()));
        record.steps.append(StepRecord{.holds = step.toObject()[QStringLiteral("holds")].toBool(),
                                       .courtesy = step.toObject()[QStringLiteral("courtesy")].toBool()});
    }
}

QList<PreflightCheck> checks(const QJsonObject &detail)
{
    using Verdict = PreflightCheck::Verdict;
    QList<PreflightCheck> list;
    for (const QJsonValue &value : detail[QStringLiteral("checks")].toArray()) {
        const QJsonObject json = value.toObject();
        list.append({.check = text(json, "check"),
                     .verdict = named(text(json, "verdict"), {Verdict::Unknown, Verdict::Pass, Verdict::Warn, Verdict::Fail},
                                      verdictName),
                     .why = text(json, "why")});
    }
    return list;
}

void note(StepView &view, const JournalEntry &entry, const QString &words)
{
    if (words.isEmpty())
        return;
    view.output.append({entry.at, words});
    if (view.output.size() > 200)
        view.output.removeFirst();
}

QString problemText(const QJsonObject &detail)
{
    return errorFromJson(detail[QStringLiteral("error")].toObject()).text();
}

/// Moves one step on by one entry.
void applyToStep(RunRecord &record, int index, const JournalEntry &entry)
{
    const QString &event = entry.event;
    StepRecord &step = record.steps[index];
    StepView &view = record.view.steps[index];
    const bool undo = entry.detail[QStringLiteral("undo")].toBool();
    const auto move = [&](Phase phase, StepState state, const QString &result) {
        step.phase = phase;
        view.state = state;
        if (!result.isEmpty())
            view.result = result;
    };
    if (event == QLatin1String("preflight")) {
        view.preflight = checks(entry.detail);
    } else if (event == QLatin1String("intent")) {
        move(undo ? Phase::Undoing : Phase::Intended, StepState::Acting, {});
        step.mayHaveActed = true;
        view.startedAt = entry.at;
        note(view, entry, undo ? QStringLiteral("going back") : QString());
    } else if (event == QLatin1String("acted")) {
        move(Phase::Acted, StepState::Proving, {});
        note(view, entry, text(entry.detail, "reply"));
    } else if (event == QLatin1String("retried")) {
        note(view, entry, text(entry.detail, "why"));
    } else if (event == QLatin1String("verified")) {
        move(Phase::Verified, StepState::Done, text(entry.detail, "evidence"));
    } else if (event == QLatin1String("skipped")) {
        move(Phase::Skipped, StepState::Skipped, text(entry.detail, "reason"));
    } else if (event == QLatin1String("overridden")) {
        move(Phase::Overridden, StepState::Overridden, text(entry.detail, "reason"));
    } else if (event == QLatin1String("failed")) {
        move(undo ? Phase::Undoing : Phase::Failed, StepState::Failed, problemText(entry.detail));
        if (entry.detail[QStringLiteral("done")] == QJsonValue(false))
            step.mayHaveActed = false;
    } else if (event == QLatin1String("unknown")) {
        move(entry.detail[QStringLiteral("advisory")].toBool() ? Phase::Verified : Phase::Unknown, StepState::Unknown,
             problemText(entry.detail));
    } else if (event == QLatin1String("undone")) {
        step.isLeft = entry.detail[QStringLiteral("left")].toBool();
        move(Phase::Undone, step.isLeft ? StepState::Overridden : StepState::Undone, text(entry.detail, "evidence"));
        step.mayHaveActed = false;
    } else if (event == QLatin1String("external")) {
        note(view, entry, text(entry.detail, "what"));
    }
    if (step.isOver() || step.phase == Phase::Undone) {
        const QDateTime from = view.startedAt.isValid() ? view.startedAt : record.lastAt;
        view.took = Milliseconds(from.msecsTo(entry.at));
    }
}

/// An alert that came before anything that the console saw: the outage is at least that old.
void startClock(RunRecord &record, const QDateTime &alertAt)
{
    if (!alertAt.isValid() || alertAt >= record.view.began)
        return;
    record.view.began = alertAt;
    QJsonObject run = record.facts[QStringLiteral("run")].toObject();
    run.insert(QStringLiteral("outage_began"), toRfc3339(alertAt));
    run.insert(QStringLiteral("began"), toRfc3339(alertAt));
    record.facts.insert(QStringLiteral("run"), run);
}

/// What was proved on the way there says nothing of where the run has gone back to.
void outdateProofs(RunRecord &record)
{
    for (qsizetype i = 0; i < record.view.steps.size(); ++i) {
        StepView &view = record.view.steps[i];
        if (record.steps[i].phase != Phase::Verified || record.steps[i].mayHaveActed)
            continue;
        view.state = StepState::Undone;
        view.result = QStringLiteral("before the run went back: %1").arg(view.result);
    }
}

void applyToRun(RunRecord &record, const JournalEntry &entry)
{
    RunView &view = record.view;
    const QString &event = entry.event;
    if (event == QLatin1String("waiting_commit")) {
        record.waitingCommit = true;
        view.state = RunView::State::WaitingCommit;
        view.commitUntil = time(entry.detail, "commit_until");
    } else if (event == QLatin1String("needs_operator")) {
        view.state = RunView::State::WaitingForOperator;
        view.explanation = text(entry.detail, "explanation");
    } else if (event == QLatin1String("decided") && text(entry.detail, "decision") == QLatin1String("undo")) {
        record.undoing = true;
        record.waitingCommit = false;
        view.state = RunView::State::Running;
    } else if (event == QLatin1String("closed")) {
        record.closed = true;
        record.waitingCommit = false;
        view.state = RunView::State::Ended;
        view.commitUntil = {};
        view.outcome = text(entry.detail, "outcome");
        if (view.outcome == QLatin1String("undone")) {
            outdateProofs(record);
            view.recoveryTime.reset(); // what it recovered is given up
            view.dataLoss.clear();
        }
        view.explanation = text(entry.detail, "explanation");
    }
    if (entry.detail.contains(QStringLiteral("data_loss"))) {
        view.dataLoss = text(entry.detail[QStringLiteral("data_loss")].toObject(), "text");
        const QJsonValue recovery = entry.detail[QStringLiteral("recovery_time_ms")];
        if (recovery.isDouble())
            view.recoveryTime = Milliseconds(recovery.toInteger());
    }
}

} // namespace

void RunRecord::apply(const JournalEntry &entry)
{
    ++entries;
    if (entry.event == QLatin1String("opened")) {
        open(*this, entry);
        lastAt = entry.at;
        return;
    }
    const int index = indexOf(entry.step);
    const QJsonObject more = entry.detail[QStringLiteral("facts")].toObject();
    if (!more.isEmpty()) {
        const QString key = entry.step.isEmpty() ? QStringLiteral("run") : entry.step;
        QJsonObject known = facts[key].toObject();
        for (QJsonObject::const_iterator it = more.begin(); it != more.end(); ++it)
            known.insert(it.key(), it.value());
        facts.insert(key, known);
        startClock(*this, time(more, "alert_at"));
        if (more.contains(QStringLiteral("concern")))
            view.concern = text(more, "concern");
        if (more.contains(QStringLiteral("undo_loss")))
            view.undoLoss = text(more, "undo_loss");
    }
    if (index >= 0) {
        const bool begins = entry.event != QLatin1String("preflight");
        if (begins)
            view.current = index;
        if (begins && (view.state == RunView::State::Preparing || view.state == RunView::State::WaitingForOperator))
            view.state = RunView::State::Running;
        applyToStep(*this, index, entry);
    }
    applyToRun(*this, entry);
    lastAt = entry.at;
}

int RunRecord::indexOf(const QString &step) const
{
    for (int i = 0; i < view.steps.size(); ++i) {
        if (view.steps.at(i).id == step)
            return i;
    }
    return -1;
}

bool RunRecord::mayHaveActed() const
{
    for (const StepRecord &step : steps) {
        if (step.mayHaveActed && !step.holds && !step.courtesy)
            return true;
    }
    return false;
}

RunRecord RunRecord::of(const QList<JournalEntry> &entries)
{
    RunRecord record;
    for (const JournalEntry &entry : entries)
        record.apply(entry);
    return record;
}

QJsonObject RunRecord::opening(const Recipe &recipe, const RunOptions &options, const Plan &plan,
                               const QDateTime &outageBegan)
{
    QJsonArray steps;
    for (const Step &step : recipe.steps) {
        steps.append(QJsonObject{{QStringLiteral("id"), step.id},
                                 {QStringLiteral("name"), step.name},
                                 {QStringLiteral("hazard"), hazardName(step.hazard)},
                                 {QStringLiteral("confirmation"), confirmationName(step.confirmation)},
                                 {QStringLiteral("optional"), step.optional},
                                 {QStringLiteral("can_undo"), step.undo || step.holds},
                                 {QStringLiteral("confirmed_with"), step.confirmedWith},
                                 {QStringLiteral("holds"), step.holds},
                                 {QStringLiteral("courtesy"), step.courtesy}});
    }
    return {{QStringLiteral("scenario"), recipe.scenario},
            {QStringLiteral("title"), recipe.title},
            {QStringLiteral("resource"), recipe.resource},
            {QStringLiteral("phrase"), QString(confirmPrefix(plan.mode) + recipe.phrase)},
            {QStringLiteral("objective"), recipe.objective},
            {QStringLiteral("within_ms"), qint64(recipe.within.count())},
            {QStringLiteral("mode"), modeName(plan.mode)},
            {QStringLiteral("plan"), QJsonObject{{QStringLiteral("name"), plan.name},
                                                 {QStringLiteral("version"), plan.version},
                                                 {QStringLiteral("path"), plan.path}}},
            {QStringLiteral("options"), options.toJson()},
            {QStringLiteral("outage_began"), outageBegan.isValid() ? toRfc3339(outageBegan) : QString()},
            {QStringLiteral("program"), QStringLiteral("understudy " UNDERSTUDY_VERSION)},
            {QStringLiteral("steps"), steps}};
}

} // namespace understudy
