// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/databasechoices.h"

#include "core/base/quantity.h"
#include "ui/database/databasewords.h"
#include "ui/parts/momentpicker.h"
#include "ui/parts/momentwords.h"
#include "ui/parts/text.h"
#include "ui/shell/consolestate.h"
#include "ui/wizards/radiobox.h"
#include "ui/wizards/rowgrid.h"

#include <QButtonGroup>
#include <QVBoxLayout>

namespace understudy::ui {

namespace {

enum FreezeChoice { LeaveRunning, ReadOnly };

QLabel *costLine(const RadioBox *choice, QVBoxLayout *column)
{
    QLabel *cost = label({}, TextRole::Small, choice->parentWidget());
    cost->setWordWrap(true);
    cost->setIndent(choice->wordsFrom());
    column->addWidget(cost);
    return cost;
}

} // namespace

DatabaseChoices::DatabaseChoices(const ConsoleState &state, const QDateTime &moment,
                                 QObject *parent)
    : StartChoices(parent)
    , m_state(state)
    , m_first(moment)
    , m_opened(state.now())
{}

void DatabaseChoices::addRows(RowGrid &rows)
{
    m_picker = new MomentPicker(m_state.ticker());
    connect(m_picker, &MomentPicker::momentChanged, this, &DatabaseChoices::changed);
    m_known = label({}, TextRole::Body);
    m_known->setObjectName(QStringLiteral("restoreKnown"));
    m_known->setWordWrap(true);
    m_known->setTextFormat(Qt::PlainText);
    rows.addWidget(tr("Go back to"), m_picker);
    rows.addWidget(tr("Known"), m_known);
    rows.addWidget(tr("Freeze or not"), freezeChoices());
    connect(&m_state, &ConsoleState::snapshotChanged, this, &DatabaseChoices::refresh);
    refresh();
    if (m_first.isValid())
        m_picker->setMoment(m_first);
}

QWidget *DatabaseChoices::freezeChoices()
{
    QWidget *all = new QWidget;
    auto *column = new QVBoxLayout(all);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_freeze = new QButtonGroup(all);
    RadioBox *running = new RadioBox(tr("Leave it running"), all);
    RadioBox *readOnly = new RadioBox(tr("Make it read-only"), all);
    m_freeze->addButton(running, LeaveRunning);
    m_freeze->addButton(readOnly, ReadOnly);
    running->setChecked(true);
    column->addWidget(running);
    m_running = costLine(running, column);
    column->addSpacing(grid(1) / 2);
    column->addWidget(readOnly);
    QLabel *cost = costLine(readOnly, column);
    cost->setText(
        tr("Nothing more is lost, and every write fails until it is over. Sessions are ended "
           "once, now and for the way back. Asks first."));
    readOnly->setAccessibleDescription(cost->text());
    connect(m_freeze, &QButtonGroup::idToggled, this, [this](int, bool on) {
        if (on)
            emit changed();
    });
    return all;
}

QString DatabaseChoices::writingNow() const
{
    const SystemHealth *database = m_state.system(QStringLiteral("database"));
    const Reading *commits = database ? database->reading(QStringLiteral("commits")) : nullptr;
    if (!commits || !commits->hasNumber() || commits->stateAt(m_state.now()) != ReadingState::Fresh)
        return tr("how much is unknown");
    // Readers commit as well, so it is the most that can be lost.
    return tr("at most %1 transactions a minute now")
        .arg(numberText(std::round(commits->number() * 60)));
}

QStringList DatabaseChoices::known() const
{
    const SystemHealth *database = m_state.system(QStringLiteral("database"));
    QStringList lines{windowText(restorableWindow(database))};
    const Reading *kept = database ? database->reading(QStringLiteral("restore window")) : nullptr;
    if (kept && kept->hasNumber() && !kept->isAbnormal())
        lines[0] += tr(" · history is kept for %1")
                        .arg(durationText(Milliseconds(qint64(kept->number() * 1000))));
    const QString trouble = restoreTrouble(database);
    if (!trouble.isEmpty())
        lines << trouble;
    return lines;
}

void DatabaseChoices::refresh()
{
    const SystemHealth *database = m_state.system(QStringLiteral("database"));
    m_picker->setWindow(restorableWindow(database));
    m_picker->setMarks(restoreMarks(m_state));
    setTextIfChanged(m_known, known().join(QLatin1Char('\n')));
    setStyleProperty(m_known, "tone",
                     restoreTrouble(database).isEmpty() ? QString() : QStringLiteral("warning"));
    setTextIfChanged(m_running, tr("What is written after the moment is lost by going back: %1. "
                                   "Nobody is kept from working; there is nothing to undo.")
                                    .arg(writingNow()));
    m_freeze->button(LeaveRunning)->setAccessibleDescription(m_running->text());
}

RunOptions DatabaseChoices::options() const
{
    RunOptions chosen{.scenario = QStringLiteral("database")};
    chosen.to = m_picker ? m_picker->moment() : QDateTime();
    chosen.freeze =
        m_freeze && m_freeze->checkedId() == ReadOnly ? QStringLiteral("read-only") : QString();
    return chosen;
}

/// The steps are the same whatever the moment.
RunOptions DatabaseChoices::outlineOptions() const
{
    RunOptions chosen = options();
    chosen.to = m_opened;
    return chosen;
}

QString DatabaseChoices::buttonText() const
{
    const QDateTime moment = options().to;
    return moment.isValid()
               ? tr("Begin: look before restoring %1 to %2")
                     .arg(databaseName(m_state.plan()), utcText(moment))
               : tr("Begin: look before restoring %1").arg(databaseName(m_state.plan()));
}

QString DatabaseChoices::missing() const
{
    return m_picker ? m_picker->missing() : QString();
}

} // namespace understudy::ui
