// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/modeband.h"
#include "ui/parts/tone.h"
#include "ui/shell/theme.h"

#include <QFontMetricsF>
#include <QSet>
#include <QTest>

using namespace understudy;
using namespace understudy::ui;

class TestTheme : public QObject
{
    Q_OBJECT
private slots:
    void textContrasts_data();
    void textContrasts();
    void controlContrasts_data();
    void controlContrasts();
    void bandTextContrasts_data();
    void bandTextContrasts();
    void signsDifferInShape();
    void figuresAreOfOneWidth();
    void everyNamedColourIsFilledIn_data();
    void everyNamedColourIsFilledIn();
    void wrongThemeIsRefused();
};

namespace {

void themes()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("dark") << true;
    QTest::newRow("light") << false;
}

const Colours &coloursFor(bool dark)
{
    return dark ? darkColours() : lightColours();
}

void pairRow(bool dark, const char *name, const QColor &front, const QColor &back)
{
    QTest::addRow("%s, %s", dark ? "dark" : "light", name) << front << back;
}

} // namespace

void TestTheme::textContrasts_data()
{
    QTest::addColumn<QColor>("front");
    QTest::addColumn<QColor>("back");
    for (const bool dark : {true, false}) {
        const Colours &c = coloursFor(dark);
        for (const QColor &back : {c.ground, c.panel, c.navigation, c.raised}) {
            const QString on = back.name();
            pairRow(dark, QStringLiteral("text on %1").arg(on).toLatin1().constData(), c.text,
                    back);
            pairRow(dark, QStringLiteral("muted on %1").arg(on).toLatin1().constData(), c.muted,
                    back);
            pairRow(dark, QStringLiteral("link on %1").arg(on).toLatin1().constData(), c.focus,
                    back);
        }
        pairRow(dark, "text in a well", c.text, c.sunken);
        pairRow(dark, "muted in a well", c.muted, c.sunken);
        pairRow(dark, "text selected", c.text, c.selection);
        pairRow(dark, "healthy", c.healthy, c.panel);
        pairRow(dark, "warning", c.warning, c.panel);
        pairRow(dark, "warning in the strip", c.warning, c.navigation);
        pairRow(dark, "critical", c.critical, c.panel);
        pairRow(dark, "critical in the navigation", c.critical, c.navigation);
        pairRow(dark, "warning badge", c.warningFillText, c.warningFill);
        pairRow(dark, "critical badge", c.criticalFillText, c.criticalFill);
        pairRow(dark, "act", c.actText, c.act);
        pairRow(dark, "text on a critical node", c.text, c.criticalGround);
        pairRow(dark, "muted on a critical node", c.muted, c.criticalGround);
    }
}

void TestTheme::textContrasts()
{
    QFETCH(QColor, front);
    QFETCH(QColor, back);
    QVERIFY2(contrast(front, back) >= 4.5,
             qPrintable(QStringLiteral("%1").arg(contrast(front, back))));
}

void TestTheme::controlContrasts_data()
{
    QTest::addColumn<QColor>("front");
    QTest::addColumn<QColor>("back");
    for (const bool dark : {true, false}) {
        const Colours &c = coloursFor(dark);
        pairRow(dark, "border on panel", c.controlBorder, c.panel);
        pairRow(dark, "border on ground", c.controlBorder, c.ground);
        pairRow(dark, "focus on panel", c.focus, c.panel);
        pairRow(dark, "focus on ground", c.focus, c.ground);
        pairRow(dark, "bar in its well", c.series, c.sunken);
        pairRow(dark, "curve on panel", c.series, c.panel);
        pairRow(dark, "second curve on panel", c.seriesSoft, c.panel);
        pairRow(dark, "critical bar", c.criticalFill, c.sunken);
        pairRow(dark, "limit mark", c.text, c.sunken);
        pairRow(dark, "act on ground", c.act, c.ground);
    }
}

void TestTheme::controlContrasts()
{
    QFETCH(QColor, front);
    QFETCH(QColor, back);
    QVERIFY2(contrast(front, back) >= 3.0,
             qPrintable(QStringLiteral("%1").arg(contrast(front, back))));
}

void TestTheme::bandTextContrasts_data()
{
    QTest::addColumn<Mode>("mode");
    for (const Mode mode :
         {Mode::Production, Mode::Staging, Mode::Lab, Mode::Tabletop, Mode::Replay})
        QTest::newRow(qPrintable(modeName(mode))) << mode;
}

void TestTheme::bandTextContrasts()
{
    QFETCH(Mode, mode);
    // The pattern lightens the ground by up to 16 %.
    QColor patterned = ModeBand::ground(mode);
    patterned.setRedF(float(patterned.redF() + (1 - patterned.redF()) * 0.16F));
    patterned.setGreenF(float(patterned.greenF() + (1 - patterned.greenF()) * 0.16F));
    patterned.setBlueF(float(patterned.blueF() + (1 - patterned.blueF()) * 0.16F));
    QVERIFY(contrast(Qt::white, patterned) >= 4.5);
}

void TestTheme::signsDifferInShape()
{
    QSet<QString> signs;
    for (const Tone tone : {Tone::Healthy, Tone::Warning, Tone::Critical, Tone::Unknown}) {
        QVERIFY(!toneSign(tone).isEmpty());
        signs.insert(toneSign(tone));
    }
    QCOMPARE(signs.size(), 4);
}

void TestTheme::figuresAreOfOneWidth()
{
    const QFontMetricsF metrics(interfaceFont());
    for (char figure = '1'; figure <= '9'; ++figure)
        QCOMPARE(metrics.horizontalAdvance(QLatin1Char(figure)),
                 metrics.horizontalAdvance(QLatin1Char('0')));
}

void TestTheme::everyNamedColourIsFilledIn_data()
{
    themes();
}

void TestTheme::everyNamedColourIsFilledIn()
{
    QFETCH(bool, dark);
    const QString sheet = styleSheetFor(coloursFor(dark), 1);
    QVERIFY(!sheet.isEmpty());
    const qsizetype body = sheet.indexOf(QLatin1String("*/"));
    QVERIFY2(!sheet.mid(body).contains(QLatin1Char('@')),
             qPrintable(sheet.mid(sheet.lastIndexOf(QLatin1Char('@')), 40)));
}

void TestTheme::wrongThemeIsRefused()
{
    QVERIFY(!parseThemeChoice(QStringLiteral("Dark")));
    QCOMPARE(parseThemeChoice(QStringLiteral("dark")).value(), ThemeChoice::Dark);
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
