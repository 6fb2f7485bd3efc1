// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/deploymentchoices.h"

#include "ui/parts/text.h"
#include "ui/shell/consolestate.h"
#include "ui/wizards/choicebox.h"
#include "ui/wizards/radiobox.h"
#include "ui/wizards/rowgrid.h"

#include <QButtonGroup>
#include <QLabel>
#include <QVBoxLayout>

namespace understudy::ui {
namespace {

/// What is known of a colour, for who has to choose it.
QString colourFacts(const PoolView &pool)
{
    QStringList parts{DeploymentChoices::tr("%1 of %2 instances warm").arg(pool.warm).arg(pool.instances.size())};
    parts << (pool.build.isEmpty() ? DeploymentChoices::tr("its build is unknown") : DeploymentChoices::tr("build %1").arg(pool.build.left(12)));
    return parts.join(QStringLiteral(" · "));
}

} // namespace

bool canBeRolledBack(const Plan &plan)
{
    return plan.application && plan.application->pools.size() > 1 && !plan.application->entry.isEmpty()
           && !plan.application->traffic.kind.isEmpty();
}

DeploymentChoices::DeploymentChoices(const ConsoleState &state, QObject *parent)
    : StartChoices(parent)
    , m_state(state)
{}

QString DeploymentChoices::serving() const
{
    return m_state.snapshot().pools ? m_state.snapshot().pools->serving : QString();
}

void DeploymentChoices::addRows(RowGrid &rows)
{
    rows.addText(tr("Serves now"), serving().isEmpty() ? tr("unknown: the entry's answers tell no colour") : serving());
    QWidget *all = new QWidget;
    auto *column = new QVBoxLayout(all);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_group = new QButtonGroup(all);
    for (const Pool &pool : m_state.plan().application->pools) {
        if (pool.colour == serving())
            continue;
        RadioBox *choice = new RadioBox(tr("Switch to %1").arg(pool.colour), all);
        QLabel *facts = label(tr("nothing is known of it yet"), TextRole::Small, all);
        facts->setIndent(choice->wordsFrom());
        facts->setWordWrap(true);
        if (m_state.snapshot().pools) {
            for (const PoolView &seen : m_state.snapshot().pools->pools) {
                if (seen.colour == pool.colour)
                    facts->setText(colourFacts(seen));
            }
        }
        choice->setAccessibleDescription(facts->text());
        m_group->addButton(choice, int(m_colours.size()));
        m_colours << pool.colour;
        column->addWidget(choice);
        column->addWidget(facts);
    }
    // With one other colour there is nothing to choose.
    if (m_colours.size() == 1)
        m_group->button(0)->setChecked(true);
    connect(m_group, &QButtonGroup::idToggled, this, [this](int, bool on) {
        if (on)
            emit changed();
    });
    rows.addWidget(tr("Users go to"), all);
    if (m_state.plan().application->schemaApplied.isEmpty())
        return;
    m_despiteSchema = new ChoiceBox(tr("Also when its code expects another migration than the database has"));
    connect(m_despiteSchema, &QCheckBox::toggled, this, &DeploymentChoices::changed);
    rows.addWidget(tr("Schema"), m_despiteSchema);
}

QString DeploymentChoices::colour() const
{
    return m_group ? m_colours.value(m_group->checkedId()) : QString();
}

RunOptions DeploymentChoices::options() const
{
    return {.scenario = QStringLiteral("deployment"), .colour = colour(), .despiteSchema = m_despiteSchema && m_despiteSchema->isChecked()};
}

/// The steps are the same whichever it is.
RunOptions DeploymentChoices::outlineOptions() const
{
    return {.scenario = QStringLiteral("deployment"), .colour = colour().isEmpty() ? m_colours.value(0) : colour()};
}

QString DeploymentChoices::buttonText() const
{
    return colour().isEmpty() ? tr("Begin: look before switching") : tr("Begin: look before switching to %1").arg(colour());
}

QString DeploymentChoices::missing() const
{
    return colour().isEmpty() ? tr("No colour is chosen yet") : QString();
}

} // namespace understudy::ui
