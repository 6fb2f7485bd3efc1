// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/recoverystart.h"

#include "ui/parts/panel.h"
#include "ui/parts/text.h"
#include "ui/wizards/rowgrid.h"
#include "ui/wizards/stepoutline.h"

#include <QVBoxLayout>

namespace understudy::ui {

namespace {

/// Narrower than so many letters, the steps stand below the choices.
constexpr int lettersForTwoColumns = 110;

} // namespace

RecoveryStart::RecoveryStart(const Facts &facts, std::unique_ptr<StartChoices> choices,
                             Outline outline, QWidget *parent)
    : QScrollArea(parent)
    , m_choices(std::move(choices))
    , m_outline(std::move(outline))
{
    setObjectName(QStringLiteral("recoveryStart"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setStyleProperty(this, "reading", QStringLiteral("true"));
    setAccessibleName(facts.title);
    QWidget *page = new QWidget(this);
    RowGrid *rows = new RowGrid(page);
    rows->addLines(tr("Because"), facts.because.isEmpty() ? QStringList{facts.otherwise} : facts.because);
    rows->addText(tr("Begin means"),
                  tr("It looks at everything first and changes nothing. Each act is then shown "
                     "exactly, and asks for its own confirmation."));
    m_choices->addRows(*rows);
    // Inside a QFrame, Panel alone is the name of a frame shape.
    ui::Panel *steps = new ui::Panel(tr("Steps"), page);
    m_steps = new StepOutline(steps);
    steps->body()->addWidget(m_steps);
    steps->body()->addStretch(1);
    auto *left = new QVBoxLayout;
    left->addWidget(rows);
    left->addStretch(1);
    m_columns = new QBoxLayout(QBoxLayout::LeftToRight);
    m_columns->setSpacing(grid(3));
    m_columns->addLayout(left, 7);
    m_columns->addWidget(steps, 3);
    auto *whole = new QVBoxLayout(page);
    whole->setContentsMargins(grid(1), 0, 0, 0);
    whole->setSpacing(grid(1));
    QLabel *heading = label(facts.title, TextRole::Heading, page);
    heading->setWordWrap(true);
    whole->addWidget(heading);
    whole->addLayout(m_columns);
    whole->addStretch(1);
    setWidget(page);
    connect(m_choices.get(), &StartChoices::changed, this, [this] {
        listSteps();
        emit optionsChanged();
    });
    listSteps();
}

void RecoveryStart::resizeEvent(QResizeEvent *event)
{
    arrange();
    QScrollArea::resizeEvent(event);
}

void RecoveryStart::arrange()
{
    const bool beside = width() >= fontMetrics().averageCharWidth() * lettersForTwoColumns;
    m_columns->setDirection(beside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

/// Only when the choices make other steps: a moment that is dragged lists nothing anew.
void RecoveryStart::listSteps()
{
    const RunOptions wanted = m_choices->outlineOptions();
    if (m_listed == wanted)
        return;
    m_listed = wanted;
    m_steps->setRun(m_outline ? m_outline(wanted) : RunView());
}

} // namespace understudy::ui
