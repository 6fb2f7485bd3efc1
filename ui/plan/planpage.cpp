// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plan/planpage.h"

#include "core/base/quantity.h"
#include "ui/parts/elidedlabel.h"
#include "ui/parts/panel.h"
#include "ui/parts/statebadge.h"
#include "ui/parts/text.h"
#include "ui/plan/contactspanel.h"
#include "ui/plan/plantables.h"
#include "ui/shell/consolestate.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QVBoxLayout>

namespace understudy::ui {

PlanPage::PlanPage(const ConsoleState &state, QWidget *parent)
    : Page(QStringLiteral("plan"), tr("Plan"), {}, state, parent)
{
    const Plan &plan = state.plan();
    QWidget *document = new QWidget(this);
    document->setProperty("scrolled", true);
    QHBoxLayout *columns = new QHBoxLayout(document);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(grid(2));
    QVBoxLayout *wide = new QVBoxLayout;
    QVBoxLayout *narrow = new QVBoxLayout;
    for (QVBoxLayout *column : {wide, narrow})
        column->setSpacing(grid(2));
    wide->addWidget(objectivesCard(plan, document));
    // In the order of the scenarios' letters, which is not that of their names.
    QStringList scenarios{QStringLiteral("database_loss"), QStringLiteral("redis_master_failure"),
                          QStringLiteral("deployment_rollback")};
    for (const QString &other : plan.procedures.keys()) {
        if (!scenarios.contains(other))
            scenarios << other;
    }
    for (const QString &scenario : std::as_const(scenarios)) {
        if (plan.procedures.contains(scenario))
            wide->addWidget(procedureCard(scenario, plan.procedures.value(scenario), document));
    }
    wide->addStretch(1);
    ContactsPanel *contacts = new ContactsPanel(plan.contacts, document);
    narrow->addWidget(contacts);
    narrow->addWidget(limitsCard(plan, document));
    narrow->addWidget(systemsCard(plan, document));
    if (!plan.redundancy.isEmpty())
        narrow->addWidget(redundancyCard(plan, document));
    narrow->addStretch(1);
    columns->addLayout(wide, 3);
    columns->addLayout(narrow, 2);

    QScrollArea *scroll = new QScrollArea(this);
    scroll->setWidget(document);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("The plan"));
    QVBoxLayout *whole = new QVBoxLayout(this);
    whole->setContentsMargins(grid(2), grid(2), grid(2), grid(2));
    whole->setSpacing(grid(2));
    whole->addWidget(head());
    whole->addWidget(scroll, 1);
    connect(contacts, &ContactsPanel::linkAsked, this, &PlanPage::linkAsked);
}

QWidget *PlanPage::head()
{
    const Plan &plan = state().plan();
    QWidget *box = new QWidget(this);
    QVBoxLayout *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    QHBoxLayout *row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(label(plan.name, TextRole::Heading, box));
    if (plan.reviewEvery && plan.updated.isValid()) {
        const QDate due = plan.updated.addDays(plan.reviewEvery->count() / 86'400'000);
        StateBadge *review = new StateBadge(box);
        if (due < state().now().date())
            review->setState(Tone::Warning, tr("review was due %1").arg(due.toString(Qt::ISODate)));
        else
            review->setState(Tone::Plain, tr("review due %1").arg(due.toString(Qt::ISODate)));
        row->addWidget(review);
    }
    row->addStretch(1);
    column->addLayout(row);
    QStringList facts;
    if (!plan.status.isEmpty())
        facts << tr("status %1").arg(plan.status);
    if (plan.updated.isValid())
        facts << tr("updated %1").arg(plan.updated.toString(Qt::ISODate));
    facts << plan.path << plan.version.left(19);
    ElidedLabel *line = new ElidedLabel(facts.join(QStringLiteral(" · ")), box);
    setTextRole(line, TextRole::Small);
    column->addWidget(line);
    return box;
}

} // namespace understudy::ui
