// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/stepoutline.h"

#include "ui/parts/text.h"
#include "ui/wizards/runwords.h"

#include <QGridLayout>

namespace understudy::ui {

namespace {

/// What a step can cost, and whether there is a way back.
QString costOf(const StepView &step)
{
    if (step.state == StepState::Skipped)
        return StepOutline::tr("left out: %1").arg(step.result);
    if (step.hazard == Hazard::None)
        return StepOutline::tr("puts nothing at risk");
    if (!step.canUndo) {
        return step.preview.loss.isEmpty()
                   ? StepOutline::tr("point of no return")
                   : StepOutline::tr("point of no return, %1").arg(step.preview.loss);
    }
    return hazardWords(step) + QStringLiteral(", ") + StepOutline::tr("has a way back");
}

QString askOf(const StepView &step, const RunView &run)
{
    if (step.state == StepState::Skipped)
        return {};
    for (int i = 0; i < run.steps.size() && step.confirmation != Confirmation::None; ++i) {
        if (run.steps[i].id == step.confirmedWith && run.steps[i].state != StepState::Skipped)
            return StepOutline::tr("confirmed with step %1").arg(i + 1);
    }
    switch (step.confirmation) {
    case Confirmation::None:
        return StepOutline::tr("by itself");
    case Confirmation::Click:
        return StepOutline::tr("asks for a click");
    case Confirmation::Hold:
        return StepOutline::tr("asks for a held button");
    case Confirmation::Phrase:
        return StepOutline::tr("asks for the typed phrase");
    }
    return {};
}

bool onlyLooks(const StepView &step)
{
    return step.state != StepState::Skipped && step.hazard == Hazard::None &&
           step.confirmation == Confirmation::None && step.id != QLatin1String("keep");
}

/// Below the name of a step that does more than look.
QString underName(const StepView &step, const RunView &run)
{
    if (step.id == QLatin1String("keep"))
        return StepOutline::tr("your decision, within the commit window");
    const QString ask = askOf(step, run);
    return ask.isEmpty() ? costOf(step) : costOf(step) + QStringLiteral(" · ") + ask;
}

} // namespace

StepOutline::StepOutline(QWidget *parent)
    : QWidget(parent)
    , m_table(new QGridLayout(this))
{
    m_table->setContentsMargins(0, 0, 0, 0);
    m_table->setHorizontalSpacing(grid(1));
    m_table->setVerticalSpacing(0);
    m_table->setColumnStretch(1, 1);
}

void StepOutline::setRun(const RunView &outline)
{
    while (QLayoutItem *item = m_table->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    int row = 0;
    for (int i = 0; i < outline.steps.size(); ++i) {
        const StepView &step = outline.steps[i];
        const bool left = step.state == StepState::Skipped;
        QLabel *name = label(step.name, left ? TextRole::Muted : TextRole::Body, this);
        name->setWordWrap(true);
        m_table->addWidget(label(QString::number(i + 1), TextRole::Muted, this), row, 0,
                           Qt::AlignTop | Qt::AlignRight);
        if (onlyLooks(step)) {
            m_table->addWidget(name, row, 1);
            m_table->addWidget(label(tr("only looks"), TextRole::Small, this), row++, 2,
                               Qt::AlignTop);
        } else {
            QLabel *cost = label(underName(step, outline), TextRole::Small, this);
            cost->setWordWrap(true);
            m_table->addWidget(name, row++, 1, 1, 2);
            m_table->addWidget(cost, row++, 1, 1, 2);
        }
        m_table->setRowMinimumHeight(row++, grid(1) / 2);
    }
    if (outline.steps.isEmpty()) {
        QLabel *later =
            label(tr("They are listed as soon as it has begun."), TextRole::Muted, this);
        later->setWordWrap(true);
        m_table->addWidget(later, 0, 0, 1, 3);
    }
}

} // namespace understudy::ui
