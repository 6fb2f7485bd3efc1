// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

class QPalette;
class QWidget;

namespace understudy::ui {

/// Every colour there is, by what it means. Warning and critical mean only that.
struct Colours
{
    bool dark = true;
    QColor ground, panel, navigation, raised,
        sunken;   ///< surfaces, from back to front and the wells in them
    QColor field; ///< behind what is typed
    QColor strip; ///< behind the open run's line
    QColor line, controlBorder, focus;
    QColor text, muted;
    QColor series;     ///< bars and curves: quiet
    QColor seriesSoft; ///< a second curve, areas
    QColor healthy;
    QColor warning; ///< as text or line
    QColor warningFill, warningFillText;
    QColor critical;
    QColor criticalFill, criticalFillText;
    QColor criticalGround; ///< behind a critical node or tile
    QColor act, actText;   ///< the one button that acts
    QColor selection;
};

const Colours &darkColours();
const Colours &lightColours();
/// Those of the theme that this widget is shown in; asks the palette, so it needs no registry.
const Colours &coloursOf(const QPalette &palette);
const Colours &coloursOf(const QWidget *widget);

/// WCAG 2.2 contrast ratio of two opaque colours, 1 to 21.
double contrast(const QColor &a, const QColor &b);

} // namespace understudy::ui
