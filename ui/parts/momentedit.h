// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/parts/restorablewindow.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace understudy::ui {

class CopyButton;
class Ticker;

/// The moment as text: takes "2026-11-22T14:00:00Z", an offset instead of Z, or "20m ago", and
/// tells it in UTC, in local time, and how long ago. What cannot be is refused in words; outside of
/// the window the nearest possible is offered. `moment` is invalid while the text is not accepted.
class MomentEdit : public QWidget
{
    Q_OBJECT
public:
    explicit MomentEdit(const Ticker &ticker, QWidget *parent = nullptr);
    const QDateTime &moment() const { return m_moment; }
    /// Why there is no moment yet; empty when there is one.
    const QString &missing() const { return m_missing; }
    /// Room for two lines of words from the start, so that nothing below jumps when they come.
    void keepTwoLines();
    void setFieldName(const QString &name); ///< accessible; "Moment" else
    void setWindow(const RestorableWindow &window); ///< judges what is written anew
    void setMoment(const QDateTime &moment);        ///< as if it had been written

signals:
    void momentChanged(); ///< also when `missing` became another

protected:
    void changeEvent(QEvent *event) override;

private:
    void fitField();
    void read(const QString &text);
    void judge();
    void show(const QDateTime &moment, const QString &missing, const QDateTime &nearest);
    void finish();
    void tell(const QDateTime &now);

    const Ticker &m_ticker;
    RestorableWindow m_window;
    QDateTime m_asked;  ///< what was written, possible or not
    QDateTime m_moment; ///< the same once it is possible
    QDateTime m_nearest;
    QString m_trouble; ///< why the text is no moment at all
    QString m_missing;
    QLineEdit *m_field;
    QLabel *m_words;
    QPushButton *m_use;
    CopyButton *m_copy;
};

} // namespace understudy::ui
