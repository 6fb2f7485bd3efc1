// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/momentpicker.h"

#include "ui/parts/momentedit.h"
#include "ui/parts/momentwords.h"
#include "ui/parts/text.h"
#include "ui/parts/ticker.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace understudy::ui {

MomentPicker::MomentPicker(const Ticker &ticker, Form form, QWidget *parent)
    : QWidget(parent)
    , m_ticker(ticker)
    , m_ruler(new TimeRuler(this))
    , m_edit(new MomentEdit(ticker, this))
    , m_row(new QHBoxLayout)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(grid(1) / 2);
    column->addWidget(m_ruler);
    column->addWidget(m_edit);
    column->addLayout(m_row);
    if (form == Form::Full) {
        m_edit->keepTwoLines();
        addQuickPicks();
    }
    m_ruler->setNow(ticker.now());
    connect(m_ruler, &TimeRuler::picked, m_edit, &MomentEdit::setMoment);
    connect(m_edit, &MomentEdit::momentChanged, this, [this] {
        m_ruler->setMoment(m_edit->moment());
        emit momentChanged();
    });
    connect(&ticker, &Ticker::ticked, this, [this](const QDateTime &now) {
        if (!isVisible())
            return;
        m_ruler->setNow(now);
        judgeQuickPicks();
    });
    judgeQuickPicks();
}

void MomentPicker::addQuickPicks()
{
    m_row->setSpacing(grid(1));
    addQuickPick(tr("5 min ago"), 5 * 60'000);
    addQuickPick(tr("15 min ago"), 15 * 60'000);
    addQuickPick(tr("1 h ago"), 60 * 60'000);
    addQuickPick(tr("Newest restorable"), 0);
    m_row->addStretch(1);
}

void MomentPicker::addQuickPick(const QString &words, qint64 back)
{
    QPushButton *button = new QPushButton(words, this);
    button->setAutoDefault(false);
    connect(button, &QPushButton::clicked, this, [this, back] { quickPick(back); });
    m_row->addWidget(button);
    m_quick.append({back, button});
}

QDateTime MomentPicker::quickMoment(qint64 back) const
{
    if (back == 0)
        return m_ruler->window().latest;
    const QDateTime moment = m_ticker.now().addMSecs(-back).toUTC();
    return moment.addMSecs(-moment.time().msec());
}

void MomentPicker::quickPick(qint64 back)
{
    m_edit->setMoment(quickMoment(back));
}

/// A pick that would be refused is not offered, and says why.
void MomentPicker::judgeQuickPicks()
{
    for (const QuickPick &pick : std::as_const(m_quick)) {
        const QDateTime moment = quickMoment(pick.back);
        const bool possible = moment.isValid() && m_ruler->window().contains(moment);
        if (pick.button->isEnabled() != possible)
            pick.button->setEnabled(possible);
        pick.button->setToolTip(possible ? QString() : windowText(m_ruler->window()));
    }
}

void MomentPicker::setFieldName(const QString &name)
{
    m_edit->setFieldName(name);
}

void MomentPicker::setWindow(const RestorableWindow &window)
{
    m_ruler->setNow(m_ticker.now());
    m_ruler->setWindow(window);
    m_edit->setWindow(window);
    judgeQuickPicks();
}

void MomentPicker::setMarks(const QList<RulerMark> &marks)
{
    m_ruler->setMarks(marks);
}

void MomentPicker::setMoment(const QDateTime &moment)
{
    m_edit->setMoment(moment);
}

const QDateTime &MomentPicker::moment() const
{
    return m_edit->moment();
}

const QString &MomentPicker::missing() const
{
    return m_edit->missing();
}

} // namespace understudy::ui
