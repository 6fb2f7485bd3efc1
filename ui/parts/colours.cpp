// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/colours.h"

#include <QPalette>
#include <QWidget>

#include <cmath>

namespace understudy::ui {

namespace {

QColor colour(QRgb value)
{
    return QColor::fromRgb(value);
}

double luminance(const QColor &colour)
{
    const auto linear = [](double part) {
        return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

} // namespace

const Colours &darkColours()
{
    static const Colours colours{
        .dark = true,
        .ground = colour(0x1b1e22),
        .panel = colour(0x23272d),
        .navigation = colour(0x1f2327),
        .raised = colour(0x2b3038),
        .sunken = colour(0x14171a),
        .field = colour(0x14171a),
        .strip = colour(0x2a2f36),
        .line = colour(0x39404a),
        .controlBorder = colour(0x6d7886),
        .focus = colour(0x7fb4ff),
        .text = colour(0xe6e9ed),
        .muted = colour(0x9aa4b1),
        .series = colour(0x8fa3bd),
        .seriesSoft = colour(0x6c7a8e),
        .healthy = colour(0x9fb3a6),
        .warning = colour(0xffb020),
        .warningFill = colour(0xffb020),
        .warningFillText = colour(0x16191d),
        .critical = colour(0xff5d5d),
        .criticalFill = colour(0xff5d5d),
        .criticalFillText = colour(0x16191d),
        .criticalGround = colour(0x3a2226),
        .act = colour(0xdfe5ee),
        .actText = colour(0x16191d),
        .selection = colour(0x35507a),
    };
    return colours;
}

const Colours &lightColours()
{
    static const Colours colours{
        .dark = false,
        .ground = colour(0xe9ebee),
        .panel = colour(0xf7f8f9),
        .navigation = colour(0xe3e6ea),
        .raised = colour(0xffffff),
        .sunken = colour(0xd3d9df),
        .field = colour(0xffffff),
        .strip = colour(0xdde2e7),
        .line = colour(0xc3c9d1),
        .controlBorder = colour(0x7c8693),
        .focus = colour(0x1d5fbf),
        .text = colour(0x16191d),
        .muted = colour(0x4d5763),
        .series = colour(0x4a6286),
        .seriesSoft = colour(0x76849a),
        .healthy = colour(0x3d5a48),
        .warning = colour(0x8a5a00),
        .warningFill = colour(0xf0a000),
        .warningFillText = colour(0x16191d),
        .critical = colour(0xc9211e),
        .criticalFill = colour(0xc9211e),
        .criticalFillText = colour(0xffffff),
        .criticalGround = colour(0xf9e3e1),
        .act = colour(0x1e2a3a),
        .actText = colour(0xffffff),
        .selection = colour(0xbcd3f2),
    };
    return colours;
}

const Colours &coloursOf(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightnessF() < 0.5 ? darkColours() : lightColours();
}

const Colours &coloursOf(const QWidget *widget)
{
    return coloursOf(widget->palette());
}

double contrast(const QColor &a, const QColor &b)
{
    const double one = luminance(a) + 0.05;
    const double other = luminance(b) + 0.05;
    return one > other ? one / other : other / one;
}

} // namespace understudy::ui
