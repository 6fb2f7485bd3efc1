// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/agelabel.h"

#include "ui/parts/text.h"
#include "ui/parts/ticker.h"

#include <QCoreApplication>

namespace understudy::ui {

QString shortAge(const QDateTime &then, const QDateTime &now)
{
    if (!then.isValid())
        return QCoreApplication::translate("Age", "never");
    const qint64 seconds = qMax(qint64(0), then.msecsTo(now)) / 1000;
    if (seconds < 1)
        return QStringLiteral("< 1 s");
    if (seconds < 60)
        return QStringLiteral("%1 s").arg(seconds);
    if (seconds < 3600)
        return QStringLiteral("%1 min").arg(seconds / 60);
    if (seconds < 48 * 3600)
        return QStringLiteral("%1 h").arg(seconds / 3600);
    return QStringLiteral("%1 d").arg(seconds / 86'400);
}

QString ageText(const QDateTime &then, const QDateTime &now)
{
    const QString age = shortAge(then, now);
    return then.isValid() ? QCoreApplication::translate("Age", "%1 ago").arg(age)
                          : QCoreApplication::translate("Age", "never seen");
}

AgeLabel::AgeLabel(const Ticker &ticker, Form form, QWidget *parent)
    : QLabel(parent)
    , m_ticker(ticker)
    , m_form(form)
{
    setTextFormat(Qt::PlainText);
    setTextRole(this, TextRole::Small);
    setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    connect(&ticker, &Ticker::ticked, this, [this](const QDateTime &now) {
        if (isVisible())
            refresh(now);
    });
}

void AgeLabel::setTime(const QDateTime &time)
{
    m_time = time;
    refresh(m_ticker.now());
}

void AgeLabel::showEvent(QShowEvent *event)
{
    refresh(m_ticker.now());
    QLabel::showEvent(event);
}

void AgeLabel::refresh(const QDateTime &now)
{
    setTextIfChanged(this, m_form == Form::Ago ? ageText(m_time, now) : shortAge(m_time, now));
}

} // namespace understudy::ui
