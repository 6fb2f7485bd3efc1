// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/timeruler.h"

#include "ui/parts/momentwords.h"
#include "ui/parts/text.h"

#include <QAccessibleWidget>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>

namespace understudy::ui {

namespace {

constexpr qint64 oneSecond = 1000, oneMinute = 60'000, oneHour = 3'600'000;
constexpr qint64 withoutWindow = 24 * oneHour; ///< shown when nobody says how far back it goes
constexpr qsizetype mostMarks = 100;
constexpr double keyZoom = 2;
constexpr double wheelZoom = 1.25; ///< for one notch
constexpr double notch = 120;

class SpokenRuler : public QAccessibleWidget, public QAccessibleValueInterface
{
public:
    explicit SpokenRuler(TimeRuler *ruler)
        : QAccessibleWidget(ruler, QAccessible::Slider)
    {}
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        if (type == QAccessible::ValueInterface)
            return static_cast<QAccessibleValueInterface *>(this);
        return QAccessibleWidget::interface_cast(type);
    }
    QString text(QAccessible::Text which) const override
    {
        if (which == QAccessible::Value)
            return ruler()->valueText();
        return which == QAccessible::Description ? ruler()->description()
                                                 : QAccessibleWidget::text(which);
    }
    /// Seconds from the beginning of the window: small enough that a step of one is not rounded
    /// away. The text and the description say the moment itself.
    QVariant currentValue() const override { return ruler()->secondsInto(ruler()->moment()); }
    void setCurrentValue(const QVariant &value) override
    {
        if (!ruler()->isReadOnly())
            ruler()->pick(ruler()->beginning().addSecs(qint64(value.toDouble())));
    }
    QVariant minimumValue() const override { return 0.0; }
    QVariant maximumValue() const override
    {
        return ruler()->secondsInto(ruler()->window().latest);
    }
    QVariant minimumStepSize() const override { return 1.0; }

private:
    TimeRuler *ruler() const { return qobject_cast<TimeRuler *>(object()); }
};

} // namespace

TimeRuler::TimeRuler(QWidget *parent)
    : Painted(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMouseTracking(false);
    say(tr("Restore moment"));
}

QAccessibleInterface *TimeRuler::spoken()
{
    return new SpokenRuler(this);
}

QString TimeRuler::valueText() const
{
    return m_moment.isValid() ? momentText(m_moment, m_now) : tr("no moment chosen");
}

QDateTime TimeRuler::beginning() const
{
    return m_window.earliest.isValid() ? m_window.earliest : m_now.addMSecs(-withoutWindow);
}

double TimeRuler::secondsInto(const QDateTime &moment) const
{
    return moment.isValid() ? double(beginning().secsTo(moment)) : 0.0;
}

QString TimeRuler::description() const
{
    QStringList words;
    if (!m_readOnly)
        words << valueText();
    words << windowText(m_window);
    for (const RulerMark &mark : m_marks)
        words << tr("%1 at %2").arg(mark.label, utcText(mark.at));
    if (!m_readOnly)
        words << tr("Arrow keys move by a second, with Shift a minute, with Control an hour, the "
                    "Page keys by ten minutes.");
    return words.join(QStringLiteral(". "));
}

void TimeRuler::changed()
{
    m_dirty = true;
    update();
}

void TimeRuler::setWindow(const RestorableWindow &window)
{
    if (m_window == window)
        return;
    m_window = window;
    if (!m_zoomed)
        showAll();
    changed();
}

void TimeRuler::setNow(const QDateTime &now)
{
    const bool first = !m_now.isValid();
    const double moved = m_scale.millisecondsPerPixel();
    const qint64 then = first ? 0 : qint64(double(m_now.toMSecsSinceEpoch()) / moved);
    m_now = now;
    // A second that moves nothing by a pixel repaints nothing.
    if (!first && qint64(double(now.toMSecsSinceEpoch()) / moved) == then)
        return;
    if (!m_zoomed)
        showAll();
    changed();
}

void TimeRuler::setMarks(const QList<RulerMark> &marks)
{
    QList<RulerMark> kept = marks;
    std::sort(kept.begin(), kept.end(),
              [](const RulerMark &a, const RulerMark &b) { return a.at < b.at; });
    kept = kept.mid(qMax(qsizetype(0), kept.size() - mostMarks));
    if (m_marks == kept)
        return;
    m_marks = kept;
    changed();
}

void TimeRuler::setMoment(const QDateTime &moment)
{
    if (m_moment == moment)
        return;
    m_moment = moment;
    bringIntoView();
    changed();
    QAccessibleValueChangeEvent told(this, valueText());
    QAccessible::updateAccessibility(&told);
}

void TimeRuler::setReadOnly(bool readOnly)
{
    m_readOnly = readOnly;
    say(readOnly ? tr("What can be restored") : tr("Restore moment"));
    changed();
}

const RulerScale &TimeRuler::scale()
{
    layOut();
    return m_scale;
}

void TimeRuler::pick(const QDateTime &wanted)
{
    QDateTime moment = m_window.nearest(wanted);
    if (m_now.isValid() && moment > m_now)
        moment = m_window.nearest(QDateTime::fromSecsSinceEpoch(m_now.toSecsSinceEpoch(), Qt::UTC));
    if (m_moment == moment)
        return;
    setMoment(moment);
    emit picked(moment);
}

/// The ends of what can be shown: the window and now, with a little of what lies beyond.
qint64 TimeRuler::most() const
{
    const qint64 now = m_now.isValid() ? m_now.toMSecsSinceEpoch() : 0;
    const qint64 latest = m_window.latest.isValid() ? m_window.latest.toMSecsSinceEpoch() : now;
    const qint64 end = qMax(now, latest);
    const qint64 begin =
        m_window.earliest.isValid() ? m_window.earliest.toMSecsSinceEpoch() : end - withoutWindow;
    return end + qMax(oneSecond * 2, (end - begin) / 40);
}

qint64 TimeRuler::least() const
{
    if (!m_window.earliest.isValid())
        return most() - withoutWindow;
    const qint64 begin = m_window.earliest.toMSecsSinceEpoch();
    return begin - qMax(oneSecond * 2, (most() - begin) / 25);
}

void TimeRuler::showAll()
{
    m_zoomed = false;
    m_scale.setView(least(), most());
    m_dirty = true;
}

void TimeRuler::zoomBy(double factor, qint64 about)
{
    layOut();
    m_scale.zoom(factor, about, least(), most());
    m_zoomed = m_scale.span() < qMax(RulerScale::narrowest, most() - least());
    if (!m_zoomed)
        showAll();
    changed();
}

void TimeRuler::bringIntoView()
{
    if (!m_moment.isValid() || !m_zoomed)
        return;
    const qint64 at = m_moment.toMSecsSinceEpoch();
    const qint64 margin = m_scale.span() / 10;
    if (at < m_scale.from() + margin)
        m_scale.shift(at - margin - m_scale.from(), least(), most());
    else if (at > m_scale.to() - margin)
        m_scale.shift(at + margin - m_scale.to(), least(), most());
}

void TimeRuler::step(qint64 milliseconds)
{
    if (m_moment.isValid())
        pick(m_moment.addMSecs(milliseconds));
    else // the first key shows the handle, at the newest moment there is
        pick(m_window.latest.isValid() ? m_window.latest : m_now.addMSecs(-m_now.time().msec()));
}

void TimeRuler::keyPressEvent(QKeyEvent *event)
{
    const qint64 about =
        m_moment.isValid() ? m_moment.toMSecsSinceEpoch() : (m_scale.from() + m_scale.to()) / 2;
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomBy(keyZoom, about);
        return;
    case Qt::Key_Minus:
        zoomBy(1 / keyZoom, about);
        return;
    case Qt::Key_0:
        showAll();
        changed();
        return;
    default:
        break;
    }
    const qint64 unit = event->modifiers().testFlag(Qt::ControlModifier) ? oneHour
                        : event->modifiers().testFlag(Qt::ShiftModifier) ? oneMinute
                                                                         : oneSecond;
    const qint64 rightward = layoutDirection() == Qt::RightToLeft ? -1 : 1;
    if (m_readOnly) {
        const bool arrow = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right;
        if (!arrow || !m_zoomed)
            return Painted::keyPressEvent(event);
        const qint64 way = event->key() == Qt::Key_Right ? rightward : -rightward;
        m_scale.shift(way * m_scale.span() / 10, least(), most());
        changed();
        return;
    }
    switch (event->key()) {
    case Qt::Key_Left:
        step(-rightward * unit);
        break;
    case Qt::Key_Right:
        step(rightward * unit);
        break;
    case Qt::Key_PageUp:
        step(10 * oneMinute);
        break;
    case Qt::Key_PageDown:
        step(-10 * oneMinute);
        break;
    case Qt::Key_Home:
        if (m_window.earliest.isValid())
            pick(m_window.earliest);
        break;
    case Qt::Key_End:
        if (m_window.latest.isValid())
            pick(m_window.latest);
        break;
    default:
        Painted::keyPressEvent(event);
    }
}

void TimeRuler::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        mouseMoveEvent(event);
}

void TimeRuler::mouseMoveEvent(QMouseEvent *event)
{
    const bool held = event->buttons().testFlag(Qt::LeftButton);
    if (!held || m_readOnly)
        return;
    layOut();
    const double x = qBound(edge(), event->position().x(), width() - edge());
    pick(QDateTime::fromMSecsSinceEpoch(m_scale.rounded(m_scale.moment(x)), Qt::UTC));
}

void TimeRuler::wheelEvent(QWheelEvent *event)
{
    layOut();
    const QPoint turned = event->angleDelta();
    if (turned.y() != 0) {
        zoomBy(std::pow(wheelZoom, turned.y() / notch),
               m_scale.moment(qBound(edge(), event->position().x(), width() - edge())));
    } else if (turned.x() != 0) {
        m_scale.shift(-qRound64(turned.x() / notch * double(m_scale.span()) / 10), least(), most());
        changed();
    }
    event->accept();
}

bool TimeRuler::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const QHelpEvent *help = static_cast<QHelpEvent *>(event);
        const RulerMark *mark = markAt(help->pos());
        QToolTip::showText(help->globalPos(),
                           mark ? tr("%1 at %2").arg(mark->label, utcText(mark->at)) : QString(),
                           this);
        return true;
    }
    return Painted::event(event);
}

void TimeRuler::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::LayoutDirectionChange) {
        updateGeometry();
        changed();
    }
    Painted::changeEvent(event);
}

void TimeRuler::resizeEvent(QResizeEvent *event)
{
    m_dirty = true;
    Painted::resizeEvent(event);
}

} // namespace understudy::ui
