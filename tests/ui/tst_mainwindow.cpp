// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakefeed.h"
#include "tests/ui/windowkit.h"
#include "ui/parts/copybutton.h"
#include "ui/plan/contactspanel.h"
#include "ui/shell/consolestate.h"
#include "ui/shell/fuzzy.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/navigation.h"
#include "ui/shell/openrunline.h"
#include "ui/shell/page.h"
#include "ui/shell/times.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace understudy;
using namespace understudy::ui;
using namespace understudy::test;
using namespace std::chrono_literals;

namespace {

struct Console
{
    ManualClock clock;
    FakeFeed feed{clock};
    ConsoleState state;
    QTemporaryDir folder;
    MainWindow window;

    explicit Console(Mode mode = Mode::Production, bool observe = false)
        : state(FakeFeed::plan(mode), clock, observe)
        , window(state, {.choice = ThemeChoice::Dark},
                 WindowMemory(folder.filePath(QStringLiteral("window.ini"))))
    {
        addPages(window, state, folder.path());
        window.resize(1280, 720);
    }
    void show()
    {
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
    }
};

QStringList commandNames(MainWindow &window)
{
    QStringList names;
    for (const Command &command : window.commands())
        names << command.name;
    return names;
}

QString allText(const QWidget &widget)
{
    QStringList said;
    const QList<QLabel *> labels = widget.findChildren<QLabel *>();
    for (const QLabel *label : labels)
        said << label->text();
    return said.join(QLatin1Char('\n'));
}

} // namespace

class TestMainWindow : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void altNumberOpensEachPage();
    void everyControlOfEveryPageIsNamed();
    void tabReachesThePageAndComesBack();
    void firstTabReachesWhatToDo();
    void bandSaysTheMode_data();
    void bandSaysTheMode();
    void paletteFindsPagesActsAndContacts();
    void paletteRunsWhatWasTyped();
    void observingHidesActs();
    void runLineIsThereOnlyWhileARunIsOpen();
    void runLineRacesTheObjective();
    void f5AsksForALook();
    void zoomChangesTheText();
    void windowComesBackWhereItWas();
    void windowIsNeverRestoredOffScreen();
    void navigationShowsASignForWhatIsDown();
    void silentEngineTurnsEverythingUnknown();
    void keyIsPaintedWhileNothingAnswers();
    void eventsAreBounded();
    void chartsAreMarkedFromBeforeTheConsoleWasOpened();
    void contactLinks_data();
    void contactLinks();
    void clockHasBothZones();
    void fuzzyPrefersBeginnings();
};

void TestMainWindow::initTestCase()
{
    qputenv("TZ", "Europe/Istanbul");
    tzset();
    applyTheme(*qApp, {.choice = ThemeChoice::Dark});
}

void TestMainWindow::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support)")));
}

void TestMainWindow::altNumberOpensEachPage()
{
    Console console;
    console.show();
    const QStringList keys = console.window.pageKeys();
    QVERIFY(keys.size() >= 3);
    for (int i = int(keys.size()); i >= 1; --i) {
        QTest::keyClick(&console.window, Qt::Key(Qt::Key_0 + i), Qt::AltModifier);
        QCOMPARE(console.window.currentPage(), keys[i - 1]);
    }
}

void TestMainWindow::everyControlOfEveryPageIsNamed()
{
    Console console;
    console.state.takeSnapshot(console.feed.redisDown());
    console.state.takeEvents(console.feed.redisDownEvents());
    console.state.takeRun(console.feed.run());
    console.show();
    const QStringList keys = console.window.pageKeys();
    for (const QString &key : keys) {
        QVERIFY(console.window.openPage(key));
        const QStringList unnamed = unnamedControls(console.window);
        QVERIFY2(unnamed.isEmpty(), qPrintable(unnamed.join(QLatin1Char('\n'))));
    }
}

void TestMainWindow::tabReachesThePageAndComesBack()
{
    Console console;
    console.state.takeSnapshot(console.feed.redisDown());
    console.show();
    QSet<QWidget *> visited;
    QWidget *first = nullptr;
    for (int i = 0; i < 200; ++i) {
        QTest::keyClick(&console.window, Qt::Key_Tab);
        QWidget *focus = QApplication::focusWidget();
        QVERIFY(focus);
        first = first ? first : focus;
        if (i > 0 && focus == first)
            break;
        visited.insert(focus);
    }
    const auto names = [&visited](const QString &wanted) {
        return std::any_of(visited.cbegin(), visited.cend(), [&wanted](const QWidget *one) {
            const QAbstractButton *button = qobject_cast<const QAbstractButton *>(one);
            return button && button->text() == wanted;
        });
    };
    QVERIFY(names(QStringLiteral("Start recovery…")));
    QVERIFY(visited.size() < 200);
    QCOMPARE(QApplication::focusWidget(), first);
}

void TestMainWindow::firstTabReachesWhatToDo()
{
    Console console;
    console.show();
    console.state.takeSnapshot(console.feed.healthy()); // rows of readings are made now
    console.state.takeSnapshot(console.feed.redisDown());
    QTest::keyClick(&console.window, Qt::Key_1, Qt::AltModifier);
    QTest::keyClick(&console.window, Qt::Key_Tab);
    const QPushButton *button = qobject_cast<const QPushButton *>(QApplication::focusWidget());
    QVERIFY(button);
    QCOMPARE(button->text(), QStringLiteral("Start recovery…"));
}

void TestMainWindow::bandSaysTheMode_data()
{
    QTest::addColumn<Mode>("mode");
    QTest::addColumn<QString>("word");
    QTest::newRow("production") << Mode::Production << QStringLiteral("■ PRODUCTION");
    QTest::newRow("staging") << Mode::Staging << QStringLiteral("□ STAGING");
    QTest::newRow("lab") << Mode::Lab << QStringLiteral("◆ LAB");
    QTest::newRow("tabletop") << Mode::Tabletop << QStringLiteral("◇ TABLETOP");
    QTest::newRow("replay") << Mode::Replay << QStringLiteral("▷ REPLAY");
}

void TestMainWindow::bandSaysTheMode()
{
    QFETCH(Mode, mode);
    QFETCH(QString, word);
    Console console(mode);
    QVERIFY(allText(console.window).contains(word));
    QVERIFY(console.window.windowTitle().startsWith(word.mid(2)));
}

void TestMainWindow::paletteFindsPagesActsAndContacts()
{
    Console console;
    const QStringList names = commandNames(console.window);
    for (const QString &wanted :
         {QStringLiteral("Overview"), QStringLiteral("Plan"), QStringLiteral("Recover Redis…"),
          QStringLiteral("Copy DevOps Lead")})
        QVERIFY2(names.contains(wanted), qPrintable(wanted));
}

void TestMainWindow::paletteRunsWhatWasTyped()
{
    Console console;
    console.show();
    QTest::keyClick(&console.window, Qt::Key_K, Qt::ControlModifier);
    CommandPalette *palette = console.window.findChild<CommandPalette *>();
    QVERIFY(palette);
    QLineEdit *field = palette->findChild<QLineEdit *>();
    QTest::keyClicks(field, QStringLiteral("plan"));
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(console.window.currentPage(), QStringLiteral("plan"));
}

void TestMainWindow::observingHidesActs()
{
    Console console(Mode::Production, true);
    console.state.takeSnapshot(console.feed.redisDown());
    console.show();
    QVERIFY(!commandNames(console.window).contains(QStringLiteral("Recover Redis…")));
    const QList<QPushButton *> buttons = console.window.findChildren<QPushButton *>();
    for (const QPushButton *button : buttons)
        QVERIFY2(!button->isVisible() ||
                     button->property("kind").toString() != QLatin1String("act"),
                 qPrintable(button->text()));
}

void TestMainWindow::runLineIsThereOnlyWhileARunIsOpen()
{
    Console console;
    console.show();
    const OpenRunLine *line = console.window.findChild<OpenRunLine *>();
    QVERIFY(line && !line->isVisible());
    RunView run = console.feed.run();
    console.state.takeRun(run);
    QVERIFY(line->isVisible());
    run.state = RunView::State::Ended;
    console.state.takeRun(run);
    QVERIFY(!line->isVisible());
}

void TestMainWindow::runLineRacesTheObjective()
{
    Console console;
    console.state.takeRun(console.feed.run());
    console.show();
    const OpenRunLine *line = console.window.findChild<OpenRunLine *>();
    QVERIFY2(allText(*line).contains(QLatin1String("18:40 of 1 h used")),
             qPrintable(allText(*line)));
    QVERIFY(allText(*line).contains(QLatin1String("waits for you: Fail over")));
    console.clock.advance(45min);
    QTRY_VERIFY(allText(*line).contains(QStringLiteral("✖ 1:03:40 of 1 h used")));
}

void TestMainWindow::f5AsksForALook()
{
    Console console;
    console.show();
    QSignalSpy asked(&console.state, &ConsoleState::lookAsked);
    QTest::keyClick(&console.window, Qt::Key_F5);
    QCOMPARE(asked.size(), 1);
}

void TestMainWindow::zoomChangesTheText()
{
    Console console;
    console.show();
    const int before = QFontInfo(QApplication::font()).pixelSize();
    QTest::keyClick(&console.window, Qt::Key_Plus, Qt::ControlModifier);
    QVERIFY(QFontInfo(QApplication::font()).pixelSize() > before);
    QTest::keyClick(&console.window, Qt::Key_0, Qt::ControlModifier);
    QCOMPARE(QFontInfo(QApplication::font()).pixelSize(), before);
}

void TestMainWindow::windowComesBackWhereItWas()
{
    QTemporaryDir folder;
    const WindowMemory memory(folder.filePath(QStringLiteral("window.ini")));
    QWidget window;
    const QRect place =
        QGuiApplication::primaryScreen()->availableGeometry().adjusted(10, 12, -40, -60);
    window.setGeometry(place);
    memory.save(&window, QStringLiteral("plan"), 1.3);
    QWidget again;
    QVERIFY(memory.restore(&again));
    QCOMPARE(again.geometry(), place);
    QCOMPARE(memory.page(), QStringLiteral("plan"));
    QCOMPARE(memory.scale(), 1.3);
}

void TestMainWindow::windowIsNeverRestoredOffScreen()
{
    QTemporaryDir folder;
    const WindowMemory memory(folder.filePath(QStringLiteral("window.ini")));
    QWidget window;
    window.setGeometry(9000, 9000, 1280, 720);
    memory.save(&window, QStringLiteral("overview"), 1);
    QWidget again;
    QVERIFY(!memory.restore(&again));
}

void TestMainWindow::navigationShowsASignForWhatIsDown()
{
    Console console;
    console.window.addPage([&console] {
        struct Plain : Page
        {
            using Page::Page;
            void refresh() override {}
        };
        return new Plain(QStringLiteral("redis"), QStringLiteral("Redis"), QStringLiteral("redis"),
                         console.state);
    }());
    console.state.takeSnapshot(console.feed.redisDown());
    const QPushButton *button =
        console.window.findChild<QPushButton *>(QStringLiteral("navigate.redis"));
    QVERIFY(button);
    QCOMPARE(button->findChild<QLabel *>()->text(), QStringLiteral("✖"));
    QCOMPARE(button->accessibleDescription(), QStringLiteral("Down"));
}

void TestMainWindow::silentEngineTurnsEverythingUnknown()
{
    Console console;
    console.state.takeSnapshot(console.feed.healthy());
    QCOMPARE(console.state.healthNow(QStringLiteral("redis")), Health::Healthy);
    console.clock.advance(16s);
    QCOMPARE(console.state.healthNow(QStringLiteral("redis")), Health::Unknown);
}

void TestMainWindow::keyIsPaintedWhileNothingAnswers()
{
    // No engine sends anything: as when every back end is a black hole.
    Console console;
    console.show();
    QTest::keyClick(&console.window, Qt::Key_K, Qt::ControlModifier);
    CommandPalette *palette = console.window.findChild<CommandPalette *>();
    QVERIFY(palette && QTest::qWaitForWindowExposed(palette));
    QLineEdit *field = palette->findChild<QLineEdit *>();
    struct PaintWatch : QObject
    {
        bool painted = false;
        bool eventFilter(QObject *, QEvent *event) override
        {
            painted = painted || event->type() == QEvent::Paint;
            return false;
        }
    } watch;
    field->installEventFilter(&watch);
    QList<qint64> milliseconds;
    for (int i = 0; i < 100; ++i) {
        watch.painted = false;
        QElapsedTimer timer;
        timer.start();
        QTest::keyClick(field, i % 2 ? Qt::Key_Backspace : Qt::Key_P);
        QTRY_VERIFY(watch.painted);
        milliseconds << timer.elapsed();
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    QVERIFY2(milliseconds[98] <= 100, qPrintable(QString::number(milliseconds[98])));
}

void TestMainWindow::chartsAreMarkedFromBeforeTheConsoleWasOpened()
{
    Console console;
    HealthSnapshot all = console.feed.healthy();
    QList<InstanceView> &green = all.pools->pools[1].instances;
    green[0].startTime = QStringLiteral("2026-09-21T09:20:00.000Z");
    green[1].startTime = QStringLiteral("2026-09-21T09:30:00.000Z");
    console.state.takeSnapshot(all);
    QStringList said;
    for (const TrendMark &mark : console.state.deploymentMarks())
        said << QDateTime::fromMSecsSinceEpoch(mark.at, Qt::UTC).toString(QStringLiteral("HH:mm:ss ")) + mark.text;
    QCOMPARE(said, (QStringList{QStringLiteral("09:14:03 2 processes of blue started"), QStringLiteral("09:20:00 a process of green started"),
                                QStringLiteral("09:30:00 a process of green started")}));
}

void TestMainWindow::eventsAreBounded()
{
    Console console;
    QList<Event> many;
    for (int i = 0; i < 12'000; ++i)
        many.append({.at = console.clock.now(),
                     .system = {},
                     .source = {},
                     .name = QString::number(i),
                     .text = {}});
    console.state.takeEvents(many);
    QCOMPARE(console.state.events().size(), 10'000);
    QCOMPARE(console.state.events().last().name, QStringLiteral("11999"));
}

void TestMainWindow::contactLinks_data()
{
    QTest::addColumn<QString>("contact");
    QTest::addColumn<QString>("link");
    QTest::newRow("mail") << QStringLiteral("devops@the-copy.internal")
                          << QStringLiteral("mailto:devops@the-copy.internal");
    QTest::newRow("phone") << QStringLiteral("+90 555 123 45") << QStringLiteral("tel:+9055512345");
    QTest::newRow("chat room") << QStringLiteral("#incidents") << QString();
    QTest::newRow("two addresses") << QStringLiteral("a@b.c, d@e.f") << QString();
}

void TestMainWindow::contactLinks()
{
    QFETCH(QString, contact);
    QFETCH(QString, link);
    QCOMPARE(ContactsPanel::linkOf(contact).toString(), link);
}

void TestMainWindow::clockHasBothZones()
{
    const QDateTime time(QDate(2026, 11, 23), QTime(14, 2, 11), Qt::UTC);
    QCOMPARE(clockText(time), QStringLiteral("14:02:11 UTC · 17:02:11 +03"));
}

void TestMainWindow::fuzzyPrefersBeginnings()
{
    QVERIFY(fuzzyScore(QStringLiteral("Redis"), QStringLiteral("red")) >
            fuzzyScore(QStringLiteral("Recover Redis…"), QStringLiteral("red")));
    QVERIFY(fuzzyScore(QStringLiteral("Recover Redis…"), QStringLiteral("rr")) > 0);
    QVERIFY(fuzzyScore(QStringLiteral("Pools"), QStringLiteral("red")) < 0);
}

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
