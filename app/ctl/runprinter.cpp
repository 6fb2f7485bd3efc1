// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/runprinter.h"

#include "app/ctl/output.h"
#include "core/base/quantity.h"

namespace understudy::ctl {
namespace {

/// Lines that only the journal has are no events of the contract.
bool isContractEvent(const QString &event)
{
    static const QStringList words{QStringLiteral("preflight"), QStringLiteral("intent"),   QStringLiteral("acted"),
                                   QStringLiteral("retried"),   QStringLiteral("verified"), QStringLiteral("failed"),
                                   QStringLiteral("undone"),    QStringLiteral("skipped"),  QStringLiteral("overridden"),
                                   QStringLiteral("external"),  QStringLiteral("unknown"),  QStringLiteral("needs_operator"),
                                   QStringLiteral("waiting_commit")};
    return words.contains(event);
}

/// The one thing of an entry's detail that a person wants to read on its line.
QString gist(const QJsonObject &detail)
{
    for (const char *key : {"evidence", "reason", "reply", "found", "why", "explanation"}) {
        const QJsonValue value = detail.value(QLatin1String(key));
        if (value.isString() && !value.toString().isEmpty())
            return value.toString();
        if (value.isObject() && value.toObject().contains(QLatin1String("message")))
            return value.toObject().value(QLatin1String("message")).toString();
    }
    const QJsonObject error = detail.value(QLatin1String("error")).toObject();
    return error.value(QLatin1String("message")).toString();
}

} // namespace

void RunPrinter::entry(const JournalEntry &entry)
{
    if (!isContractEvent(entry.event))
        return;
    if (m_json) {
        printJson(QJsonDocument(QJsonObject{{QStringLiteral("at"), toRfc3339(entry.at)},
                                            {QStringLiteral("run"), entry.run},
                                            {QStringLiteral("step"), entry.step},
                                            {QStringLiteral("event"), entry.event},
                                            {QStringLiteral("detail"), entry.detail}}));
        return;
    }
    const QString name = m_names.value(entry.step, entry.step);
    const QString what = gist(entry.detail);
    print(QStringLiteral("%1  %2%3%4").arg(entry.at.toString(QStringLiteral("HH:mm:ss.zzz")),
                                           name.isEmpty() ? QString() : name + QStringLiteral(": "),
                                           QString(entry.event).replace(QLatin1Char('_'), QLatin1Char(' ')),
                                           what.isEmpty() ? QString() : QStringLiteral(": ") + what));
}

void RunPrinter::view(const RunView &view)
{
    for (const StepView &step : view.steps) {
        m_names[step.id] = step.name;
        if (m_json)
            continue;
        QDateTime &told = m_told[step.id];
        for (const OutputLine &line : step.output) {
            if (!told.isValid() || line.at > told)
                tell(QStringLiteral("              %1").arg(line.text));
        }
        if (!step.output.isEmpty())
            told = step.output.last().at;
    }
}

int RunPrinter::end(const RunResult &result)
{
    if (m_json) {
        printJson(QJsonDocument(result.toJson()));
    } else {
        QString line = result.outcome.isEmpty() ? QStringLiteral("stands still") : QString(result.outcome).replace(QLatin1Char('_'), QLatin1Char(' '));
        if (const int open = result.view.count(StepState::Unknown); open > 0)
            line += QStringLiteral(", but %1 not proved").arg(open == 1 ? QStringLiteral("one step is") : QStringLiteral("%1 steps are").arg(open));
        if (!result.run.isEmpty())
            line += QStringLiteral(" · run ") + result.run;
        if (result.recoveryTime)
            line += QStringLiteral(" · recovery time ") + durationText(*result.recoveryTime);
        const QString kind = result.dataLoss.value(QLatin1String("kind")).toString();
        const QString words = result.dataLoss.value(QLatin1String("text")).toString();
        const QString loss = kind == QLatin1String("bounded") && !words.isEmpty() ? words : kind;
        if (!loss.isEmpty() && result.outcome != QLatin1String("refused")) // then nothing was done
            line += QStringLiteral(" · data loss ") + loss;
        print(line);
        if (!result.explanation.isEmpty())
            tell(result.explanation);
        for (const StepView &step : result.view.steps) {
            if (step.state == StepState::Unknown)
                tell(QStringLiteral("Not proved: %1: %2").arg(step.name, step.result));
        }
        if (result.commitUntil.isValid())
            tell(QStringLiteral("Keep it or go back until %1: understudyctl run keep %2 | run undo %2")
                     .arg(toRfc3339(result.commitUntil), result.run));
        for (const QString &note : result.pagerNotes)
            tell(note);
        if (!result.confirm.isEmpty())
            tell(QStringLiteral("To do it, add: --confirm '%1'").arg(result.confirm));
    }
    if (result.error)
        tell(*result.error);
    return result.exitCode();
}

} // namespace understudy::ctl
