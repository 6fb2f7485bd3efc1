// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace understudy::ui {

/// Which stretch of time a ruler shows, and where on it a moment stands. Times are milliseconds
/// since the epoch, places are pixels; mirrored, later stands further left.
class RulerScale
{
public:
    struct Tick
    {
        qint64 at = 0;
        QString words; ///< UTC: "14:00", "14:00:05", "22 Nov"
    };
    static constexpr qint64 narrowest = 20'000;

    void setRoom(double left, double width, bool mirrored);
    void setView(qint64 from, qint64 to); ///< at least `narrowest` long
    qint64 from() const { return m_from; }
    qint64 to() const { return m_to; }
    qint64 span() const { return m_to - m_from; }

    double place(qint64 at) const;
    qint64 moment(double place) const;
    double millisecondsPerPixel() const;
    /// Beyond 1 shows less, with `about` staying where it is; never more than [least, most].
    void zoom(double factor, qint64 about, qint64 least, qint64 most);
    void shift(qint64 by, qint64 least, qint64 most);
    /// Rounded to what one pixel can tell: whole seconds when near, whole minutes when far.
    qint64 rounded(qint64 at) const;
    /// Round moments, at least `gap` pixels from each other.
    QList<Tick> ticks(double gap) const;

private:
    double m_left = 0, m_width = 1;
    bool m_mirrored = false;
    qint64 m_from = 0, m_to = narrowest;
};

} // namespace understudy::ui
