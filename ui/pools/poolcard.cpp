// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pools/poolcard.h"

#include "ui/parts/colours.h"
#include "ui/parts/text.h"
#include "ui/pools/poolwords.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>

namespace understudy::ui {

namespace {

QString shapeFor(int place)
{
    static const char16_t shapes[] = {u'■', u'□', u'◆', u'◇'};
    return QString(QChar(shapes[place % 4]));
}

} // namespace

PoolCard::PoolCard(int place, QWidget *parent)
    : QFrame(parent)
    , m_shape(shapeFor(place))
    , m_name(label({}, TextRole::Title, this))
    , m_share(label({}, TextRole::Number, this))
    , m_detail(label({}, TextRole::Muted, this))
{
    setFocusPolicy(Qt::TabFocus);
    m_detail->setWordWrap(true);
    auto *head = new QHBoxLayout;
    head->addWidget(m_name, 1);
    head->addWidget(m_share);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 8, 16, 8);
    column->setSpacing(4);
    column->addLayout(head);
    column->addWidget(m_detail);
}

void PoolCard::setPool(const PoolsView &view, int index)
{
    const PoolView &pool = view.pools[index];
    const QString build =
        pool.build.isEmpty() ? tr("build unknown") : tr("build %1").arg(pool.build);
    const QString role = poolRole(view, pool);
    m_down = !pool.instances.isEmpty() && pool.up == 0;
    m_live = pool.answersCounted > 0;
    const QString name = QStringLiteral("%1 %2 %3 · %4 · %5")
                             .arg(m_down ? QStringLiteral("✖") : m_shape, poolLetter(view, index),
                                  pool.colour, role, build);
    const QString share =
        view.answersCounted > 0
            ? QStringLiteral("%1 %").arg(qRound(100.0 * pool.answersCounted / view.answersCounted))
            : tr("not counted");
    setTextIfChanged(m_name, name);
    setTextIfChanged(m_share, share);
    setTextIfChanged(m_detail, poolLine(pool));
    const QString spoken =
        QStringList{pool.colour, role, build, tr("%1 of the traffic").arg(share), poolLine(pool)}
            .join(QStringLiteral(", "));
    if (accessibleName() != spoken)
        setAccessibleName(spoken);
    update();
}

void PoolCard::paintEvent(QPaintEvent *)
{
    const Colours &colours = coloursOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(m_down ? QPen(colours.critical, 2)
                          : QPen(m_live ? colours.text : colours.controlBorder, m_live ? 2 : 1));
    painter.setBrush(m_down ? colours.criticalGround : colours.raised);
    painter.drawRoundedRect(QRectF(rect()).adjusted(2, 2, -2, -2), 4, 4);
    if (!hasFocus())
        return;
    painter.setPen(QPen(colours.focus, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 5, 5);
}

void PoolCard::focusInEvent(QFocusEvent *event)
{
    QFrame::focusInEvent(event);
    update();
}

void PoolCard::focusOutEvent(QFocusEvent *event)
{
    QFrame::focusOutEvent(event);
    update();
}

} // namespace understudy::ui
