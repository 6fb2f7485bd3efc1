// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/parts/painted.h"
#include "ui/parts/restorablewindow.h"
#include "ui/parts/rulerscale.h"

#include <QStaticText>

namespace understudy::ui {

struct Colours;

/// Something that happened and helps to choose a moment.
struct RulerMark
{
    enum class Kind { Dump, Incident, Deployment };
    QDateTime at;
    Kind kind = Kind::Incident;
    QString label; ///< a few words
    bool operator==(const RulerMark &) const = default;
};

/// One zoomable line of time: what can be restored, what lies beyond (hatched), marks, WAL arrival,
/// now, and the chosen moment as a handle. Drag picks; the wheel zooms about the pointer. Left and
/// Right move by a second, with Shift a minute, with Ctrl an hour, the Page keys by ten minutes;
/// Home and End go to the window's ends; + and - zoom, 0 shows all again. In a right-to-left layout
/// time runs to the left, and the arrow keys move the way they point.
/// `picked` is emitted only for what the operator did here, never for `setMoment`.
class TimeRuler : public Painted
{
    Q_OBJECT
public:
    explicit TimeRuler(QWidget *parent = nullptr);
    void setWindow(const RestorableWindow &window);
    void setNow(const QDateTime &now);
    void setMarks(const QList<RulerMark> &marks); ///< at most 100 are kept, the newest
    void setMoment(const QDateTime &moment);      ///< UTC; invalid: none is chosen
    void setReadOnly(bool readOnly);              ///< zooms, picks nothing
    bool isReadOnly() const { return m_readOnly; }
    const QDateTime &moment() const { return m_moment; }
    const RestorableWindow &window() const { return m_window; }
    const RulerScale &scale();
    /// The operator's wish, kept inside what can be restored.
    void pick(const QDateTime &wanted);
    QString valueText() const;   ///< "2026-11-22 14:00:00 UTC, 17:00:00 +03, 20 min ago"
    QDateTime beginning() const; ///< of the window, as far as known
    double secondsInto(const QDateTime &moment) const; ///< from `beginning`; 0 for an invalid one

    QString description() const override;
    QAccessible::Role spokenRole() const override { return QAccessible::Slider; }
    QAccessibleInterface *spoken() override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void picked(const QDateTime &moment);

protected:
    bool event(QEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    /// What stands at a place, with words that are laid out once.
    struct Placed
    {
        double x = 0, wordsAt = 0; ///< wordsAt below zero: no room for them
        QStaticText words;
        RulerMark::Kind kind = RulerMark::Kind::Incident;
    };
    struct Lanes
    {
        int flags = 0, bar = 0, ticks = 0; ///< tops
        int barHeight = 0;
    };
    Lanes lanes() const;
    double edge() const; ///< room left and right of the line
    qint64 least() const;
    qint64 most() const;
    void showAll();
    void changed(); ///< what stands where has to be found anew
    void layOut();
    void layOutMarks();
    double flagWidth() const;
    QRectF flagBox() const;
    double nowLeft() const;
    void zoomBy(double factor, qint64 about);
    void step(qint64 milliseconds);
    void bringIntoView();
    void paintBar(QPainter &painter, const Colours &colours) const;
    void paintBarWords(QPainter &painter, const QRect &bar) const;
    void paintTicks(QPainter &painter, const Colours &colours) const;
    void paintMarks(QPainter &painter, const Colours &colours) const;
    void paintNow(QPainter &painter, const Colours &colours) const;
    void paintHandle(QPainter &painter, const Colours &colours) const;
    const RulerMark *markAt(const QPointF &place) const;

    RestorableWindow m_window;
    QList<RulerMark> m_marks;
    QDateTime m_now, m_moment;
    bool m_readOnly = false;
    bool m_zoomed = false;
    bool m_dirty = true;
    RulerScale m_scale;
    QList<Placed> m_ticks, m_placedMarks;
    QStaticText m_flag, m_nowWords, m_barWords, m_zone;
};

} // namespace understudy::ui
