// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/theme.h"

#include "ui/parts/painted.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QFontMetricsF>
#include <QRegularExpression>
#include <QStyle>
#include <QStyleFactory>

namespace understudy::ui {

namespace {

constexpr int basePixels = 13;

bool hasTabularFigures(const QFont &font)
{
    const QFontMetricsF metrics(font);
    const double first = metrics.horizontalAdvance(QLatin1Char('0'));
    for (char figure = '1'; figure <= '9'; ++figure) {
        if (std::abs(metrics.horizontalAdvance(QLatin1Char(figure)) - first) > 0.01)
            return false;
    }
    return true;
}

bool systemIsDark(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightnessF() < 0.5;
}

} // namespace

Result<ThemeChoice> parseThemeChoice(const QString &text)
{
    if (text == QLatin1String("system"))
        return ThemeChoice::System;
    if (text == QLatin1String("light"))
        return ThemeChoice::Light;
    if (text == QLatin1String("dark"))
        return ThemeChoice::Dark;
    return fail(ErrorCode::InvalidInput, QStringLiteral("no such theme: '%1'").arg(text),
                QStringLiteral("Write light, dark or system."));
}

QFont interfaceFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    const QStringList generic{QStringLiteral("Sans Serif"), QStringLiteral("Sans"),
                              QStringLiteral("DejaVu Sans"), QStringLiteral("Helvetica"),
                              QString()};
    if (!generic.contains(font.family()) && hasTabularFigures(font))
        return font;
    const QStringList installed = QFontDatabase::families();
    for (const QString &family : {QStringLiteral("Open Sans"), QStringLiteral("Noto Sans"),
                                  QStringLiteral("Roboto"), QStringLiteral("DejaVu Sans")}) {
        if (!installed.contains(family))
            continue;
        font.setFamily(family);
        if (hasTabularFigures(font))
            return font;
    }
    return font;
}

QPalette paletteFor(const Colours &c)
{
    QPalette palette;
    const auto set = [&palette](QPalette::ColorRole role, const QColor &colour) {
        palette.setColor(role, colour);
    };
    set(QPalette::Window, c.ground);
    set(QPalette::WindowText, c.text);
    set(QPalette::Base, c.panel);
    set(QPalette::AlternateBase, c.ground);
    set(QPalette::Text, c.text);
    set(QPalette::Button, c.raised);
    set(QPalette::ButtonText, c.text);
    set(QPalette::BrightText, c.text);
    set(QPalette::Highlight, c.selection);
    set(QPalette::HighlightedText, c.text);
    set(QPalette::Link, c.focus);
    set(QPalette::LinkVisited, c.focus);
    set(QPalette::ToolTipBase, c.raised);
    set(QPalette::ToolTipText, c.text);
    set(QPalette::PlaceholderText, c.muted);
    set(QPalette::Light, c.line);
    set(QPalette::Midlight, c.line);
    set(QPalette::Mid, c.line);
    set(QPalette::Dark, c.sunken);
    set(QPalette::Shadow, c.sunken);
    for (const QPalette::ColorRole role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, c.muted);
    return palette;
}

QString styleSheetFor(const Colours &c, double scale)
{
    QFile file(QStringLiteral(":/understudy/theme/understudy.qss"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString sheet = QString::fromUtf8(file.readAll());
    const QList<std::pair<QString, QColor>> names{
        {QStringLiteral("ground"), c.ground},
        {QStringLiteral("panel"), c.panel},
        {QStringLiteral("navigation"), c.navigation},
        {QStringLiteral("raised"), c.raised},
        {QStringLiteral("sunken"), c.sunken},
        {QStringLiteral("field"), c.field},
        {QStringLiteral("strip"), c.strip},
        {QStringLiteral("line"), c.line},
        {QStringLiteral("controlBorder"), c.controlBorder},
        {QStringLiteral("focus"), c.focus},
        {QStringLiteral("text"), c.text},
        {QStringLiteral("muted"), c.muted},
        {QStringLiteral("healthy"), c.healthy},
        {QStringLiteral("warning"), c.warning},
        {QStringLiteral("warningFill"), c.warningFill},
        {QStringLiteral("warningFillText"), c.warningFillText},
        {QStringLiteral("critical"), c.critical},
        {QStringLiteral("criticalFill"), c.criticalFill},
        {QStringLiteral("criticalFillText"), c.criticalFillText},
        {QStringLiteral("criticalGround"), c.criticalGround},
        {QStringLiteral("act"), c.act},
        {QStringLiteral("actText"), c.actText},
        {QStringLiteral("selection"), c.selection}};
    for (const auto &[name, colour] : names)
        sheet.replace(QRegularExpression(QStringLiteral("@%1\\b").arg(name)), colour.name());
    static const QRegularExpression size(QStringLiteral("@px([0-9]+)"));
    for (QRegularExpressionMatch match = size.match(sheet); match.hasMatch();
         match = size.match(sheet)) {
        const int pixels = qRound(match.captured(1).toInt() * scale);
        sheet.replace(match.capturedStart(), match.capturedLength(),
                      QString(QString::number(pixels) + QStringLiteral("px")));
    }
    return sheet;
}

void applyTheme(QApplication &application, const Theme &theme)
{
    static const QPalette desktop = QApplication::palette(); // before ours replaces it
    const bool dark = theme.choice == ThemeChoice::Dark ||
                      (theme.choice == ThemeChoice::System && systemIsDark(desktop));
    const Colours &colours = dark ? darkColours() : lightColours();
    QFont font = interfaceFont();
    font.setPixelSize(qRound(basePixels * theme.scale));
    if (application.style()->name() != QLatin1String("fusion"))
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("fusion")));
    QApplication::setFont(font);
    QApplication::setPalette(paletteFor(colours));
    application.setStyleSheet(styleSheetFor(colours, theme.scale));
    static const bool accessible = [] {
        Painted::installAccessibility();
        return true;
    }();
    Q_UNUSED(accessible)
}

} // namespace understudy::ui
