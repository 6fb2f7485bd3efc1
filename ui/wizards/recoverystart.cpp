// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/recoverystart.h"

#include "core/base/quantity.h"
#include "ui/parts/text.h"
#include "ui/wizards/choicebox.h"
#include "ui/wizards/rowgrid.h"
#include "ui/wizards/runwords.h"

#include <QComboBox>
#include <QGridLayout>
#include <QVBoxLayout>

namespace understudy::ui {

namespace {

bool anySentinelAnswers(const RedisTopology &topology)
{
    for (const SentinelOpinion &sentinel : topology.sentinels) {
        if (sentinel.answers)
            return true;
    }
    return false;
}

/// What a step can cost, and whether there is a way back.
QString costOf(const StepView &step)
{
    if (step.state == StepState::Skipped)
        return RecoveryStart::tr("left out: %1").arg(step.result);
    if (step.hazard == Hazard::None)
        return step.confirmation == Confirmation::None ? RecoveryStart::tr("changes nothing")
                                                       : RecoveryStart::tr("puts nothing at risk");
    if (!step.canUndo) {
        return step.preview.loss.isEmpty()
                   ? RecoveryStart::tr("point of no return")
                   : RecoveryStart::tr("point of no return, %1").arg(step.preview.loss);
    }
    return hazardWords(step) + QStringLiteral(", ") + RecoveryStart::tr("has a way back");
}

QString askOf(const StepView &step)
{
    if (step.state == StepState::Skipped)
        return {};
    switch (step.confirmation) {
    case Confirmation::None:
        return RecoveryStart::tr("by itself");
    case Confirmation::Click:
        return RecoveryStart::tr("asks for a click");
    case Confirmation::Hold:
        return RecoveryStart::tr("asks for a held button");
    case Confirmation::Phrase:
        return RecoveryStart::tr("asks for the typed phrase");
    }
    return {};
}

} // namespace

RecoveryStart::RecoveryStart(const Facts &facts, Outline outline, QWidget *parent)
    : QScrollArea(parent)
    , m_outline(std::move(outline))
    , m_target(facts.redis ? facts.redis->masterName : QString())
{
    setObjectName(QStringLiteral("recoveryStart"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setStyleProperty(this, "reading", QStringLiteral("true"));
    setAccessibleName(facts.title);
    QWidget *page = new QWidget(this);
    m_rows = new RowGrid(page);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(grid(1), 0, 0, 0);
    column->setSpacing(grid(1));
    QLabel *heading = label(facts.title, TextRole::Heading, page);
    heading->setWordWrap(true);
    column->addWidget(heading);
    column->addWidget(m_rows);
    column->addStretch(1);
    m_rows->addLines(tr("Because"),
                     facts.because.isEmpty()
                         ? QStringList{tr("Nothing recommends it now: Redis is left alone unless a "
                                          "planned move is asked for.")}
                         : facts.because);
    m_rows->addText(tr("Begin means"),
                    tr("It looks at everything first and changes nothing. Each act is then shown "
                       "exactly, and asks for its own confirmation."));
    addChoices(facts);
    m_steps = new QWidget;
    auto *steps = new QGridLayout(m_steps);
    steps->setContentsMargins(0, 0, 0, 0);
    steps->setHorizontalSpacing(grid(3));
    steps->setVerticalSpacing(grid(1) / 2);
    steps->setColumnStretch(1, 1);
    m_rows->addWidget(tr("Steps"), m_steps);
    setWidget(page);
    listSteps();
}

void RecoveryStart::addChoices(const Facts &facts)
{
    QWidget *choices = new QWidget;
    auto *column = new QVBoxLayout(choices);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(grid(1));
    m_planned = new ChoiceBox(tr("Planned move: move the master although it is healthy"), choices);
    column->addWidget(m_planned);
    connect(m_planned, &QCheckBox::toggled, this, &RecoveryStart::changed);
    if (facts.hasBackends) {
        m_restart =
            new ChoiceBox(tr("Restart the backends afterwards, one instance at a time (offered in "
                             "any case when their job queues are found dead)"),
                          choices);
        m_restart->setChecked(facts.restartNeeded);
        column->addWidget(m_restart);
        connect(m_restart, &QCheckBox::toggled, this, &RecoveryStart::changed);
    }
    if (facts.redis && !facts.redis->sentinels.isEmpty() && !anySentinelAnswers(*facts.redis)) {
        m_promote = new QComboBox(choices);
        m_promote->setAccessibleName(tr("No Sentinel answers: promote by hand"));
        m_promote->addItem(tr("Do not promote by hand"), QString());
        for (const RedisNode &node : facts.redis->nodes) {
            if (node.answers && node.role == RedisNode::Role::Replica) {
                const QString gap =
                    node.gap ? tr("gap %1").arg(bytesText(double(*node.gap))) : tr("gap unknown");
                m_promote->addItem(tr("Promote %1 by hand (%2)").arg(node.address.text(), gap),
                                   node.address.text());
            }
        }
        QLabel *name = label(tr("No Sentinel answers: promote by hand"), TextRole::Muted, choices);
        name->setBuddy(m_promote);
        column->addWidget(name);
        column->addWidget(m_promote, 0, Qt::AlignLeft);
        connect(m_promote, &QComboBox::currentIndexChanged, this, &RecoveryStart::changed);
    }
    m_rows->addWidget(tr("Choices"), choices);
}

RunOptions RecoveryStart::options() const
{
    return {.scenario = QStringLiteral("redis"),
            .planned = m_planned && m_planned->isChecked(),
            .promote = m_promote ? m_promote->currentData().toString() : QString(),
            .restartBackends = m_restart && m_restart->isChecked()};
}

QString RecoveryStart::buttonText() const
{
    if (!options().promote.isEmpty())
        return tr("Begin: look before promoting %1 by hand").arg(options().promote);
    return options().planned ? tr("Begin: look before moving Redis %1").arg(m_target)
                             : tr("Begin: look before recovering Redis %1").arg(m_target);
}

void RecoveryStart::listSteps()
{
    const RunView outline = m_outline ? m_outline(options()) : RunView();
    QGridLayout *table = qobject_cast<QGridLayout *>(m_steps->layout());
    while (QLayoutItem *item = table->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (int i = 0; i < outline.steps.size(); ++i) {
        const StepView &step = outline.steps[i];
        QLabel *cost = label(costOf(step), TextRole::Muted, m_steps);
        cost->setWordWrap(true);
        table->addWidget(
            label(QStringLiteral("%1  %2").arg(i + 1).arg(step.name), TextRole::Body, m_steps), i,
            0, Qt::AlignTop);
        table->addWidget(cost, i, 1);
        table->addWidget(label(askOf(step), TextRole::Muted, m_steps), i, 2, Qt::AlignTop);
    }
    if (outline.steps.isEmpty())
        table->addWidget(
            label(tr("They are listed as soon as it has begun."), TextRole::Muted, m_steps), 0, 0);
}

void RecoveryStart::changed()
{
    listSteps();
    emit optionsChanged();
}

} // namespace understudy::ui
