// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/manualclock.h"
#include "ui/parts/colours.h"
#include "ui/parts/timeruler.h"
#include "ui/shell/theme.h"

#include <QAccessible>
#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

using namespace understudy;
using namespace understudy::ui;
using namespace std::chrono_literals;

namespace {

constexpr qint64 second = 1000, minute = 60'000, hour = 3'600'000, day = 24 * hour;

void turnWheel(QWidget &widget, const QPointF &at, int degrees)
{
    QWheelEvent wheel(at, widget.mapToGlobal(at), {}, QPoint(0, degrees), Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(&widget, &wheel);
}

} // namespace

class TimeRulerTest : public QObject
{
    Q_OBJECT
private:
    ManualClock m_clock;
    std::unique_ptr<TimeRuler> m_ruler;

    QDateTime now() const { return m_clock.now(); }
    RestorableWindow week() const
    {
        return {.earliest = now().addMSecs(-7 * day), .latest = now().addMSecs(-40 * second)};
    }
    double placeOf(const QDateTime &moment) const
    {
        return m_ruler->scale().place(moment.toMSecsSinceEpoch());
    }

private slots:
    void initTestCase()
    {
        QTest::failOnWarning(
            QRegularExpression(QStringLiteral("^(?!This plugin does not support)")));
        QAccessible::setActive(true);
        applyTheme(*qApp, {.choice = ThemeChoice::Dark});
    }
    void init()
    {
        m_ruler = std::make_unique<TimeRuler>();
        m_ruler->resize(900, m_ruler->sizeHint().height());
        m_ruler->setNow(now());
        m_ruler->setWindow(week());
        m_ruler->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_ruler.get()));
    }
    void cleanup()
    {
        m_ruler.reset();
        applyTheme(*qApp, {.choice = ThemeChoice::Dark});
    }

    void keysMoveTheMoment_data()
    {
        QTest::addColumn<Qt::Key>("key");
        QTest::addColumn<Qt::KeyboardModifiers>("modifiers");
        QTest::addColumn<qint64>("by");
        const Qt::KeyboardModifiers none = Qt::NoModifier, shift = Qt::ShiftModifier,
                                    control = Qt::ControlModifier;
        QTest::newRow("left") << Qt::Key_Left << none << -second;
        QTest::newRow("right") << Qt::Key_Right << none << second;
        QTest::newRow("shift left") << Qt::Key_Left << shift << -minute;
        QTest::newRow("shift right") << Qt::Key_Right << shift << minute;
        QTest::newRow("control left") << Qt::Key_Left << control << -hour;
        QTest::newRow("control right") << Qt::Key_Right << control << hour;
        QTest::newRow("page down") << Qt::Key_PageDown << none << -10 * minute;
        QTest::newRow("page up") << Qt::Key_PageUp << none << 10 * minute;
    }
    void keysMoveTheMoment()
    {
        QFETCH(Qt::Key, key);
        QFETCH(Qt::KeyboardModifiers, modifiers);
        QFETCH(qint64, by);
        const QDateTime middle = now().addMSecs(-3 * day);
        m_ruler->setMoment(middle);
        QSignalSpy picked(m_ruler.get(), &TimeRuler::picked);
        QTest::keyClick(m_ruler.get(), key, modifiers);
        QCOMPARE(m_ruler->moment(), middle.addMSecs(by));
        QCOMPARE(picked.size(), 1);
        QCOMPARE(picked[0][0].toDateTime(), middle.addMSecs(by));
    }
    void arrowsMoveTheWayTheyPointInARightToLeftLayout()
    {
        m_ruler->setLayoutDirection(Qt::RightToLeft);
        const QDateTime middle = now().addMSecs(-3 * day);
        m_ruler->setMoment(middle);
        const double before = placeOf(middle);
        QTest::keyClick(m_ruler.get(), Qt::Key_Left, Qt::ControlModifier);
        QVERIFY(placeOf(m_ruler->moment()) < before);
        QCOMPARE(m_ruler->moment(), middle.addMSecs(hour));
        QVERIFY(placeOf(week().earliest) > placeOf(week().latest));
    }
    void homeAndEndAreTheEndsOfTheWindow()
    {
        QTest::keyClick(m_ruler.get(), Qt::Key_Home);
        QCOMPARE(m_ruler->moment(), week().earliest);
        QTest::keyClick(m_ruler.get(), Qt::Key_End);
        QCOMPARE(m_ruler->moment(), week().latest);
    }
    void theFirstKeyShowsTheNewestRestorable()
    {
        QTest::keyClick(m_ruler.get(), Qt::Key_Left);
        QCOMPARE(m_ruler->moment(), week().latest);
    }
    void noKeyLeavesTheWindow_data()
    {
        QTest::addColumn<Qt::Key>("to");
        QTest::addColumn<Qt::Key>("beyond");
        QTest::newRow("earliest") << Qt::Key_Home << Qt::Key_Left;
        QTest::newRow("latest") << Qt::Key_End << Qt::Key_Right;
    }
    void noKeyLeavesTheWindow()
    {
        QFETCH(Qt::Key, to);
        QFETCH(Qt::Key, beyond);
        QTest::keyClick(m_ruler.get(), to);
        const QDateTime end = m_ruler->moment();
        QTest::keyClick(m_ruler.get(), beyond, Qt::ControlModifier);
        QCOMPARE(m_ruler->moment(), end);
    }
    void plusAndMinusZoomAndZeroShowsAllAgain()
    {
        const qint64 whole = m_ruler->scale().span();
        m_ruler->setMoment(now().addMSecs(-2 * day));
        QTest::keyClick(m_ruler.get(), Qt::Key_Plus);
        QTest::keyClick(m_ruler.get(), Qt::Key_Plus);
        QCOMPARE(m_ruler->scale().span(), whole / 4);
        QTest::keyClick(m_ruler.get(), Qt::Key_Minus);
        QCOMPARE(m_ruler->scale().span(), whole / 2);
        QTest::keyClick(m_ruler.get(), Qt::Key_0);
        QCOMPARE(m_ruler->scale().span(), whole);
    }
    void theWheelZoomsAboutThePointer()
    {
        const QPointF pointer(300, 30);
        const qint64 under = m_ruler->scale().moment(pointer.x());
        const qint64 whole = m_ruler->scale().span();
        turnWheel(*m_ruler, pointer, 240);
        QVERIFY(m_ruler->scale().span() < whole);
        QVERIFY(std::abs(m_ruler->scale().moment(pointer.x()) - under) <=
                qint64(m_ruler->scale().millisecondsPerPixel()));
    }
    void zoomEndsAtSecondsAndAtTheWholeWindow()
    {
        const qint64 whole = m_ruler->scale().span();
        for (int i = 0; i < 60; ++i)
            turnWheel(*m_ruler, {450, 30}, 480);
        QCOMPARE(m_ruler->scale().span(), RulerScale::narrowest);
        for (int i = 0; i < 120; ++i)
            turnWheel(*m_ruler, {450, 30}, -480);
        QCOMPARE(m_ruler->scale().span(), whole);
    }
    void aMomentThatLeavesTheViewIsFollowed()
    {
        m_ruler->setMoment(now().addMSecs(-3 * day));
        for (int i = 0; i < 12; ++i)
            QTest::keyClick(m_ruler.get(), Qt::Key_Plus);
        for (int i = 0; i < 20; ++i)
            QTest::keyClick(m_ruler.get(), Qt::Key_Right, Qt::ControlModifier);
        const qint64 at = m_ruler->moment().toMSecsSinceEpoch();
        QVERIFY(at > m_ruler->scale().from() && at < m_ruler->scale().to());
    }
    void draggingPicksRoundMoments()
    {
        const int middle = m_ruler->height() / 2;
        QSignalSpy picked(m_ruler.get(), &TimeRuler::picked);
        QTest::mousePress(m_ruler.get(), Qt::LeftButton, {}, {400, middle});
        QTest::mouseMove(m_ruler.get(), {500, middle});
        QTest::mouseRelease(m_ruler.get(), Qt::LeftButton, {}, {500, middle});
        QVERIFY(picked.size() >= 1);
        QVERIFY(std::abs(placeOf(m_ruler->moment()) - 500) < 2);
        QCOMPARE(m_ruler->moment().toMSecsSinceEpoch() % (10 * minute), 0);
    }
    void draggingBeyondTheWindowStopsAtItsEnd()
    {
        const int middle = m_ruler->height() / 2;
        QTest::mouseClick(m_ruler.get(), Qt::LeftButton, {}, {m_ruler->width() - 2, middle});
        QCOMPARE(m_ruler->moment(), week().latest);
        QTest::mouseClick(m_ruler.get(), Qt::LeftButton, {}, {1, middle});
        QCOMPARE(m_ruler->moment(), week().earliest);
    }
    void readOnlyPicksNothingAndStillZooms()
    {
        m_ruler->setReadOnly(true);
        QSignalSpy picked(m_ruler.get(), &TimeRuler::picked);
        QTest::mouseClick(m_ruler.get(), Qt::LeftButton, {}, {400, 40});
        for (const Qt::Key key : {Qt::Key_Home, Qt::Key_End, Qt::Key_Left, Qt::Key_PageUp})
            QTest::keyClick(m_ruler.get(), key);
        QCOMPARE(picked.size(), 0);
        QVERIFY(!m_ruler->moment().isValid());
        const qint64 whole = m_ruler->scale().span();
        QTest::keyClick(m_ruler.get(), Qt::Key_Plus);
        QVERIFY(m_ruler->scale().span() < whole);
    }
    void aScreenReaderHasNameValueAndText()
    {
        QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(m_ruler.get());
        QVERIFY(spoken && spoken->valueInterface());
        QCOMPARE(spoken->role(), QAccessible::Slider);
        QCOMPARE(spoken->text(QAccessible::Name), QStringLiteral("Restore moment"));
        QCOMPARE(spoken->text(QAccessible::Value), QStringLiteral("no moment chosen"));
        const QDateTime moment = now().addMSecs(-20 * minute);
        m_ruler->setMoment(moment);
        const QString said = spoken->text(QAccessible::Value);
        QVERIFY2(said.startsWith(moment.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")) +
                                 QStringLiteral(" UTC")) &&
                     said.endsWith(QLatin1String("20 min ago")),
                 qPrintable(said));
        QCOMPARE(spoken->valueInterface()->currentValue().toDouble(),
                 double(week().earliest.secsTo(moment)));
        QVERIFY(spoken->text(QAccessible::Description).startsWith(said));
        QCOMPARE(spoken->valueInterface()->maximumValue().toDouble(),
                 double(week().earliest.secsTo(week().latest)));
    }
    void assistiveTechnologySetsTheMomentWithinTheWindow()
    {
        QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(m_ruler.get());
        QSignalSpy picked(m_ruler.get(), &TimeRuler::picked);
        spoken->valueInterface()->setCurrentValue(
            double(week().earliest.secsTo(now().addMSecs(-hour))));
        QCOMPARE(m_ruler->moment(), now().addMSecs(-hour));
        spoken->valueInterface()->setCurrentValue(-5.0);
        QCOMPARE(m_ruler->moment(), week().earliest);
        QCOMPARE(picked.size(), 2);
    }
    void marksAreSaidInWords()
    {
        m_ruler->setMarks(
            {{now().addMSecs(-hour), RulerMark::Kind::Dump, QStringLiteral("daily dump")}});
        QVERIFY(m_ruler->description().contains(QLatin1String("daily dump at")));
        QVERIFY(m_ruler->description().contains(QLatin1String("Restorable from")));
    }
    void anUnknownWindowStillTakesAMoment()
    {
        m_ruler->setWindow({});
        QVERIFY(m_ruler->description().contains(QLatin1String("not known")));
        QTest::keyClick(m_ruler.get(), Qt::Key_Left);
        QTest::keyClick(m_ruler.get(), Qt::Key_Left, Qt::ControlModifier);
        QCOMPARE(m_ruler->moment(), now().addMSecs(-hour));
    }
    void aSecondThatMovesNoPixelRepaintsNothing()
    {
        struct Counter : QObject
        {
            int paints = 0;
            bool eventFilter(QObject *, QEvent *event) override
            {
                paints += event->type() == QEvent::UpdateRequest ? 1 : 0;
                return false;
            }
        } counter;
        QCoreApplication::processEvents();
        m_ruler->installEventFilter(&counter);
        m_ruler->setNow(now().addSecs(1));
        QCoreApplication::processEvents();
        QCOMPARE(counter.paints, 0);
    }
    void ticksStandApartAndInOrder_data()
    {
        QTest::addColumn<qint64>("span");
        for (const qint64 span : {20 * second, 3 * minute, 47 * minute, 5 * hour, day, 7 * day,
                                  90 * day, 3 * 365 * day})
            QTest::addRow("%lld s", span / 1000) << span;
    }
    void ticksStandApartAndInOrder()
    {
        QFETCH(qint64, span);
        RulerScale scale;
        scale.setRoom(30, 800, false);
        scale.setView(now().toMSecsSinceEpoch() - span, now().toMSecsSinceEpoch());
        const QList<RulerScale::Tick> ticks = scale.ticks(70);
        QVERIFY(ticks.size() >= 2 && ticks.size() <= 12);
        for (int i = 1; i < ticks.size(); ++i) {
            QVERIFY(scale.place(ticks[i].at) - scale.place(ticks[i - 1].at) >= 69.9);
            QVERIFY(!ticks[i].words.isEmpty());
        }
    }
    void aPlaceAndItsMomentAgree_data()
    {
        QTest::addColumn<bool>("mirrored");
        QTest::newRow("left to right") << false;
        QTest::newRow("right to left") << true;
    }
    void aPlaceAndItsMomentAgree()
    {
        QFETCH(bool, mirrored);
        RulerScale scale;
        scale.setRoom(30, 800, mirrored);
        scale.setView(0, 8'000'000);
        for (const double place : {30.0, 31.0, 430.0, 829.0})
            QVERIFY(std::abs(scale.place(scale.moment(place)) - place) < 0.001);
    }
    void everyThemeAndSizeShowsTheHandle_data()
    {
        QTest::addColumn<ThemeChoice>("choice");
        QTest::addColumn<double>("scale");
        QTest::newRow("dark") << ThemeChoice::Dark << 1.0;
        QTest::newRow("light") << ThemeChoice::Light << 1.0;
        QTest::newRow("dark, 200 %") << ThemeChoice::Dark << 2.0;
        QTest::newRow("light, 200 %") << ThemeChoice::Light << 2.0;
    }
    void everyThemeAndSizeShowsTheHandle()
    {
        QFETCH(ThemeChoice, choice);
        QFETCH(double, scale);
        applyTheme(*qApp, {.choice = choice, .scale = scale});
        m_ruler->resize(900, m_ruler->sizeHint().height());
        const QDateTime moment = now().addMSecs(-3 * day);
        m_ruler->setMoment(moment);
        const QImage image = m_ruler->grab().toImage();
        const QColor act = (choice == ThemeChoice::Dark ? darkColours() : lightColours()).act;
        const int x = qRound(placeOf(moment));
        int shown = 0;
        for (int y = 0; y < image.height(); ++y)
            shown += image.pixelColor(x, y) == act ? 1 : 0;
        QVERIFY2(shown > image.height() / 4, qPrintable(QString::number(shown)));
        QVERIFY(m_ruler->minimumSizeHint().height() >= 24);
    }
};

QTEST_MAIN(TimeRulerTest)
#include "tst_timeruler.moc"
