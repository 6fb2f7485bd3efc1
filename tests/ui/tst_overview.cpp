// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakefeed.h"
#include "tests/ui/windowkit.h"
#include "ui/overview/miniredis.h"
#include "ui/overview/minitraffic.h"
#include "ui/overview/overviewpage.h"
#include "ui/overview/timeline.h"
#include "ui/overview/whattodobanner.h"
#include "ui/parts/panel.h"
#include "ui/parts/readingrow.h"
#include "ui/parts/statebadge.h"
#include "ui/shell/consolestate.h"
#include "ui/shell/mainwindow.h"

#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace understudy;
using namespace understudy::ui;
using namespace understudy::test;
using namespace std::chrono_literals;

namespace {

struct Overview
{
    ManualClock clock;
    FakeFeed feed{clock};
    ConsoleState state{FakeFeed::plan(), clock};
    MainWindow window{state, {.choice = ThemeChoice::Dark}, WindowMemory(QString())};
    OverviewPage *page = new OverviewPage(state);

    explicit Overview(const QSize &size = {1280, 720})
    {
        window.addPage(page);
        window.resize(size);
        window.show();
        settle(window);
    }
    QString badgeOf(const QString &tile) const
    {
        const Panel *panel = page->findChild<Panel *>(QStringLiteral("tile.") + tile);
        return panel ? panel->badge()->text() : QString();
    }
};

struct PaintCounter : QObject
{
    int paints = 0;
    bool eventFilter(QObject *, QEvent *event) override
    {
        paints += event->type() == QEvent::Paint ? 1 : 0;
        return false;
    }
};

} // namespace

class TestOverview : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void healthyOverviewIsGrey_data();
    void healthyOverviewIsGrey();
    void statesAreToldInWords();
    void nothingIsHealthyBeforeTheFirstLook();
    void bannerLeadsToTheRecovery();
    void bannerIsCalmWhenHealthy();
    void openRunComesFirstUnlessSomethingElseIsRecommended();
    void openRunHidesNoOutage();
    void failingArchiveIsSaidThoughAllServe();
    void bannerKeepsItsHeight();
    void lowWindowFoldsTheLowerRows();
    void nothingScrollsAtNormalTextSize_data();
    void nothingScrollsAtNormalTextSize();
    void startButtonStaysVisibleAtDoubleText();
    void sameSnapshotRepaintsNothing();
    void topologyIsSaidInWords();
    void trafficIsSaidInWords();
    void timelineIsSaidInWords();
    void twoHundredInstancesStayOneLineAPool();
    void oldSnapshotIsNotGreen();
};

void TestOverview::initTestCase()
{
    applyTheme(*qApp, {.choice = ThemeChoice::Dark});
}

void TestOverview::healthyOverviewIsGrey_data()
{
    QTest::addColumn<ThemeChoice>("theme");
    QTest::addColumn<QSize>("size");
    QTest::newRow("dark, small") << ThemeChoice::Dark << QSize(1280, 720);
    QTest::newRow("dark, large") << ThemeChoice::Dark << QSize(1920, 1080);
    QTest::newRow("light, small") << ThemeChoice::Light << QSize(1280, 720);
    QTest::newRow("light, large") << ThemeChoice::Light << QSize(1920, 1080);
}

void TestOverview::healthyOverviewIsGrey()
{
    QFETCH(ThemeChoice, theme);
    QFETCH(QSize, size);
    applyTheme(*qApp, {.choice = theme});
    Overview overview(size);
    overview.state.takeSnapshot(overview.feed.healthy());
    settle(overview.window);
    const double part = saturatedPart(overview.window);
    applyTheme(*qApp, {.choice = ThemeChoice::Dark});
    QVERIFY2(part < 0.02, qPrintable(QString::number(part)));
}

void TestOverview::statesAreToldInWords()
{
    Overview overview;
    overview.state.takeSnapshot(overview.feed.redisDown());
    QCOMPARE(overview.badgeOf(QStringLiteral("redis")), QStringLiteral("✖ Down for 18 min"));
    QCOMPARE(overview.badgeOf(QStringLiteral("database")), QStringLiteral("● Healthy"));
}

void TestOverview::nothingIsHealthyBeforeTheFirstLook()
{
    const Overview overview;
    QCOMPARE(overview.badgeOf(QStringLiteral("redis")), QStringLiteral("◌ Unknown"));
    QCOMPARE(overview.badgeOf(QStringLiteral("pools")), QStringLiteral("◌ Unknown"));
}

void TestOverview::bannerLeadsToTheRecovery()
{
    Overview overview;
    overview.state.takeSnapshot(overview.feed.redisDown());
    QSignalSpy asked(&overview.window, &MainWindow::recoveryAsked);
    for (QPushButton *button : overview.page->findChildren<QPushButton *>()) {
        if (button->text() == QStringLiteral("Start recovery…"))
            button->click();
    }
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked.first().first().toString(), QStringLiteral("redis-master-failure"));
}

void TestOverview::openRunComesFirstUnlessSomethingElseIsRecommended()
{
    Overview overview({1280, 720});
    HealthSnapshot snapshot = overview.feed.redisDown();
    overview.state.takeSnapshot(snapshot);
    overview.state.takeRun(overview.feed.run()); // of Redis, as what is recommended
    settle(overview.window);
    const WhatToDoBanner *banner = overview.page->findChild<WhatToDoBanner *>();
    QPushButton *button = banner->findChild<QPushButton *>();
    QSignalSpy run(banner, &WhatToDoBanner::runAsked), recovery(banner, &WhatToDoBanner::recoveryAsked);
    QCOMPARE(button->text(), QStringLiteral("Go on with it"));
    button->click();
    QCOMPARE(run.value(0).value(0).toString(), overview.feed.run().id);
    snapshot.recommendations += Recommendation{.scenario = QStringLiteral("database-loss"), .because = {QStringLiteral("it is gone")}, .title = QStringLiteral("Database loss: scenario A")};
    overview.state.takeSnapshot(snapshot);
    settle(overview.window);
    QVERIFY(button->text() != QLatin1String("Go on with it"));
    button->click();
    QCOMPARE(run.size(), 1);
}

void TestOverview::openRunHidesNoOutage()
{
    Overview overview({1280, 720});
    HealthSnapshot snapshot = overview.feed.redisDown();
    snapshot.recommendations.clear();
    overview.state.takeSnapshot(snapshot);
    overview.state.takeRun(overview.feed.run());
    settle(overview.window);
    const WhatToDoBanner *banner = overview.page->findChild<WhatToDoBanner *>();
    QCOMPARE(banner->property("panel").toString(), QStringLiteral("bannerCritical"));
    QStringList said;
    for (const QLabel *label : banner->findChildren<QLabel *>())
        said << label->text();
    QVERIFY2(!said.filter(QStringLiteral("redis is down: ")).isEmpty(), qPrintable(said.join(QLatin1Char('\n'))));
}

void TestOverview::bannerIsCalmWhenHealthy()
{
    Overview overview;
    overview.state.takeSnapshot(overview.feed.healthy());
    const WhatToDoBanner *banner = overview.page->findChild<WhatToDoBanner *>();
    QCOMPARE(banner->findChild<StateBadge *>()->text(), QStringLiteral("● Nothing to do"));
    QVERIFY(!banner->findChild<QPushButton *>()->isVisible());
}

void TestOverview::failingArchiveIsSaidThoughAllServe()
{
    Overview overview;
    HealthSnapshot snapshot = overview.feed.healthy();
    for (SystemHealth &system : snapshot.systems) {
        if (system.name != QLatin1String("database"))
            continue;
        Reading failures{.name = QStringLiteral("archive failures"), .value = 3.0, .unit = QStringLiteral("count"), .source = QStringLiteral("postgresql"),
                         .observedAt = snapshot.at, .state = ReadingState::Fresh, .normal = NormalRange{.most = 0}, .reason = QStringLiteral("WAL 15 cannot be archived")};
        Reading last = failures;
        last.name = QStringLiteral("last archived");
        last.normal.reset();
        system.readings.removeIf([](const Reading &one) { return one.name.contains(QLatin1String("archive")); });
        system.readings += {failures, last};
    }
    overview.state.takeSnapshot(snapshot);
    settle(overview.window);
    const WhatToDoBanner *banner = overview.page->findChild<WhatToDoBanner *>();
    QCOMPARE(banner->findChild<StateBadge *>()->text(), QStringLiteral("▲ WATCH"));
    QCOMPARE(overview.badgeOf(QStringLiteral("database")), QStringLiteral("● Healthy"));
    bool marked = false;
    for (const ReadingRow *row : overview.page->findChildren<ReadingRow *>())
        marked = marked || row->accessibleName() == QStringLiteral("Last archived: ▲ failing");
    QVERIFY(marked);
}

void TestOverview::bannerKeepsItsHeight()
{
    Overview overview;
    overview.state.takeSnapshot(overview.feed.healthy());
    settle(overview.window);
    const int calm = overview.page->findChild<WhatToDoBanner *>()->height();
    overview.state.takeSnapshot(overview.feed.redisDown());
    settle(overview.window);
    QCOMPARE(overview.page->findChild<WhatToDoBanner *>()->height(), calm);
}

void TestOverview::lowWindowFoldsTheLowerRows()
{
    const Overview small({1280, 720});
    QVERIFY(small.page->isFolded());
    const Overview large({1920, 1080});
    QVERIFY(!large.page->isFolded());
}

void TestOverview::nothingScrollsAtNormalTextSize_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("1280x720") << QSize(1280, 720);
    QTest::newRow("1920x1080") << QSize(1920, 1080);
}

void TestOverview::nothingScrollsAtNormalTextSize()
{
    QFETCH(QSize, size);
    Overview overview(size);
    overview.state.takeSnapshot(overview.feed.redisDown());
    overview.state.takeRun(overview.feed.run());
    settle(overview.window);
    const QScrollArea *scroll = overview.page->findChild<QScrollArea *>();
    QCOMPARE(scroll->verticalScrollBar()->maximum(), 0);
}

void TestOverview::startButtonStaysVisibleAtDoubleText()
{
    applyTheme(*qApp, {.choice = ThemeChoice::Dark, .scale = 2});
    Overview overview;
    overview.state.takeSnapshot(overview.feed.redisDown());
    settle(overview.window);
    const WhatToDoBanner *banner = overview.page->findChild<WhatToDoBanner *>();
    const QPushButton *start = banner->findChild<QPushButton *>();
    const QRect seen(start->mapTo(&overview.window, QPoint(0, 0)), start->size());
    const bool whole = overview.window.rect().contains(seen) && start->isVisible() &&
                       start->width() >= start->minimumSizeHint().width();
    applyTheme(*qApp, {.choice = ThemeChoice::Dark});
    QVERIFY(whole);
}

void TestOverview::sameSnapshotRepaintsNothing()
{
    Overview overview({1920, 1080});
    const HealthSnapshot snapshot = overview.feed.healthy();
    overview.state.takeSnapshot(snapshot);
    QVERIFY(QTest::qWaitForWindowExposed(&overview.window));
    // Charts may finish their layout in the next turns of the loop.
    QSignalSpy ticks(&overview.state.ticker(), &Ticker::ticked);
    QTRY_VERIFY(ticks.size() >= 2);
    PaintCounter counter;
    for (QWidget *widget : overview.page->findChildren<QWidget *>())
        widget->installEventFilter(&counter);
    for (int i = 0; i < 10; ++i)
        overview.state.takeSnapshot(snapshot);
    ticks.clear();
    QTRY_VERIFY(ticks.size() >= 3);
    QCOMPARE(counter.paints, 0);
}

void TestOverview::topologyIsSaidInWords()
{
    Overview overview;
    overview.state.takeSnapshot(overview.feed.redisDown());
    const QString said = overview.page->findChild<MiniRedis *>()->accessibleName();
    for (const char *part :
         {"master 10.0.0.1:6379 silent", "10.0.0.2:6379", "Sentinel 10.0.0.3:26379 says down"})
        QVERIFY2(said.contains(QString::fromUtf8(part)), qPrintable(said));
}

void TestOverview::trafficIsSaidInWords()
{
    Overview overview;
    overview.state.takeSnapshot(overview.feed.healthy());
    const QString said = overview.page->findChild<MiniTraffic *>()->accessibleName();
    for (const char *part :
         {"Users reach blue", "blue · live · build v412", "2 of 2 up", "green · warm"})
        QVERIFY2(said.contains(QString::fromUtf8(part)), qPrintable(said));
}

void TestOverview::timelineIsSaidInWords()
{
    Overview overview({1920, 1080});
    overview.state.takeSnapshot(overview.feed.redisDown());
    overview.state.takeEvents(overview.feed.redisDownEvents());
    const QString said = overview.page->findChild<Timeline *>()->accessibleName();
    QVERIFY2(said.contains(QStringLiteral("✖ +odown master mymaster")), qPrintable(said));
}

void TestOverview::twoHundredInstancesStayOneLineAPool()
{
    Overview overview;
    overview.state.takeSnapshot(overview.feed.manyInstances(200));
    const QString said = overview.page->findChild<MiniTraffic *>()->accessibleName();
    QVERIFY2(said.contains(QLatin1String("95 of 100 up")), qPrintable(said));
    QVERIFY2(said.contains(QLatin1String("5 no answer: blue-6, blue-29, blue-52 and 2 more")), qPrintable(said));
}

void TestOverview::oldSnapshotIsNotGreen()
{
    Overview overview;
    overview.state.takeSnapshot(overview.feed.healthy());
    QCOMPARE(overview.badgeOf(QStringLiteral("database")), QStringLiteral("● Healthy"));
    overview.clock.advance(16s);
    QTRY_COMPARE(overview.badgeOf(QStringLiteral("database")), QStringLiteral("◌ Unknown"));
}

QTEST_MAIN(TestOverview)
#include "tst_overview.moc"
