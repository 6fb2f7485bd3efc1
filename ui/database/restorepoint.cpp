// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/database/restorepoint.h"

#include "core/base/quantity.h"
#include "ui/parts/gauge.h"
#include "ui/parts/statebadge.h"
#include "ui/parts/text.h"
#include "ui/parts/ticker.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace understudy::ui {

RestorePoint::RestorePoint(const Ticker &ticker, std::optional<Milliseconds> objective,
                           QWidget *parent)
    : QWidget(parent)
    , m_ticker(ticker)
    , m_objective(objective)
    , m_words(label({}, TextRole::Body, this))
    , m_badge(new StateBadge(this))
    , m_gauge(new Gauge(this))
    , m_why(label({}, TextRole::Small, this))
{
    m_words->setWordWrap(true);
    m_why->setWordWrap(true);
    m_gauge->setMinimumHeight(24);
    auto *head = new QHBoxLayout;
    head->addWidget(m_words, 1);
    head->addWidget(m_badge, 0, Qt::AlignTop);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(grid(1) / 2);
    column->addLayout(head);
    column->addWidget(m_gauge);
    column->addWidget(m_why);
    connect(&ticker, &Ticker::ticked, this, [this](const QDateTime &now) {
        if (isVisible())
            refresh(now);
    });
}

void RestorePoint::setReading(const Reading *age)
{
    m_reading = age ? std::optional<Reading>(*age) : std::nullopt;
    refresh(m_ticker.now());
}

void RestorePoint::refresh(const QDateTime &now)
{
    const bool believed =
        m_reading && m_reading->hasNumber() && m_reading->stateAt(now) == ReadingState::Fresh;
    const QString limit =
        m_objective ? tr("RPO %1").arg(durationText(*m_objective)) : tr("no RPO in the plan");
    if (!believed) {
        const QString words = tr("Restorable to: unknown · %1").arg(limit);
        setTextIfChanged(m_words, words);
        m_badge->setState(Tone::Unknown, tr("unknown"));
        m_gauge->setState({.unknown = true}, words);
        setTextIfChanged(m_why, m_reading ? m_reading->reason : tr("not looked at yet"));
        m_why->setVisible(!m_why->text().isEmpty());
        return;
    }
    // Between two looks the point grows older by the time since the look.
    const Milliseconds age = Milliseconds(qint64(m_reading->number() * 1000)) + m_reading->age(now);
    const bool missed = m_objective && age > *m_objective;
    const bool close = m_objective && age > *m_objective * 8 / 10;
    const Tone tone = missed ? Tone::Critical : close ? Tone::Warning : Tone::Healthy;
    const QString words = tr("Restorable to %1 ago · %2").arg(durationText(age), limit);
    setTextIfChanged(m_words, words);
    m_badge->setState(tone, missed ? tr("RPO missed") : close ? tr("RPO at risk") : tr("RPO met"));
    const double share = m_objective ? double(m_objective->count()) : double(age.count()) * 2;
    m_gauge->setState(
        Gauge::against(double(age.count()), share, tone == Tone::Healthy ? Tone::Plain : tone),
        words);
    setTextIfChanged(m_why, m_reading->reason);
    m_why->setVisible(!m_reading->reason.isEmpty());
}

} // namespace understudy::ui
