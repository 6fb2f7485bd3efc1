// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/parts/timeruler.h"

#include <QList>

class QHBoxLayout;
class QPushButton;

namespace understudy::ui {

class MomentEdit;
class Ticker;

/// The ruler, the same moment as text, and buttons for moments that are often meant; always in
/// step. None is chosen until the operator does.
class MomentPicker : public QWidget
{
    Q_OBJECT
public:
    enum class Form { Full, Plain }; ///< Plain: wide, and without the quick picks
    explicit MomentPicker(const Ticker &ticker, Form form = Form::Full, QWidget *parent = nullptr);
    void setWindow(const RestorableWindow &window);
    void setMarks(const QList<RulerMark> &marks);
    void setMoment(const QDateTime &moment);
    void setFieldName(const QString &name); ///< for screen readers, where a page has a label of its own
    const QDateTime &moment() const;
    const QString &missing() const; ///< why there is none yet; empty when there is one
    TimeRuler *ruler() const { return m_ruler; }

signals:
    void momentChanged(); ///< the moment, or why there is none

private:
    struct QuickPick
    {
        qint64 back = 0; ///< milliseconds before now; 0: the newest restorable
        QPushButton *button = nullptr;
    };
    void addQuickPicks();
    void addQuickPick(const QString &words, qint64 back);
    void quickPick(qint64 back);
    void judgeQuickPicks();
    QDateTime quickMoment(qint64 back) const;

    const Ticker &m_ticker;
    TimeRuler *m_ruler;
    MomentEdit *m_edit;
    QHBoxLayout *m_row;
    QList<QuickPick> m_quick;
};

} // namespace understudy::ui
