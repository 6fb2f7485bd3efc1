// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/databasechoices.h"

#include "core/base/quantity.h"
#include "ui/database/databasewords.h"
#include "ui/parts/momentpicker.h"
#include "ui/parts/momentwords.h"
#include "ui/parts/text.h"
#include "ui/shell/consolestate.h"
#include "ui/wizards/choicebox.h"
#include "ui/wizards/radiobox.h"
#include "ui/wizards/rowgrid.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace understudy::ui {

namespace {

enum FreezeChoice { LeaveRunning, ReadOnly, StopWriters };

QLabel *costLine(const RadioBox *choice, QVBoxLayout *column)
{
    QLabel *cost = label({}, TextRole::Small, choice->parentWidget());
    cost->setWordWrap(true);
    cost->setIndent(choice->wordsFrom());
    column->addWidget(cost);
    return cost;
}

QString cannotStopWriters(const Plan &plan)
{
    using Kind = ProcessesPlan::Kind;
    const Kind kind = plan.application ? plan.application->processes.kind : Kind::None;
    if (kind == Kind::None)
        return DatabaseChoices::tr("Not possible: the plan names no processes.");
    if (kind == Kind::Commands && plan.application->processes.stop.isEmpty())
        return DatabaseChoices::tr("Not possible: the plan names no command that stops a process.");
    return {};
}

} // namespace

DatabaseChoices::DatabaseChoices(const ConsoleState &state, const QDateTime &moment,
                                 GoodMomentDialog::Begin search, QObject *parent)
    : StartChoices(parent)
    , m_state(state)
    , m_first(moment)
    , m_opened(state.now())
    , m_search(std::move(search))
{}

void DatabaseChoices::addRows(RowGrid &rows)
{
    m_picker = new MomentPicker(m_state.ticker());
    m_picker->setFieldName(tr("Go back to"));
    connect(m_picker, &MomentPicker::momentChanged, this, &DatabaseChoices::changed);
    m_known = label({}, TextRole::Body);
    m_known->setObjectName(QStringLiteral("restoreKnown"));
    m_known->setWordWrap(true);
    m_known->setTextFormat(Qt::PlainText);
    rows.addWidget(tr("Go back to"), m_picker);
    if (m_search)
        rows.addWidget(tr("Not known when?"), searchRow());
    rows.addWidget(tr("Known"), m_known);
    const Plan &plan = m_state.plan();
    if (plan.database && plan.database->logicalBackups && plan.database->standby.isSet())
        rows.addWidget(tr("Plan B"), backupRow());
    rows.addWidget(tr("Freeze or not"), freezeChoices());
    connect(&m_state, &ConsoleState::snapshotChanged, this, &DatabaseChoices::refresh);
    refresh();
    if (m_first.isValid())
        m_picker->setMoment(m_first);
}

QWidget *DatabaseChoices::searchRow()
{
    QPushButton *button = new QPushButton(tr("Find the last good moment…"));
    button->setAutoDefault(false);
    connect(button, &QPushButton::clicked, this, [this, button] {
        const RestorableWindow window =
            restorableWindow(m_state.system(QStringLiteral("database")));
        auto *dialog = new GoodMomentDialog(m_search, window.earliest, window.latest, button->window());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &GoodMomentDialog::momentFound, m_picker, &MomentPicker::setMoment);
        dialog->open();
    });
    QWidget *row = new QWidget;
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(button);
    line->addStretch(1);
    return row;
}

QString DatabaseChoices::backupWords() const
{
    const SystemHealth *database = m_state.system(QStringLiteral("database"));
    const Reading *newest = database ? database->reading(QStringLiteral("newest logical backup")) : nullptr;
    return newest && newest->hasNumber()
               ? tr("Load the newest logical backup into the standby instead: %1 old").arg(newest->text())
               : tr("Load the newest logical backup into the standby instead: how old it is is unknown");
}

/// For when nobody can restore to a moment: a backup has a moment of its own.
QWidget *DatabaseChoices::backupRow()
{
    m_backup = new ChoiceBox(backupWords());
    connect(m_backup, &QCheckBox::toggled, this, [this](bool on) {
        m_picker->setEnabled(!on);
        emit changed();
    });
    return m_backup;
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
    column->addSpacing(grid(1) / 2);
    RadioBox *stop = new RadioBox(tr("Stop the writers"), all);
    m_freeze->addButton(stop, StopWriters);
    column->addWidget(stop);
    QLabel *outage = costLine(stop, column);
    const QString cannot = cannotStopWriters(m_state.plan());
    outage->setText(cannot.isEmpty()
                        ? tr("Nothing more is lost, and nobody is served until the processes run "
                             "on the copy: they are stopped now. Asks first.")
                        : cannot);
    stop->setEnabled(cannot.isEmpty());
    stop->setAccessibleDescription(outage->text());
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
    if (m_backup && m_backup->text() != backupWords())
        m_backup->setText(backupWords());
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
    if (m_backup && m_backup->isChecked()) {
        chosen.to = {};
        chosen.fromDump = RunOptions::newestDump();
    }
    const int freeze = m_freeze ? m_freeze->checkedId() : int(LeaveRunning);
    chosen.freeze = freeze == ReadOnly      ? QStringLiteral("read-only")
                    : freeze == StopWriters ? QStringLiteral("stop-writers")
                                            : QString();
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
    if (m_backup && m_backup->isChecked())
        return tr("Begin: look before loading the newest backup of %1").arg(databaseName(m_state.plan()));
    const QDateTime moment = options().to;
    return moment.isValid()
               ? tr("Begin: look before restoring %1 to %2")
                     .arg(databaseName(m_state.plan()), utcText(moment))
               : tr("Begin: look before restoring %1").arg(databaseName(m_state.plan()));
}

QString DatabaseChoices::missing() const
{
    return m_picker && !(m_backup && m_backup->isChecked()) ? m_picker->missing() : QString();
}

} // namespace understudy::ui
