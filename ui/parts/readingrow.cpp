// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/readingrow.h"

#include "core/base/quantity.h"
#include "ui/parts/agelabel.h"
#include "ui/parts/colours.h"
#include "ui/parts/elidedlabel.h"
#include "ui/parts/gauge.h"
#include "ui/parts/sparkline.h"
#include "ui/parts/text.h"
#include "ui/parts/ticker.h"
#include "ui/parts/tone.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

namespace understudy::ui {

ReadingRow::ReadingRow(const Ticker &ticker, const QString &name, QWidget *parent)
    : Painted(parent)
    , m_ticker(ticker)
    , m_name(name)
    , m_label(new ElidedLabel(name, this))
    , m_value(label({}, TextRole::Number, this))
    , m_gauge(new Gauge(this))
    , m_sparkline(new Sparkline(this))
    , m_age(new AgeLabel(ticker, AgeLabel::Form::Short, this))
{
    setFocusPolicy(Qt::StrongFocus);
    setTextRole(m_label, TextRole::Muted);
    m_value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    QHBoxLayout *row = new QHBoxLayout(this);
    row->setContentsMargins(4, 4, 4, 4);
    row->setSpacing(10);
    row->addWidget(m_label, 1);
    row->addWidget(m_value);
    row->addWidget(m_gauge);
    row->addWidget(m_sparkline);
    row->addWidget(m_age);
    m_age->setMinimumWidth(44);
    m_gauge->hide();
    m_sparkline->hide();
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setMinimumHeight(28);
    connect(&ticker, &Ticker::ticked, this, [this](const QDateTime &now) {
        if (isVisible() && m_reading && m_reading->stateAt(now) != m_shown)
            refresh(now);
    });
    refresh(ticker.now());
}

void ReadingRow::setReading(const Reading *reading)
{
    m_reading = reading ? std::optional<Reading>(*reading) : std::nullopt;
    m_age->setTime(reading ? reading->observedAt : QDateTime());
    refresh(m_ticker.now());
}

void ReadingRow::setValueText(const QString &text)
{
    m_valueText = text;
    refresh(m_ticker.now());
}

void ReadingRow::setLimit(std::optional<double> limit)
{
    m_limit = limit;
    refresh(m_ticker.now());
}

void ReadingRow::setTrend(const Trend &trend)
{
    const TrendRange range = rangeOf(trend);
    m_sparkline->setTrend(
        trend,
        range.any
            ? tr("%1, from %2 to %3").arg(m_name, numberText(range.least), numberText(range.most))
            : tr("%1, no history yet").arg(m_name));
    m_sparkline->setVisible(m_gauge->isHidden() && trend.size() > 1);
}

QString ReadingRow::valueText() const
{
    if (!m_reading || m_shown == ReadingState::Unknown)
        return tr("unknown");
    if (!m_valueText.isEmpty())
        return m_valueText;
    const bool rate = m_reading->hasNumber() && m_reading->unit == QLatin1String("1/s");
    return rate ? tr("%1 per second").arg(numberText(m_reading->number())) : m_reading->text();
}

void ReadingRow::refresh(const QDateTime &now)
{
    const ReadingState before = m_shown;
    m_shown = m_reading ? m_reading->stateAt(now) : ReadingState::Unknown;
    const Tone tone = m_reading ? toneOf(*m_reading, now) : Tone::Unknown;
    const QString sign =
        tone == Tone::Warning || m_shown == ReadingState::Unknown ? toneSign(tone) : QString();
    setTextIfChanged(m_value,
                     sign.isEmpty() ? valueText() : QString(sign + QLatin1Char(' ') + valueText()));
    setStyleProperty(m_value, "tone", toneKey(tone));
    m_sparkline->setStale(m_shown != ReadingState::Fresh);
    showBar(now);
    say(m_name + QStringLiteral(": ") + m_value->text() +
        (m_shown == ReadingState::Stale ? tr(" (stale)") : QString()));
    if (before != m_shown)
        update();
}

void ReadingRow::showBar(const QDateTime &now)
{
    std::optional<double> limit = m_limit;
    if (!limit && m_reading && m_reading->normal)
        limit = m_reading->normal->most;
    const bool shown = limit && *limit > 0 && m_reading;
    m_gauge->setVisible(shown);
    if (!shown)
        return;
    m_sparkline->hide();
    GaugeState state = Gauge::against(m_reading->number(), *limit, toneOf(*m_reading, now));
    state.unknown = m_shown == ReadingState::Unknown || !m_reading->hasNumber();
    state.stale = m_shown == ReadingState::Stale;
    m_gauge->setState(state, tr("%1 %2, limit %3").arg(m_name, valueText(), numberText(*limit)));
}

QString ReadingRow::description() const
{
    if (!m_reading)
        return tr("no source has told this yet");
    QStringList parts{tr("source: %1").arg(m_reading->source),
                      ageText(m_reading->observedAt, m_ticker.now())};
    if (m_reading->observedAt.isValid())
        parts << m_reading->observedAt.toUTC().toString(QStringLiteral("HH:mm:ss.zzz 'UTC'"));
    if (m_reading->normal && m_reading->normal->least)
        parts << tr("normal from %1").arg(numberText(*m_reading->normal->least));
    if (m_reading->normal && m_reading->normal->most)
        parts << tr("normal up to %1").arg(numberText(*m_reading->normal->most));
    if (!m_reading->reason.isEmpty())
        parts << m_reading->reason;
    return parts.join(QStringLiteral(" · "));
}

QString ReadingRow::copyText() const
{
    return accessibleName() + QStringLiteral(" (") + description() + QLatin1Char(')');
}

void ReadingRow::paintEvent(QPaintEvent *)
{
    const Colours &colours = coloursOf(this);
    QPainter painter(this);
    if (m_shown == ReadingState::Stale)
        painter.fillRect(rect().adjusted(2, 3, -2, -3), QBrush(colours.line, Qt::BDiagPattern));
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(colours.focus, 2));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 3, 3);
    }
}

void ReadingRow::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        QGuiApplication::clipboard()->setText(copyText());
    else
        Painted::keyPressEvent(event);
}

bool ReadingRow::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        QToolTip::showText(static_cast<QHelpEvent *>(event)->globalPos(), description(), this);
        return true;
    }
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    return Painted::event(event);
}

void ReadingRow::resizeEvent(QResizeEvent *event)
{
    // The same for bar and curve in every row of a card, so that values stand in one column.
    const int bar = qBound(56, width() / 4, 144);
    m_gauge->setFixedWidth(bar);
    m_sparkline->setFixedWidth(bar);
    Painted::resizeEvent(event);
}

void ReadingRow::showEvent(QShowEvent *event)
{
    refresh(m_ticker.now());
    Painted::showEvent(event);
}

} // namespace understudy::ui
