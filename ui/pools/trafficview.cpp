// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pools/trafficview.h"

#include "ui/parts/colours.h"
#include "ui/parts/text.h"
#include "ui/pools/poolcard.h"
#include "ui/pools/poolwords.h"

#include <QEvent>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>

namespace understudy::ui {

namespace {

constexpr int poolGap = 16;
constexpr int thickest = 14;

int entryWidth(const QWidget *widget)
{
    return widget->fontMetrics().horizontalAdvance(QStringLiteral("users")) + 40;
}

} // namespace

TrafficView::TrafficView(QWidget *parent)
    : QWidget(parent)
    , m_entry(label(tr("users"), TextRole::Body, this))
{
    m_entry->setAlignment(Qt::AlignCenter);
}

void TrafficView::setPools(const PoolsView &view)
{
    m_view = view;
    while (m_cards.size() < size_t(view.pools.size()))
        m_cards.push_back(new PoolCard(int(m_cards.size()), this));
    for (size_t i = 0; i < m_cards.size(); ++i) {
        const bool shown = i < size_t(view.pools.size());
        m_cards[i]->setVisible(shown);
        if (shown)
            m_cards[i]->setPool(view, int(i));
    }
    const QString summary = poolsSummary(view);
    if (accessibleName() != summary)
        setAccessibleName(summary);
    place();
    update();
}

int TrafficView::cardHeight() const
{
    int tallest = 0;
    for (const PoolCard *card : m_cards) {
        const int cardWidth = qMax(1, width() - entryWidth(this) - width() / 6);
        tallest = qMax(tallest, card->isHidden()            ? 0
                                : card->hasHeightForWidth() ? card->heightForWidth(cardWidth)
                                                            : card->sizeHint().height());
    }
    return tallest;
}

QRect TrafficView::entryBox() const
{
    const int side = entryWidth(this);
    return {0, (height() - side) / 2, side, side};
}

void TrafficView::place()
{
    const QRect entry = entryBox();
    m_entry->setGeometry(entry);
    const int left = entry.right() + qMax(48, width() / 6);
    const int each = cardHeight();
    const int shown = int(m_view.pools.size());
    int y = (height() - shown * each - (shown - 1) * poolGap) / 2;
    for (int i = 0; i < shown; ++i) {
        m_cards[size_t(i)]->setGeometry(left, y, width() - left, each);
        y += each + poolGap;
    }
}

QSize TrafficView::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 80, minimumSizeHint().height()};
}

QSize TrafficView::minimumSizeHint() const
{
    const int shown = qMax(1, int(m_view.pools.size()));
    return {fontMetrics().averageCharWidth() * 40,
            qMax(entryWidth(this), shown * cardHeight() + (shown - 1) * poolGap)};
}

void TrafficView::resizeEvent(QResizeEvent *)
{
    place();
    updateGeometry();
}

bool TrafficView::event(QEvent *event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::LayoutRequest) {
        place();
        updateGeometry();
    }
    return QWidget::event(event);
}

void TrafficView::paintEvent(QPaintEvent *)
{
    const Colours &colours = coloursOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF entry = entryBox();
    for (int i = 0; i < m_view.pools.size(); ++i) {
        const QRect card = m_cards[size_t(i)]->geometry();
        const int answers = m_view.pools[i].answersCounted;
        const bool counted = answers > 0 && m_view.answersCounted > 0;
        const double share = counted ? double(answers) / m_view.answersCounted : 0;
        QPen pen(counted ? colours.text : colours.controlBorder,
                 counted ? qMax(2.0, share * thickest) : 1.5);
        pen.setStyle(counted ? Qt::SolidLine : Qt::DashLine);
        pen.setCapStyle(Qt::FlatCap);
        painter.setPen(pen);
        painter.drawLine(QPointF(entry.right() - 4, entry.center().y()),
                         QPointF(card.left() + 3, card.center().y()));
    }
    painter.setPen(QPen(colours.controlBorder, 1.5));
    painter.setBrush(colours.ground);
    painter.drawEllipse(entry.adjusted(1, 1, -1, -1));
}

} // namespace understudy::ui
