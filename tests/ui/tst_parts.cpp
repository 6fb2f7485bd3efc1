// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/manualclock.h"
#include "ui/parts/actbutton.h"
#include "ui/parts/agelabel.h"
#include "ui/parts/copybutton.h"
#include "ui/parts/elidedlabel.h"
#include "ui/parts/gauge.h"
#include "ui/parts/holdbutton.h"
#include "ui/parts/readingrow.h"
#include "ui/parts/statebadge.h"
#include "ui/parts/ticker.h"
#include "ui/parts/trend.h"
#include "ui/shell/theme.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QSignalSpy>
#include <QTest>

using namespace understudy;
using namespace understudy::ui;
using namespace std::chrono_literals;

namespace {

void press(QWidget *button)
{
    QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(button);
    QVERIFY(spoken && spoken->actionInterface());
    spoken->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
}

Reading latency(const Clock &clock)
{
    return {.name = QStringLiteral("latency"),
            .label = QStringLiteral("Answer time"),
            .value = 3.0,
            .unit = QStringLiteral("ms"),
            .source = QStringLiteral("postgresql 10.0.0.9:5432"),
            .observedAt = clock.now(),
            .interval = 1s,
            .state = ReadingState::Fresh,
            .normal = NormalRange{.most = 50}};
}

/// Pixels that differ from those of a row of the same figures that is fresh.
QImage pictureOf(QWidget &widget)
{
    return widget.grab().toImage();
}

} // namespace

class TestParts : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void ageGrowsCoarsely_data();
    void ageGrowsCoarsely();
    void unchangedAgeIsNotRepainted();
    void actButtonIgnoresInputAfterItAppears();
    void actButtonActsOnceTheGuardIsOver();
    void renamedActButtonIsGuardedAgain();
    void actButtonIsNeverTheDefault();
    void shortPressOfHoldButtonDoesNothing();
    void heldButtonActs();
    void accessiblePressCountsDownAndActs();
    void escapeStopsTheCountdown();
    void leavingTheButtonStopsTheCountdown();
    void badgeSaysStateInSignAndWord_data();
    void badgeSaysStateInSignAndWord();
    void staleReadingIsHatched();
    void oldReadingIsUnknown();
    void abnormalReadingHasASign();
    void readingTellsSourceAndAge();
    void copyKeyCopiesTheFocusedReading();
    void elidedLabelKeepsItsWholeName();
    void copyButtonCopies();
    void curveHasAtMostOnePairAPixel();
    void curveKeepsExtremesAndGaps();
    void gaugeIsSaidInWords();
};

void TestParts::initTestCase()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support)")));
    QAccessible::setActive(true);
    applyTheme(*qApp, {.choice = ThemeChoice::Dark});
}

void TestParts::ageGrowsCoarsely_data()
{
    QTest::addColumn<qint64>("milliseconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("now") << 0LL << QStringLiteral("< 1 s ago");
    QTest::newRow("almost a second") << 999LL << QStringLiteral("< 1 s ago");
    QTest::newRow("seconds") << 41'900LL << QStringLiteral("41 s ago");
    QTest::newRow("minutes") << 18 * 60'000LL << QStringLiteral("18 min ago");
    QTest::newRow("hours") << 6 * 3'600'000LL << QStringLiteral("6 h ago");
    QTest::newRow("days") << 3 * 86'400'000LL << QStringLiteral("3 d ago");
    QTest::newRow("a clock ahead of ours") << -5000LL << QStringLiteral("< 1 s ago");
}

void TestParts::ageGrowsCoarsely()
{
    QFETCH(qint64, milliseconds);
    QFETCH(QString, text);
    const ManualClock clock;
    QCOMPARE(ageText(clock.now().addMSecs(-milliseconds), clock.now()), text);
}

void TestParts::unchangedAgeIsNotRepainted()
{
    struct Counter : QObject
    {
        int paints = 0;
        bool eventFilter(QObject *, QEvent *event) override
        {
            paints += event->type() == QEvent::Paint ? 1 : 0;
            return false;
        }
    } counter;
    const ManualClock clock;
    Ticker ticker(clock);
    AgeLabel label(ticker, AgeLabel::Form::Ago);
    label.setTime(clock.now());
    label.show();
    QVERIFY(QTest::qWaitForWindowExposed(&label));
    label.installEventFilter(&counter);
    QSignalSpy ticks(&ticker, &Ticker::ticked);
    QTRY_VERIFY(ticks.size() >= 3);
    QCOMPARE(counter.paints, 0);
}

void TestParts::actButtonIgnoresInputAfterItAppears()
{
    ActButton button(QStringLiteral("Fail over mymaster"));
    QSignalSpy acted(&button, &ActButton::acted);
    button.show();
    QVERIFY(QTest::qWaitForWindowExposed(&button));
    QTest::mouseDClick(&button, Qt::LeftButton);
    for (int i = 0; i < 20; ++i)
        QTest::keyClick(&button, Qt::Key_Space);
    QVERIFY(button.isGuarded());
    QCOMPARE(acted.size(), 0);
}

void TestParts::actButtonActsOnceTheGuardIsOver()
{
    ActButton button(QStringLiteral("Fail over mymaster"));
    QSignalSpy acted(&button, &ActButton::acted);
    button.show();
    QTRY_VERIFY(!button.isGuarded());
    QTest::mouseClick(&button, Qt::LeftButton);
    QCOMPARE(acted.size(), 1);
}

void TestParts::renamedActButtonIsGuardedAgain()
{
    ActButton button(QStringLiteral("Fail over mymaster"));
    QSignalSpy acted(&button, &ActButton::acted);
    button.show();
    QTRY_VERIFY(!button.isGuarded());
    button.rename(QStringLiteral("Keep 10.0.0.2"));
    QTest::mouseClick(&button, Qt::LeftButton);
    QCOMPARE(acted.size(), 0);
}

void TestParts::actButtonIsNeverTheDefault()
{
    const ActButton button(QStringLiteral("Fail over mymaster"));
    QVERIFY(!button.isDefault());
    QVERIFY(!button.autoDefault());
    QVERIFY(button.minimumHeight() >= 44);
}

void TestParts::shortPressOfHoldButtonDoesNothing()
{
    HoldButton button(QStringLiteral("Fail over mymaster"));
    QSignalSpy acted(&button, &ActButton::acted);
    button.show();
    QTRY_VERIFY(!button.isGuarded());
    QTest::mousePress(&button, Qt::LeftButton);
    QVERIFY(button.isRunning());
    QTest::mouseRelease(&button, Qt::LeftButton);
    QVERIFY(!button.isRunning());
    QCOMPARE(acted.size(), 0);
}

void TestParts::heldButtonActs()
{
    HoldButton button(QStringLiteral("Fail over mymaster"));
    QSignalSpy acted(&button, &ActButton::acted);
    button.show();
    QTRY_VERIFY(!button.isGuarded());
    QTest::mousePress(&button, Qt::LeftButton);
    QTRY_COMPARE(acted.size(), 1);
    QTest::mouseRelease(&button, Qt::LeftButton);
    QCOMPARE(acted.size(), 1);
}

void TestParts::accessiblePressCountsDownAndActs()
{
    HoldButton button(QStringLiteral("Fail over mymaster"));
    QSignalSpy acted(&button, &ActButton::acted);
    QSignalSpy started(&button, &HoldButton::countdownStarted);
    button.show();
    QTRY_VERIFY(!button.isGuarded());
    press(&button);
    QTRY_COMPARE(started.size(), 1);
    QCOMPARE(acted.size(), 0);
    QVERIFY(button.accessibleDescription().contains(QLatin1String("Fail over mymaster")));
    QTRY_COMPARE(acted.size(), 1);
}

void TestParts::escapeStopsTheCountdown()
{
    HoldButton button(QStringLiteral("Fail over mymaster"));
    QSignalSpy acted(&button, &ActButton::acted);
    QSignalSpy stopped(&button, &HoldButton::countdownStopped);
    button.show();
    QTRY_VERIFY(!button.isGuarded());
    QTest::keyClick(&button, Qt::Key_Space);
    QVERIFY(button.isRunning());
    QTest::keyClick(&button, Qt::Key_Escape);
    QCOMPARE(stopped.size(), 1);
    QVERIFY(!button.isRunning());
    QCOMPARE(acted.size(), 0);
}

void TestParts::leavingTheButtonStopsTheCountdown()
{
    QWidget window;
    HoldButton button(QStringLiteral("Fail over mymaster"), &window);
    QPushButton other(QStringLiteral("Other"), &window);
    other.move(0, 80);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTRY_VERIFY(!button.isGuarded());
    QTest::keyClick(&button, Qt::Key_Space);
    QVERIFY(button.isRunning());
    other.setFocus();
    QVERIFY(!button.isRunning());
}

void TestParts::badgeSaysStateInSignAndWord_data()
{
    QTest::addColumn<Health>("health");
    QTest::addColumn<QString>("text");
    QTest::newRow("healthy") << Health::Healthy << QStringLiteral("● Healthy");
    QTest::newRow("degraded") << Health::Degraded << QStringLiteral("▲ Degraded");
    QTest::newRow("unknown") << Health::Unknown << QStringLiteral("◌ Unknown");
    QTest::newRow("down") << Health::Down << QStringLiteral("✖ Down");
}

void TestParts::badgeSaysStateInSignAndWord()
{
    QFETCH(Health, health);
    QFETCH(QString, text);
    StateBadge badge;
    badge.setHealth(health);
    QCOMPARE(badge.text(), text);
}

void TestParts::staleReadingIsHatched()
{
    ManualClock clock;
    Ticker ticker(clock);
    ReadingRow row(ticker, QStringLiteral("Answer time"));
    row.resize(420, 28);
    const Reading reading = latency(clock);
    row.setReading(&reading);
    row.show();
    const QImage fresh = pictureOf(row);
    clock.advance(5s);
    QTRY_COMPARE(row.shownState(), ReadingState::Stale);
    const QImage stale = pictureOf(row);
    // A band of the row in which nothing is written: plain when fresh, striped when stale.
    const auto coloursIn = [](const QImage &image) {
        QSet<QRgb> seen;
        for (int x = 150; x < 190; ++x)
            seen.insert(image.pixel(x, 6));
        return seen.size();
    };
    QCOMPARE(coloursIn(fresh), 1);
    QVERIFY(coloursIn(stale) > 1);
    QVERIFY(row.accessibleName().contains(QLatin1String("stale")));
}

void TestParts::oldReadingIsUnknown()
{
    ManualClock clock;
    Ticker ticker(clock);
    ReadingRow row(ticker, QStringLiteral("Answer time"));
    const Reading reading = latency(clock);
    row.setReading(&reading);
    row.show();
    clock.advance(11s);
    QTRY_COMPARE(row.accessibleName(), QStringLiteral("Answer time: ◌ unknown"));
}

void TestParts::abnormalReadingHasASign()
{
    const ManualClock clock;
    Ticker ticker(clock);
    ReadingRow row(ticker, QStringLiteral("Answer time"));
    Reading reading = latency(clock);
    reading.value = 120.0;
    row.setReading(&reading);
    QCOMPARE(row.accessibleName(), QStringLiteral("Answer time: ▲ 120 ms"));
}

void TestParts::readingTellsSourceAndAge()
{
    ManualClock clock;
    Ticker ticker(clock);
    ReadingRow row(ticker, QStringLiteral("Answer time"));
    const Reading reading = latency(clock);
    row.setReading(&reading);
    clock.advance(2s);
    QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(&row);
    QVERIFY(spoken);
    const QString description = spoken->text(QAccessible::Description);
    QVERIFY2(description.contains(QLatin1String("postgresql 10.0.0.9:5432")),
             qPrintable(description));
    QVERIFY2(description.contains(QLatin1String("2 s ago")), qPrintable(description));
}

void TestParts::copyKeyCopiesTheFocusedReading()
{
    const ManualClock clock;
    Ticker ticker(clock);
    ReadingRow row(ticker, QStringLiteral("Answer time"));
    const Reading reading = latency(clock);
    row.setReading(&reading);
    row.show();
    QTest::keyClick(&row, Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(
        QLatin1String("Answer time: 3 ms (source: postgresql")));
}

void TestParts::elidedLabelKeepsItsWholeName()
{
    const QString text = QStringLiteral(
        "Sentinel's own failover gave up at 13:44:02 because no replica was good enough");
    ElidedLabel label(text);
    label.resize(60, 20);
    QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(&label);
    QVERIFY(spoken);
    QCOMPARE(spoken->text(QAccessible::Name), text);
}

void TestParts::copyButtonCopies()
{
    CopyButton button(QStringLiteral("devops@the-copy.internal"));
    button.show();
    QTest::mouseClick(&button, Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("devops@the-copy.internal"));
    QCOMPARE(button.text(), QStringLiteral("Copied"));
}

void TestParts::curveHasAtMostOnePairAPixel()
{
    Trend trend;
    for (int i = 0; i < 100'000; ++i)
        trend.append({.at = i, .least = double(i % 97), .most = double(i % 97)});
    QVERIFY(decimated(trend, 0, 100'000, 300).size() <= 300);
}

void TestParts::curveKeepsExtremesAndGaps()
{
    Trend trend;
    for (int i = 0; i < 1000; ++i)
        trend.append({.at = i, .least = 1, .most = 1, .gap = i >= 500 && i < 600});
    trend[120].most = 99;
    trend[130].least = -7;
    const Trend shown = decimated(trend, 0, 1000, 20);
    const TrendRange range = rangeOf(shown);
    QCOMPARE(range.most, 99.0);
    QCOMPARE(range.least, -7.0);
    QVERIFY(std::any_of(shown.cbegin(), shown.cend(),
                        [](const TrendPoint &point) { return point.gap; }));
}

void TestParts::gaugeIsSaidInWords()
{
    Gauge gauge;
    gauge.setState(Gauge::against(41, 300, Tone::Plain),
                   QStringLiteral("Newest restorable point 41 s, limit 300"));
    QCOMPARE(gauge.accessibleName(), QStringLiteral("Newest restorable point 41 s, limit 300"));
    QVERIFY(qAbs(gauge.state().filled - 0.9 * 41 / 300) < 1e-9);
}

QTEST_MAIN(TestParts)
#include "tst_parts.moc"
