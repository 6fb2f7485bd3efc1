// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plan/plantables.h"

#include "core/base/quantity.h"
#include "ui/parts/copybutton.h"
#include "ui/parts/panel.h"
#include "ui/parts/text.h"

#include <QCoreApplication>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace understudy::ui {

namespace {

QString words(const char *text)
{
    return QCoreApplication::translate("PlanPage", text);
}

QLabel *wrapped(const QString &text, TextRole role, QWidget *parent)
{
    QLabel *made = label(text, role, parent);
    made->setWordWrap(true);
    made->setTextInteractionFlags(Qt::TextSelectableByMouse);
    made->setFocusPolicy(Qt::NoFocus);
    return made;
}

/// A row of a card: a name in one column, its value in the other, a rule above.
void addRow(Panel *panel, const QString &name, const QString &value, const QString &note = {})
{
    if (value.isEmpty())
        return;
    panel->body()->addWidget(rule(panel));
    QHBoxLayout *row = new QHBoxLayout;
    row->setContentsMargins(0, 6, 0, 6);
    row->setSpacing(grid(2));
    QLabel *title = wrapped(name, TextRole::Muted, panel);
    title->setFixedWidth(grid(22));
    row->addWidget(title, 0, Qt::AlignTop);
    QVBoxLayout *told = new QVBoxLayout;
    told->setSpacing(2);
    told->addWidget(wrapped(value, TextRole::Body, panel));
    if (!note.isEmpty())
        told->addWidget(wrapped(note, TextRole::Small, panel));
    row->addLayout(told, 1);
    panel->body()->addLayout(row);
}

QString endpoints(const QList<Endpoint> &list)
{
    QStringList parts;
    for (const Endpoint &one : list)
        parts << one.text();
    return parts.join(QStringLiteral(", "));
}

QString scenarioTitle(const QString &scenario)
{
    if (scenario == QLatin1String("database_loss"))
        return words("Procedure A: database corruption or loss");
    if (scenario == QLatin1String("redis_master_failure"))
        return words("Procedure B: Redis master failure");
    if (scenario == QLatin1String("deployment_rollback"))
        return words("Procedure C: bad deployment");
    return words("Procedure: %1").arg(scenario);
}

} // namespace

Panel *objectivesCard(const Plan &plan, QWidget *parent)
{
    Panel *panel = new Panel(words("Recovery objectives"), parent);
    for (const RecoveryTimeObjective &one : plan.recoveryTime)
        addRow(panel, words("RTO %1").arg(one.name),
               words("within %1").arg(durationText(one.within)),
               one.services.join(QStringLiteral(", ")));
    for (const RecoveryPointObjective &one : plan.recoveryPoint)
        addRow(panel, words("RPO %1").arg(one.name),
               words("at most %1 lost").arg(durationText(one.within)), one.data);
    panel->body()->addStretch(1);
    return panel;
}

Panel *redundancyCard(const Plan &plan, QWidget *parent)
{
    Panel *panel = new Panel(words("Redundancy"), parent);
    for (const Redundancy &one : plan.redundancy)
        addRow(panel, one.system, one.text);
    panel->body()->addStretch(1);
    return panel;
}

Panel *systemsCard(const Plan &plan, QWidget *parent)
{
    Panel *panel = new Panel(words("Systems"), parent);
    if (plan.database)
        addRow(panel, words("Database"),
               plan.database->url.isSet() ? words("found in %1").arg(plan.database->url.describe())
                                          : words("PostgreSQL"),
               plan.database->restoreWindow
                   ? words("restore window %1").arg(durationText(*plan.database->restoreWindow))
                   : QString());
    if (plan.redis)
        addRow(panel, words("Redis"),
               words("%1, Sentinels %2").arg(plan.redis->master, endpoints(plan.redis->sentinels)),
               plan.redis->tls ? words("TLS") : QString());
    if (plan.application) {
        addRow(panel, words("Entry"), plan.application->entry);
        for (const Pool &pool : plan.application->pools) {
            QStringList urls;
            for (const PoolInstance &instance : pool.instances.mid(0, 4))
                urls << instance.url;
            if (pool.instances.size() > 4)
                urls << words("and %1 more").arg(pool.instances.size() - 4);
            addRow(panel, words("Pool %1").arg(pool.colour), urls.join(QStringLiteral(", ")));
        }
    }
    panel->body()->addStretch(1);
    return panel;
}

Panel *limitsCard(const Plan &plan, QWidget *parent)
{
    Panel *panel = new Panel(words("Service level and cost"), parent);
    if (plan.monitoring) {
        if (plan.monitoring->availability)
            addRow(
                panel, words("Availability"),
                QString(numberText(*plan.monitoring->availability * 100) + QStringLiteral(" %")));
        if (plan.monitoring->latencyP95)
            addRow(panel, words("Latency p95"),
                   QStringLiteral("%1 ms").arg(plan.monitoring->latencyP95->count()));
        if (plan.monitoring->rollbackAboveErrorRate)
            addRow(panel, words("Roll back above"),
                   words("%1 % errors")
                       .arg(numberText(*plan.monitoring->rollbackAboveErrorRate * 100)));
        addRow(panel, words("Grafana"), plan.monitoring->grafana);
    }
    for (const CostLimit &one : plan.cost)
        addRow(panel, words("Soft limit %1").arg(one.name),
               QStringLiteral("%1 %2").arg(numberText(one.softLimit), one.unit));
    addRow(panel, words("Commit window"), durationText(plan.commitWindow.length),
           plan.commitWindow.undo ? words("when nobody decides, it goes back")
                                  : words("when nobody decides, it is kept"));
    panel->body()->addStretch(1);
    return panel;
}

Panel *procedureCard(const QString &scenario, const QList<ProcedureStep> &steps, QWidget *parent)
{
    Panel *panel = new Panel(scenarioTitle(scenario), parent);
    int number = 0;
    for (const ProcedureStep &step : steps) {
        panel->body()->addWidget(rule(panel));
        QHBoxLayout *row = new QHBoxLayout;
        row->setContentsMargins(0, 6, 0, 6);
        row->setSpacing(12);
        QLabel *place = label(QString::number(++number), TextRole::Muted, panel);
        place->setFixedWidth(grid(2));
        row->addWidget(place, 0, Qt::AlignTop);
        QVBoxLayout *told = new QVBoxLayout;
        told->setSpacing(4);
        if (!step.text.isEmpty())
            told->addWidget(wrapped(step.text, TextRole::Body, panel));
        const QString command = step.command.join(QLatin1Char(' '));
        if (!command.isEmpty()) {
            told->addWidget(wrapped(command, TextRole::Mono, panel));
            QStringList where;
            if (!step.host.isEmpty())
                where << words("on %1").arg(step.host);
            if (!step.folder.isEmpty())
                where << words("in %1").arg(step.folder);
            if (!where.isEmpty())
                told->addWidget(wrapped(where.join(QLatin1Char(' ')), TextRole::Small, panel));
        }
        row->addLayout(told, 1);
        if (!command.isEmpty())
            row->addWidget(new CopyButton(command, panel), 0, Qt::AlignTop);
        panel->body()->addLayout(row);
    }
    panel->body()->addStretch(1);
    return panel;
}

} // namespace understudy::ui
