// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/timeline.h"

#include "ui/parts/colours.h"
#include "ui/parts/tone.h"

#include <QPainter>

namespace understudy::ui {

namespace {
constexpr qint64 sameMilliseconds = 5000;
}

QString Timeline::wordsOf(const Moment &moment)
{
    const Event &event = moment.event;
    const QString sign = toneSign(toneOf(event.weight));
    QString words =
        event.text.isEmpty() ? event.name : QString(event.name + QLatin1Char(' ') + event.text);
    if (moment.times > 1)
        words = event.name + tr(" ×%1 ").arg(moment.times) + event.text;
    return (sign.isEmpty() ? QString() : QString(sign + QLatin1Char(' '))) + words;
}

Timeline::Timeline(QWidget *parent)
    : Painted(parent)
{
    say(tr("What happened: no events yet"));
}

void Timeline::setEvents(const QList<Event> &events, const QDateTime &now)
{
    const QDateTime from = now.addSecs(-minutes * 60);
    QList<Moment> shown;
    for (const Event &event : events) {
        if (event.at < from || event.at > now)
            continue;
        const auto same = std::find_if(shown.rbegin(), shown.rend(), [&event](const Moment &one) {
            return one.event.name == event.name && one.event.system == event.system &&
                   qAbs(one.event.at.msecsTo(event.at)) < sameMilliseconds;
        });
        if (same == shown.rend())
            shown.append({event, 1});
        else
            ++same->times;
    }
    // The line creeps by a pixel in some seconds; nearer than that nothing moves.
    const qint64 creep = minutes * 60'000LL / qMax(1, width());
    if (shown == m_moments && m_now.isValid() && m_now.msecsTo(now) < qMax(creep, qint64(2000)))
        return;
    m_moments = shown;
    m_now = now;
    QStringList said;
    for (qsizetype i = m_moments.size() - 1; i >= 0 && said.size() < 10; --i)
        said << m_moments[i].event.at.toUTC().toString(QStringLiteral("HH:mm:ss ")) +
                    wordsOf(m_moments[i]);
    say(said.isEmpty()
            ? tr("What happened: nothing in the last %1 min").arg(minutes)
            : tr("What happened, newest first: %1").arg(said.join(QStringLiteral("; "))));
    update();
}

void Timeline::paintEvent(QPaintEvent *)
{
    const Colours &colours = coloursOf(this);
    QPainter painter(this);
    QFont small = font();
    small.setPixelSize(qMax(9, QFontInfo(font()).pixelSize() - 1));
    painter.setFont(small);
    const QFontMetrics metrics(small);
    const int foot = metrics.height() + 6;
    const double base = height() - foot;
    painter.setPen(QPen(colours.line, 1));
    painter.drawLine(QPointF(0, base), QPointF(width(), base));
    const QDateTime now = m_now.isValid() ? m_now : QDateTime::currentDateTimeUtc();
    const qint64 from = now.toMSecsSinceEpoch() - minutes * 60'000LL;
    painter.setPen(colours.muted);
    constexpr int marks = 3;
    for (int i = 0; i <= marks; ++i) {
        const QString time =
            QDateTime::fromMSecsSinceEpoch(from + minutes * 60'000LL * i / marks, Qt::UTC)
                .toString(QStringLiteral("HH:mm"));
        const int wide = metrics.horizontalAdvance(time);
        painter.drawText(
            QPointF(qBound(0.0, double(width()) * i / marks - wide / 2.0, double(width() - wide)),
                    height() - 4),
            time);
    }
    if (m_moments.isEmpty()) {
        painter.drawText(QRectF(0, 0, width(), base), int(Qt::AlignCenter),
                         tr("nothing happened in the last %1 min").arg(minutes));
        return;
    }
    const auto placeOf = [&](const Event &event) {
        const double part = double(event.at.toMSecsSinceEpoch() - from) / (minutes * 60'000.0);
        return qBound(1.0, part * width(), width() - 2.0);
    };
    // Weighty events choose their level first, the newest of them before older ones.
    const int levels = qMax(1, int((base - 6) / (metrics.height() + 4)));
    QList<QList<QRectF>> taken(levels);
    QList<qsizetype> order;
    for (const Event::Weight weight :
         {Event::Weight::Critical, Event::Weight::Warning, Event::Weight::Plain}) {
        for (qsizetype i = m_moments.size() - 1; i >= 0; --i) {
            if (m_moments[i].event.weight == weight)
                order.append(i);
        }
    }
    struct Flag
    {
        QRectF box; ///< empty: no room for words
        QString text;
    };
    QList<Flag> flags(m_moments.size());
    for (const qsizetype index : std::as_const(order)) {
        const Event &event = m_moments[index].event;
        const bool plain = event.weight == Event::Weight::Plain;
        const double x = placeOf(event);
        const QString text = metrics.elidedText(wordsOf(m_moments[index]), Qt::ElideRight, 280);
        const double wide = metrics.horizontalAdvance(text) + 4;
        const double left = x + wide + 8 > width() ? x - wide - 5 : x + 5;
        double top = base - 10;
        for (int i = 0; i < levels; ++i) {
            const int level = plain ? levels - 1 - i : i; // what weighs little stands low
            const QRectF box(left, 2 + level * (metrics.height() + 4), wide, metrics.height());
            if (std::any_of(taken[level].cbegin(), taken[level].cend(),
                            [&box](const QRectF &other) { return other.intersects(box); }))
                continue;
            taken[level].append(box.adjusted(-8, 0, 8, 0));
            flags[index] = {box, text};
            top = box.top() + 2;
            break;
        }
        painter.setPen(
            QPen(plain ? colours.controlBorder : toneColour(toneOf(event.weight), colours),
                 plain ? 1 : 2));
        painter.drawLine(QPointF(x, top), QPointF(x, base));
    }
    for (const qsizetype index : std::as_const(order)) {
        const Flag &flag = flags[index];
        if (flag.text.isEmpty())
            continue;
        painter.fillRect(flag.box, colours.panel);
        painter.setPen(m_moments[index].event.weight == Event::Weight::Plain ? colours.muted
                                                                             : colours.text);
        painter.drawText(flag.box, int(Qt::AlignLeft | Qt::AlignVCenter), flag.text);
    }
}

} // namespace understudy::ui
