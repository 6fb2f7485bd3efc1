// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/steplist.h"

#include "ui/parts/colours.h"
#include "ui/wizards/runwords.h"
#include "ui/wizards/stepsign.h"

#include <QPainter>
#include <QScopedValueRollback>
#include <QStyle>
#include <QStyledItemDelegate>

namespace understudy::ui {

namespace {

constexpr int padding = 16;

QColor signColour(StepState state, const Colours &colours)
{
    switch (state) {
    case StepState::Failed:
        return colours.critical;
    case StepState::Unknown:
    case StepState::Overridden:
        return colours.warning;
    case StepState::Done:
    case StepState::Skipped:
        return colours.muted;
    default:
        return colours.text;
    }
}

class StepDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QString time = index.data(StepList::TimeRole).toString();
        return {option.fontMetrics.horizontalAdvance(index.data().toString() + time) + 4 * padding +
                    signSide(option),
                option.fontMetrics.height() + 20};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override
    {
        const Colours &colours = coloursOf(option.widget->window());
        const StepState state = index.data(StepList::StateRole).value<StepState>();
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        const bool live = index.data(StepList::LiveRole).toBool();
        if (selected)
            painter->fillRect(option.rect, colours.raised);
        if (live)
            painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())),
                              colours.focus);
        const int side = signSide(option);
        QRect inner = option.rect.adjusted(padding, 0, -padding, 0);
        const QRectF sign(inner.left(), inner.center().y() - side / 2.0 + 0.5, side, side);
        StepSign{state}.paint(*painter, sign, signColour(state, colours));
        QFont font = option.font;
        font.setBold(live);
        painter->setFont(font);
        const bool quiet =
            state == StepState::Done || state == StepState::Skipped || state == StepState::Waiting;
        painter->setPen(quiet && !live ? colours.muted : colours.text);
        const QString time = index.data(StepList::TimeRole).toString();
        painter->drawText(inner, Qt::AlignRight | Qt::AlignVCenter, time);
        const int timeWidth =
            time.isEmpty() ? 0 : painter->fontMetrics().horizontalAdvance(time) + 12;
        inner.adjust(side + 12, 0, -timeWidth, 0);
        painter->drawText(inner, Qt::AlignLeft | Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight,
                                                            inner.width()));
        if (option.state.testFlag(QStyle::State_HasFocus)) {
            painter->setPen(QPen(colours.focus, 2));
            painter->drawRect(option.rect.adjusted(1, 1, -2, -2));
        }
    }

private:
    static int signSide(const QStyleOptionViewItem &option)
    {
        return option.fontMetrics.ascent() + 2;
    }
};

QString stepTime(const StepView &step, const QDateTime &now)
{
    if (step.took)
        return *step.took < std::chrono::seconds(1) ? StepList::tr("< 1 s") : clockText(*step.took);
    switch (step.state) {
    case StepState::Current:
        return StepList::tr("now");
    case StepState::Acting:
    case StepState::Proving:
        return step.startedAt.isValid() ? clockText(Milliseconds(step.startedAt.msecsTo(now)))
                                        : StepList::tr("now");
    default:
        return {};
    }
}

} // namespace

StepList::StepList(QWidget *parent)
    : QListWidget(parent)
{
    setItemDelegate(new StepDelegate(this));
    setAccessibleName(tr("Steps"));
    setStyleSheet(QStringLiteral("QListWidget { background: transparent; border: none; }"));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSelectionMode(QAbstractItemView::SingleSelection);
    // A screen reader selects a row without making it the current one.
    connect(this, &QListWidget::itemSelectionChanged, this, [this] {
        const QList<QListWidgetItem *> selected = selectedItems();
        if (!m_updating && !selected.isEmpty())
            setCurrentItem(selected.first());
    });
}

void StepList::setRun(const RunView &run, const QDateTime &now)
{
    const QScopedValueRollback<bool> updating(m_updating, true);
    while (count() > run.steps.size())
        delete takeItem(count() - 1);
    while (count() < run.steps.size())
        addItem(new QListWidgetItem);
    for (int i = 0; i < run.steps.size(); ++i) {
        StepView step = run.steps[i];
        if (i == run.current && run.state == RunView::State::WaitingCommit)
            step.state = StepState::Current;
        if (i == run.current && run.outcome == QLatin1String("recovered") &&
            step.state == StepState::Waiting)
            step.state = StepState::Done;
        const QString time = stepTime(step, now);
        const QString text = QStringLiteral("%1  %2").arg(i + 1).arg(step.name);
        const QString spoken =
            QStringLiteral("%1 %2, %3").arg(i + 1).arg(step.name, stepWord(step.state));
        // setData tells the view only of values that differ, so a tick that changes nothing paints
        // nothing.
        QListWidgetItem *row = item(i);
        row->setData(Qt::DisplayRole, text);
        row->setData(StateRole, QVariant::fromValue(step.state));
        row->setData(TimeRole, time);
        row->setData(LiveRole, i == run.current && run.state != RunView::State::Ended);
        row->setData(Qt::AccessibleTextRole, spoken);
        row->setData(Qt::ToolTipRole, step.result.isEmpty()
                                          ? spoken
                                          : QString(spoken + QStringLiteral(": ") + step.result));
    }
}

void StepList::showRow(int row)
{
    const QScopedValueRollback<bool> updating(m_updating, true);
    setCurrentRow(row);
}

QSize StepList::sizeHint() const
{
    return {qMin(sizeHintForColumn(0), fontMetrics().averageCharWidth() * 40), 0};
}

QSize StepList::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 16, fontMetrics().height() * 4};
}

void StepList::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QListWidget::currentChanged(current, previous);
    if (!m_updating && current.isValid())
        emit chosen(current.row());
}

} // namespace understudy::ui
