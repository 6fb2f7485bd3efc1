// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/minitraffic.h"

#include "core/base/quantity.h"
#include "ui/parts/colours.h"
#include "ui/parts/tone.h"
#include "ui/pools/poolwords.h"

#include <QPainter>

#include <algorithm>

namespace understudy::ui {

namespace {

double share(const PoolsView &pools, const PoolView &pool)
{
    return pools.answersCounted > 0 ? double(pool.answersCounted) / pools.answersCounted : 0;
}

QString standing(const PoolsView &pools, const PoolView &pool)
{
    if (pools.serving == pool.colour)
        return MiniTraffic::tr("live");
    if (pool.answersCounted > 0)
        return MiniTraffic::tr("gets %1 of %2 answers")
            .arg(pool.answersCounted)
            .arg(pools.answersCounted);
    if (pool.up == 0)
        return MiniTraffic::tr("down");
    return pool.warm == pool.instances.size() ? MiniTraffic::tr("warm")
                                              : MiniTraffic::tr("not warm");
}

QString facts(const PoolView &pool)
{
    QStringList parts{MiniTraffic::tr("%1 of %2 up").arg(pool.up).arg(pool.instances.size())};
    if (pool.errorRate)
        parts << MiniTraffic::tr("errors %1 %").arg(numberText(*pool.errorRate * 100));
    if (pool.p95)
        parts << MiniTraffic::tr("p95 %1 ms").arg(numberText(std::round(*pool.p95)));
    return parts.join(QStringLiteral(" · "));
}

/// "4 no answer: blue-6, blue-29, blue-52 and 1 more", the worst first; empty: all are well.
QString wrong(const PoolView &pool)
{
    constexpr qsizetype named = 3;
    const QStringList names = troubledNames(pool);
    if (names.isEmpty())
        return {};
    const QString first = names.mid(0, named).join(QStringLiteral(", "));
    const QString told =
        names.size() <= named
            ? first
            : MiniTraffic::tr("%1 and %2 more").arg(first).arg(names.size() - named);
    return troubleCounts({pool}) + QStringLiteral(": ") + told;
}

/// As many of their names as there is room for: "blue-6, blue-29 and 7 more".
QString wrongIn(const PoolView &pool, const QFontMetrics &metrics, double room)
{
    const QStringList names = troubledNames(pool);
    QString fitting;
    for (qsizetype told = 1; told <= names.size(); ++told) {
        const QString first = names.mid(0, told).join(QStringLiteral(", "));
        const QString line =
            told == names.size()
                ? first
                : MiniTraffic::tr("%1 and %2 more").arg(first).arg(names.size() - told);
        if (told > 1 && metrics.horizontalAdvance(line) > room)
            break;
        fitting = line;
    }
    return fitting;
}

QString heading(const PoolsView &pools, const PoolView &pool)
{
    QStringList parts{pool.colour, standing(pools, pool)};
    parts << (pool.build.isEmpty() ? MiniTraffic::tr("build unknown")
                                   : MiniTraffic::tr("build %1").arg(pool.build.left(8)));
    return poolSign(pool.colour, pools.serving == pool.colour) + QLatin1Char(' ') +
           parts.join(QStringLiteral(" · "));
}

} // namespace

QString poolSign(const QString &colour, bool serving)
{
    return (serving ? QStringLiteral("■ ") : QStringLiteral("□ ")) + colour.left(1).toUpper();
}

MiniTraffic::MiniTraffic(QWidget *parent)
    : Painted(parent)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    say(tr("Traffic: not counted yet"));
}

void MiniTraffic::setPools(const std::optional<PoolsView> &pools, bool stale)
{
    // Times change with every look; only what is shown is worth a repaint.
    const QString said = pools ? words(*pools) : tr("Traffic: not counted yet");
    const bool same =
        said == accessibleName() && m_stale == stale && m_pools.has_value() == pools.has_value();
    m_pools = pools;
    m_stale = stale;
    if (same)
        return;
    say(said);
    update();
}

QString MiniTraffic::words(const PoolsView &pools)
{
    QStringList said;
    for (const PoolView &pool : pools.pools)
        said << heading(pools, pool) + QStringLiteral(", ") + facts(pool) +
                    (wrong(pool).isEmpty() ? QString()
                                           : QString(QStringLiteral(", ") + wrong(pool)));
    return tr("Users reach %1: ")
               .arg(pools.serving.isEmpty() ? tr("nobody knows whom") : pools.serving) +
           said.join(QStringLiteral("; "));
}

void MiniTraffic::paintPool(QPainter &painter, const QRectF &box, const PoolView &pool) const
{
    const Colours &colours = coloursOf(this);
    const bool serving = m_pools->serving == pool.colour;
    const bool down = pool.up == 0 && !m_stale;
    const Tone tone = !down                                ? Tone::Plain
                      : serving || pool.answersCounted > 0 ? Tone::Critical
                                                           : Tone::Warning;
    painter.setPen(QPen(down                  ? toneColour(tone, colours)
                        : serving && !m_stale ? colours.text
                                              : colours.controlBorder,
                        serving && !m_stale ? 2 : 1, m_stale ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(m_stale ? QBrush(colours.line, Qt::BDiagPattern) : QBrush(colours.raised));
    painter.drawRoundedRect(box, 4, 4);
    const QRectF inner = box.adjusted(10, 5, -8, -5);
    const QFontMetrics metrics(painter.font());
    const QString sign = down ? QString(toneSign(tone) + QLatin1Char(' ')) : QString();
    painter.setPen(m_stale ? colours.muted : colours.text);
    painter.drawText(
        inner, int(Qt::AlignLeft | Qt::AlignTop),
        metrics.elidedText(sign + heading(*m_pools, pool), Qt::ElideRight, int(inner.width())));
    painter.setPen(colours.muted);
    // Some of a pool that holds are a warning; the pool's own loss is what shouts.
    const bool seen =
        std::any_of(pool.instances.cbegin(), pool.instances.cend(), [](const InstanceView &one) {
            return toneOf(one) == Tone::Critical || toneOf(one) == Tone::Warning;
        });
    const Tone some = down ? Tone::Plain : seen ? Tone::Warning : Tone::Unknown;
    const QString someSign = down ? QString() : QString(toneSign(some) + QLatin1Char(' '));
    const QString trouble =
        m_stale ? QString()
                : wrongIn(pool, metrics, inner.width() - metrics.horizontalAdvance(someSign));
    painter.drawText(
        inner, int(Qt::AlignLeft) | int(trouble.isEmpty() ? Qt::AlignBottom : Qt::AlignVCenter),
        metrics.elidedText(facts(pool), Qt::ElideRight, int(inner.width())));
    if (trouble.isEmpty())
        return;
    painter.setPen(toneColour(some, colours));
    painter.drawText(inner, int(Qt::AlignLeft | Qt::AlignBottom),
                     metrics.elidedText(someSign + trouble, Qt::ElideRight, int(inner.width())));
}

void MiniTraffic::paintEvent(QPaintEvent *)
{
    const Colours &colours = coloursOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont small = font();
    small.setPixelSize(qMax(9, QFontInfo(font()).pixelSize() - 1));
    painter.setFont(small);
    if (!m_pools || m_pools->pools.isEmpty()) {
        painter.setPen(colours.muted);
        painter.drawText(rect(), int(Qt::AlignCenter), tr("not counted yet"));
        return;
    }
    const qsizetype count = m_pools->pools.size();
    const bool anyWrong = !m_stale && std::any_of(m_pools->pools.cbegin(), m_pools->pools.cend(),
                                                  [](const PoolView &pool) {
                                                      return !troubledNames(pool).isEmpty();
                                                  });
    const double boxHeight =
        painter.fontMetrics().height() * (anyWrong ? 3 : 2) + (height() > 190 ? 22 : 14);
    const double used =
        qMin(double(height()) - 8, boxHeight * double(count) + 72.0 * double(count - 1));
    const double step = count > 1 ? (used - boxHeight) / double(count - 1) : 0;
    constexpr double radius = 21;
    const QPointF users(radius + 2, 4 + used / 2);
    const double left = radius * 2 + qMin(90.0, width() * 0.17);
    for (qsizetype i = 0; i < count; ++i) {
        const PoolView &pool = m_pools->pools[i];
        const QRectF box(left, 4 + step * double(i), width() - left - 2, boxHeight);
        const double part = share(*m_pools, pool);
        painter.setPen(part > 0 ? QPen(m_stale ? colours.controlBorder : colours.act,
                                       m_stale ? 1.2 : 2 + 8 * part,
                                       m_stale ? Qt::DashLine : Qt::SolidLine, Qt::FlatCap)
                                : QPen(colours.controlBorder, 1.2, Qt::DashLine));
        painter.drawLine(users, QPointF(box.left(), box.center().y()));
        paintPool(painter, box, pool);
    }
    painter.setPen(QPen(colours.text, 1.2));
    painter.setBrush(colours.panel);
    painter.drawEllipse(users, radius, radius);
    painter.drawText(QRectF(users.x() - radius, users.y() - radius, radius * 2, radius * 2),
                     int(Qt::AlignCenter), tr("users"));
}

} // namespace understudy::ui
