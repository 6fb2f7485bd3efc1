// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QLabel>

namespace understudy::ui {

class Ticker;

/// "< 1 s ago", "41 s ago", "18 min ago", "never". Coarse on purpose: a figure that flickers draws
/// the eye to what is normal.
QString ageText(const QDateTime &then, const QDateTime &now);
/// The same without "ago", for narrow columns.
QString shortAge(const QDateTime &then, const QDateTime &now);

/// How long ago something was seen; grows by the shared ticker, repaints only when its text
/// changes.
class AgeLabel : public QLabel
{
    Q_OBJECT
public:
    enum class Form { Ago, Short };
    AgeLabel(const Ticker &ticker, Form form, QWidget *parent = nullptr);
    void setTime(const QDateTime &time);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void refresh(const QDateTime &now);

    const Ticker &m_ticker;
    Form m_form;
    QDateTime m_time;
};

} // namespace understudy::ui
