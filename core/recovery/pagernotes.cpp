// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/pagernotes.h"

#include "core/base/log.h"
#include "core/base/quantity.h"
#include "core/base/redact.h"
#include "core/recovery/alertdesk.h"

#include <QJsonArray>

namespace understudy {
namespace {

constexpr qsizetype mostNotes = 3;
constexpr qsizetype textLimit = 2000;

QString outcomeWords(const JournalEntry &entry, const RunView &view)
{
    if (entry.event == QLatin1String("waiting_commit"))
        return QStringLiteral("recovered and proved; it can be undone until %1").arg(toRfc3339(view.commitUntil));
    if (entry.event == QLatin1String("needs_operator"))
        return QStringLiteral("stands still and needs an operator: %1").arg(view.explanation);
    return view.explanation.isEmpty() ? view.outcome : QStringLiteral("%1: %2").arg(view.outcome, view.explanation);
}

QStringList send(AlertDesk &desk, const QJsonArray &incidents, const QString &text, const JournalHead &head, const CancelToken &cancel)
{
    QStringList told;
    for (const QJsonValue &value : incidents) {
        const QJsonObject incident = value.toObject();
        const QString name = QStringLiteral("#%1").arg(incident[QStringLiteral("number")].toInt());
        const Result<Unit> noted = desk.addNote(incident[QStringLiteral("id")].toString(), text, cancel);
        if (!noted)
            log::warning("recovery", QStringLiteral("no note on %1: %2").arg(name, noted.error().text()));
        told.append(noted ? QStringLiteral("Noted on PagerDuty's %1: journal of %2 entries, last hash %3")
                                .arg(name).arg(head.entries).arg(QString::fromLatin1(head.hash))
                          : QStringLiteral("Not noted on PagerDuty's %1: %2").arg(name, noted.error().text()));
    }
    return told;
}

} // namespace

PagerNotes::PagerNotes(const Plan &plan, const SecretResolver &secrets, RunRecord record, CancelToken cancel)
    : m_paging(plan.paging), m_secrets(secrets), m_record(std::move(record)), m_cancel(std::move(cancel)),
      m_acted(m_record.mayHaveActed())
{
}

bool PagerNotes::isWorthTelling(const JournalEntry &entry) const
{
    static const QStringList events{QStringLiteral("waiting_commit"), QStringLiteral("needs_operator"), QStringLiteral("closed")};
    if (!m_paging.canAct() || !events.contains(entry.event))
        return false;
    const int index = m_record.indexOf(QStringLiteral("acknowledge"));
    const bool acknowledged = index >= 0 && m_record.steps.at(index).mayHaveActed;
    return m_acted || (acknowledged && m_record.view.outcome == QLatin1String("recovered"));
}

void PagerNotes::take(const JournalEntry &entry)
{
    m_record.apply(entry);
    m_acted = m_acted || m_record.mayHaveActed();
    if (!isWorthTelling(entry))
        return;
    // Those that this run has acknowledged, then the newest: a forgotten alert of old has nothing to do with it.
    const QJsonObject seen = m_record.facts[QStringLiteral("acknowledge")].toObject();
    const QJsonArray all = seen[QStringLiteral("incidents")].toArray();
    const QJsonArray mine = seen[QStringLiteral("acknowledging")].toArray();
    QJsonArray incidents;
    for (const bool acknowledged : {true, false}) {
        for (qsizetype i = all.size(); i-- > 0;) {
            const bool ours = mine.contains(all[i].toObject()[QStringLiteral("id")]);
            if (ours == acknowledged && incidents.size() < mostNotes)
                incidents.append(all[i]);
        }
    }
    if (incidents.isEmpty())
        return;
    m_sent.push_back(std::async(std::launch::async, [this, incidents, text = textFor(entry), head = JournalHead{entry.number, entry.hash}] {
        AlertDesk desk(m_paging, m_secrets);
        return send(desk, incidents, text, head, m_cancel);
    }));
}

QString PagerNotes::textFor(const JournalEntry &entry) const
{
    const RunView &view = m_record.view;
    QStringList lines{QStringLiteral("Understudy, run %1. %2: %3.").arg(view.id, view.title, outcomeWords(entry, view))};
    QStringList done;
    for (const StepView &step : view.steps) {
        if (step.state == StepState::Done && !step.result.isEmpty())
            done.append(QStringLiteral("%1 (%2)").arg(step.name, step.result.left(160)));
    }
    if (view.recoveryTime)
        lines.append(QStringLiteral("Recovery time %1, counted from %2.").arg(durationText(*view.recoveryTime), toRfc3339(view.began)));
    if (!view.dataLoss.isEmpty())
        lines.append(QStringLiteral("Data loss: %1.").arg(view.dataLoss));
    const QString anchor = QStringLiteral("Journal %1: %2 entries, last hash %3.")
                               .arg(view.id).arg(entry.number).arg(QString::fromLatin1(entry.hash));
    // The anchor is what a later check needs: the rest is cut before it is.
    const QString body = redacted(lines.join(QLatin1Char('\n')) + QStringLiteral("\nDone: ") + done.join(QStringLiteral("; ")));
    QString text = body.left(textLimit - anchor.size() - 40) + QLatin1Char('\n') + anchor;
    // What leaves the console in a drill must not be taken for the real thing.
    const bool drill = view.mode == Mode::Lab || view.mode == Mode::Tabletop || view.mode == Mode::Replay;
    return drill ? QStringLiteral("EXERCISE. %1 EXERCISE").arg(text) : text;
}

QStringList PagerNotes::wait()
{
    QStringList told;
    for (std::future<QStringList> &one : m_sent)
        told += one.get();
    m_sent.clear();
    return told;
}

} // namespace understudy
