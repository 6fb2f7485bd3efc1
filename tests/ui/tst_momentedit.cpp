// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/manualclock.h"
#include "ui/parts/copybutton.h"
#include "ui/parts/momentedit.h"
#include "ui/parts/momentpicker.h"
#include "ui/parts/momentwords.h"
#include "ui/parts/ticker.h"
#include "ui/shell/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace understudy;
using namespace understudy::ui;
using namespace std::chrono_literals;

/// The clock stands at 2026-09-21T14:13:20Z, local time is three hours ahead.
class MomentEditTest : public QObject
{
    Q_OBJECT
private:
    ManualClock m_clock;
    std::unique_ptr<Ticker> m_ticker;
    std::unique_ptr<MomentPicker> m_picker;

    static QDateTime utc(const char *text)
    {
        return QDateTime::fromString(QString::fromLatin1(text), Qt::ISODateWithMs).toUTC();
    }
    QLineEdit *field() const
    {
        return m_picker->findChild<QLineEdit *>(QStringLiteral("momentField"));
    }
    QString words() const
    {
        return m_picker->findChild<QLabel *>(QStringLiteral("momentWords"))->text();
    }
    QPushButton *useNearest() const
    {
        return m_picker->findChild<QPushButton *>(QStringLiteral("useNearest"));
    }
    void write(const QString &text)
    {
        field()->setFocus();
        field()->selectAll();
        QTest::keyClicks(field(), text);
    }
    QPushButton *quick(const QString &text) const
    {
        for (QPushButton *button : m_picker->findChildren<QPushButton *>()) {
            if (button->text() == text)
                return button;
        }
        return nullptr;
    }

private slots:
    void initTestCase()
    {
        qputenv("TZ", "Europe/Istanbul");
        QTest::failOnWarning(
            QRegularExpression(QStringLiteral("^(?!This plugin does not support)")));
        applyTheme(*qApp, {.choice = ThemeChoice::Dark});
    }
    void init()
    {
        m_ticker = std::make_unique<Ticker>(m_clock);
        m_ticker->stop();
        m_picker = std::make_unique<MomentPicker>(*m_ticker);
        m_picker->setWindow(
            {.earliest = utc("2026-09-21T12:00:00Z"), .latest = utc("2026-09-21T14:13:00Z")});
        m_picker->show();
        QVERIFY(QTest::qWaitForWindowActive(m_picker.get()));
    }
    void cleanup() { m_picker.reset(); }

    void momentsAreUnderstood_data()
    {
        QTest::addColumn<QString>("written");
        QTest::addColumn<QDateTime>("moment");
        QTest::newRow("UTC") << "2026-09-21T14:00:00Z" << utc("2026-09-21T14:00:00Z");
        QTest::newRow("with an offset")
            << "2026-09-21T17:00:00+03:00" << utc("2026-09-21T14:00:00Z");
        QTest::newRow("blank for T") << "2026-09-21 14:00:00Z" << utc("2026-09-21T14:00:00Z");
        QTest::newRow("milliseconds")
            << "2026-09-21T14:00:00.250Z" << utc("2026-09-21T14:00:00.250Z");
        QTest::newRow("ago") << "20m ago" << utc("2026-09-21T13:53:20Z");
        QTest::newRow("blanks around") << "  1h ago " << utc("2026-09-21T13:13:20Z");
    }
    void momentsAreUnderstood()
    {
        QFETCH(QString, written);
        QFETCH(QDateTime, moment);
        write(written);
        QCOMPARE(m_picker->moment(), moment);
        QCOMPARE(m_picker->ruler()->moment(), moment);
        QVERIFY(m_picker->missing().isEmpty());
    }
    void whatIsNoMomentIsRefusedInWords_data()
    {
        QTest::addColumn<QString>("written");
        QTest::addColumn<QString>("says");
        QTest::newRow("without a zone") << "2026-09-21T14:00:00"
                                        << "time without a zone";
        QTest::newRow("no such day") << "2026-02-30T14:00:00Z"
                                     << "not a time";
        QTest::newRow("words") << "yesterday"
                               << "not a time";
        QTest::newRow("to come") << "2026-09-21T15:00:00Z"
                                 << "has not come yet";
    }
    void whatIsNoMomentIsRefusedInWords()
    {
        QFETCH(QString, written);
        QFETCH(QString, says);
        write(written);
        QVERIFY(!m_picker->moment().isValid());
        QVERIFY(!m_picker->ruler()->moment().isValid());
        QVERIFY2(words().contains(says), qPrintable(words()));
        QCOMPARE(m_picker->missing(), words());
        QVERIFY(!useNearest()->isVisible());
    }
    void outsideOfTheWindowTheNearestIsOffered_data()
    {
        QTest::addColumn<QString>("written");
        QTest::addColumn<QDateTime>("nearest");
        QTest::newRow("before") << "2026-09-20T14:00:00Z" << utc("2026-09-21T12:00:00Z");
        QTest::newRow("after") << "2026-09-21T14:13:10Z" << utc("2026-09-21T14:13:00Z");
    }
    void outsideOfTheWindowTheNearestIsOffered()
    {
        QFETCH(QString, written);
        QFETCH(QDateTime, nearest);
        write(written);
        QVERIFY(!m_picker->moment().isValid());
        QVERIFY2(words().contains(QLatin1String("the nearest possible is ") + utcText(nearest)),
                 qPrintable(words()));
        QVERIFY(useNearest()->isVisible());
        useNearest()->setFocus();
        QTest::keyClick(useNearest(), Qt::Key_Space);
        QCOMPARE(m_picker->moment(), nearest);
        QCOMPARE(field()->text(), exactText(nearest));
        QVERIFY(!useNearest()->isVisible());
    }
    void aWindowThatMovesOnRefusesWhatItLost()
    {
        write(QStringLiteral("2026-09-21T12:00:00Z"));
        QVERIFY(m_picker->moment().isValid());
        QSignalSpy changed(m_picker.get(), &MomentPicker::momentChanged);
        m_picker->setWindow(
            {.earliest = utc("2026-09-21T12:00:01Z"), .latest = utc("2026-09-21T14:13:00Z")});
        QCOMPARE(changed.size(), 1);
        QVERIFY(!m_picker->moment().isValid());
        QVERIFY(m_picker->missing().contains(QLatin1String("before what can be restored")));
    }
    void aWindowThatGrowsAcceptsWhatItRefused()
    {
        write(QStringLiteral("2026-09-21T14:13:10Z"));
        QVERIFY(!m_picker->moment().isValid());
        m_picker->setWindow(
            {.earliest = utc("2026-09-21T12:00:00Z"), .latest = utc("2026-09-21T14:13:20Z")});
        QCOMPARE(m_picker->moment(), utc("2026-09-21T14:13:10Z"));
    }
    void noMomentIsChosenUntilTheOperatorDoes()
    {
        QVERIFY(!m_picker->moment().isValid());
        QCOMPARE(m_picker->missing(), QStringLiteral("No moment is chosen yet"));
    }
    void utcLocalTimeAndAgeAreTold()
    {
        write(QStringLiteral("2026-09-21T14:00:00Z"));
        QCOMPARE(words(),
                 QStringLiteral(
                     "2026-09-21 14:00:00 UTC · 17:00:00 +03, Europe/Istanbul · 13 min 20 s ago"));
    }
    void theAgeIsLive()
    {
        ManualClock clock;
        Ticker ticker(clock);
        ticker.stop();
        MomentPicker picker(ticker);
        picker.show();
        picker.setMoment(utc("2026-09-21T14:00:00Z"));
        clock.advance(40s);
        emit ticker.ticked(clock.now());
        QVERIFY(picker.findChild<QLabel *>(QStringLiteral("momentWords"))
                    ->text()
                    .endsWith(QLatin1String("14 min ago")));
    }
    void anotherDayInLocalTimeIsNamed()
    {
        QVERIFY(momentText(utc("2026-09-20T22:00:00Z"), m_clock.now())
                    .contains(QLatin1String("2026-09-21 01:00:00 +03")));
    }
    void agoBecomesTheInstantItMeant()
    {
        write(QStringLiteral("20m ago"));
        QTest::keyClick(field(), Qt::Key_Return);
        QCOMPARE(field()->text(), QStringLiteral("2026-09-21T13:53:20Z"));
    }
    void theRulerWritesTheText()
    {
        m_picker->ruler()->setFocus();
        QTest::keyClick(m_picker->ruler(), Qt::Key_End);
        QTest::keyClick(m_picker->ruler(), Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(field()->text(), QStringLiteral("2026-09-21T14:12:00Z"));
        QCOMPARE(m_picker->moment(), utc("2026-09-21T14:12:00Z"));
    }
    void quickPicksChoose_data()
    {
        QTest::addColumn<QString>("button");
        QTest::addColumn<QDateTime>("moment");
        QTest::newRow("5 min") << "5 min ago" << utc("2026-09-21T14:08:20Z");
        QTest::newRow("15 min") << "15 min ago" << utc("2026-09-21T13:58:20Z");
        QTest::newRow("1 h") << "1 h ago" << utc("2026-09-21T13:13:20Z");
        QTest::newRow("newest") << "Newest restorable" << utc("2026-09-21T14:13:00Z");
    }
    void quickPicksChoose()
    {
        QFETCH(QString, button);
        QFETCH(QDateTime, moment);
        QVERIFY(quick(button));
        QTest::keyClick(quick(button), Qt::Key_Space);
        QCOMPARE(m_picker->moment(), moment);
        QCOMPARE(m_picker->ruler()->moment(), moment);
    }
    void aQuickPickOutsideOfTheWindowIsNotOffered()
    {
        m_picker->setWindow(
            {.earliest = utc("2026-09-21T13:30:00Z"), .latest = utc("2026-09-21T14:13:00Z")});
        QVERIFY(!quick(QStringLiteral("1 h ago"))->isEnabled());
        QVERIFY(quick(QStringLiteral("15 min ago"))->isEnabled());
    }
    void copyCopiesWhatTheOtherProgramsUnderstand()
    {
        write(QStringLiteral("2026-09-21T17:00:00+03:00"));
        m_picker->findChild<CopyButton *>()->click();
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("2026-09-21T14:00:00Z"));
    }
};

QTEST_MAIN(MomentEditTest)
#include "tst_momentedit.moc"
