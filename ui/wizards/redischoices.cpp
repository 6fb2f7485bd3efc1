// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/redischoices.h"

#include "core/base/quantity.h"
#include "ui/parts/text.h"
#include "ui/wizards/choicebox.h"
#include "ui/wizards/rowgrid.h"

#include <QComboBox>
#include <QVBoxLayout>

#include <algorithm>

namespace understudy::ui {

RedisChoices::RedisChoices(const Facts &facts, QObject *parent)
    : StartChoices(parent)
    , m_facts(facts)
{}

void RedisChoices::addRows(RowGrid &rows)
{
    QWidget *choices = new QWidget;
    auto *column = new QVBoxLayout(choices);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(grid(1));
    m_planned = new ChoiceBox(tr("Planned move: move the master although it is healthy"), choices);
    column->addWidget(m_planned);
    connect(m_planned, &QCheckBox::toggled, this, &RedisChoices::changed);
    if (m_facts.hasBackends) {
        m_restart =
            new ChoiceBox(tr("Restart the backends afterwards, one instance at a time"), choices);
        m_restart->setAccessibleDescription(
            tr("Offered in any case when their job queues are found dead"));
        m_restart->setToolTip(m_restart->accessibleDescription());
        m_restart->setChecked(m_facts.restartNeeded);
        column->addWidget(m_restart);
        connect(m_restart, &QCheckBox::toggled, this, &RedisChoices::changed);
        QLabel *anyway = label(m_restart->accessibleDescription(), TextRole::Small, choices);
        anyway->setWordWrap(true);
        column->addWidget(anyway);
    }
    const QList<SentinelOpinion> &sentinels = m_facts.redis.sentinels;
    if (!sentinels.isEmpty() &&
        std::none_of(sentinels.cbegin(), sentinels.cend(),
                     [](const SentinelOpinion &one) { return one.answers; }))
        addPromotion(column, choices);
    rows.addWidget(tr("Choices"), choices);
}

void RedisChoices::addPromotion(QVBoxLayout *column, QWidget *choices)
{
    m_promote = new QComboBox(choices);
    m_promote->setAccessibleName(tr("No Sentinel answers: promote by hand"));
    m_promote->addItem(tr("Do not promote by hand"), QString());
    for (const RedisNode &node : m_facts.redis.nodes) {
        if (!node.answers || node.role != RedisNode::Role::Replica)
            continue;
        const QString gap =
            node.gap ? tr("gap %1").arg(bytesText(double(*node.gap))) : tr("gap unknown");
        m_promote->addItem(tr("Promote %1 by hand (%2)").arg(node.address.text(), gap),
                           node.address.text());
    }
    QLabel *name = label(tr("No Sentinel answers: promote by hand"), TextRole::Muted, choices);
    name->setBuddy(m_promote);
    column->addWidget(name);
    column->addWidget(m_promote, 0, Qt::AlignLeft);
    connect(m_promote, &QComboBox::currentIndexChanged, this, &RedisChoices::changed);
}

RunOptions RedisChoices::options() const
{
    return {.scenario = QStringLiteral("redis"),
            .planned = m_planned && m_planned->isChecked(),
            .promote = m_promote ? m_promote->currentData().toString() : QString(),
            .restartBackends = m_restart && m_restart->isChecked()};
}

QString RedisChoices::buttonText() const
{
    const RunOptions chosen = options();
    if (!chosen.promote.isEmpty())
        return tr("Begin: look before promoting %1 by hand").arg(chosen.promote);
    return chosen.planned
               ? tr("Begin: look before moving Redis %1").arg(m_facts.redis.masterName)
               : tr("Begin: look before recovering Redis %1").arg(m_facts.redis.masterName);
}

} // namespace understudy::ui
