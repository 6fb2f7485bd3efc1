// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sampleplatform.h"

#include "core/base/manualclock.h"
#include "ui/database/databasepage.h"
#include "ui/database/restorepoint.h"
#include "ui/parts/readinglist.h"
#include "ui/pools/instancemodel.h"
#include "ui/pools/instanceorder.h"
#include "ui/pools/poolspage.h"
#include "ui/pools/poolwords.h"
#include "ui/redis/eventmodel.h"
#include "ui/redis/redispage.h"
#include "ui/redis/topologyview.h"
#include "ui/shell/consolestate.h"
#include "ui/shell/theme.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace understudy;
using namespace understudy::ui;
using namespace understudy::tests;

class SystemPagesTest : public QObject
{
    Q_OBJECT
private:
    ManualClock m_clock;
    std::unique_ptr<ConsoleState> m_state;

    std::unique_ptr<Page> page(const QString &name)
    {
        std::unique_ptr<Page> made;
        if (name == QLatin1String("redis"))
            made = std::make_unique<RedisPage>(*m_state);
        else if (name == QLatin1String("pools"))
            made = std::make_unique<PoolsPage>(*m_state);
        else
            made = std::make_unique<DatabasePage>(*m_state);
        return made;
    }

private slots:
    void init() { m_state = std::make_unique<ConsoleState>(sampleplatform::plan(), m_clock); }

    void theTopologyIsToldInFull_data()
    {
        QTest::addColumn<int>("nodes");
        QTest::addColumn<int>("sentinels");
        QTest::addColumn<bool>("silent");
        QTest::newRow("three and three") << 3 << 3 << false;
        QTest::newRow("five and five, master silent") << 5 << 5 << true;
        QTest::newRow("a master alone") << 1 << 1 << false;
    }
    void theTopologyIsToldInFull()
    {
        QFETCH(int, nodes);
        QFETCH(int, sentinels);
        QFETCH(bool, silent);
        const RedisTopology topology = sampleplatform::redis(nodes, sentinels, silent);
        TopologyView view;
        view.setTopology(topology);
        const QString told = QAccessible::queryAccessibleInterface(&view)->text(QAccessible::Name);
        for (const RedisNode &node : topology.nodes)
            QVERIFY2(told.contains(node.address.text()), qPrintable(told));
        for (const SentinelOpinion &sentinel : topology.sentinels)
            QVERIFY2(told.contains(sentinel.address.text()), qPrintable(told));
        QVERIFY(told.contains(topology.failover));
        QCOMPARE(view.cards().size(), nodes + sentinels);
        for (TopologyCard *card : view.cards()) {
            QVERIFY((card->focusPolicy() & Qt::TabFocus) != 0);
            QVERIFY(
                !QAccessible::queryAccessibleInterface(card)->text(QAccessible::Name).isEmpty());
        }
    }
    void cardsNeitherOverlapNorLeaveTheDrawing_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("count");
        for (const int width : {420, 760, 1200}) {
            for (const int count : {1, 3, 5})
                QTest::addRow("%d px, %d of each", width, count) << width << count;
        }
    }
    void cardsNeitherOverlapNorLeaveTheDrawing()
    {
        QFETCH(int, width);
        QFETCH(int, count);
        TopologyView view;
        view.setTopology(sampleplatform::redis(count, count, true));
        view.show();
        view.resize(width, view.heightForWidth(width));
        QTRY_COMPARE(view.width(), width);
        const QList<TopologyCard *> cards = view.cards();
        for (int i = 0; i < cards.size(); ++i) {
            QVERIFY(view.rect().contains(cards[i]->geometry()));
            for (int j = i + 1; j < cards.size(); ++j)
                QVERIFY(!cards[i]->geometry().intersects(cards[j]->geometry()));
        }
    }
    void aSentinelThatNamesAnotherMasterStandsOut()
    {
        RedisTopology topology = sampleplatform::redis(3, 3, false);
        topology.sentinels[2].master = {QStringLiteral("10.0.0.66"), 6379};
        QCOMPARE(sentinelCard(topology, topology.sentinels[0]).tone, Tone::Healthy);
        const CardText liar = sentinelCard(topology, topology.sentinels[2]);
        QCOMPARE(liar.tone, Tone::Warning);
        QVERIFY(liar.accessible().contains(QLatin1String("10.0.0.66:6379, unlike the others")));
    }
    void aSecondMasterIsCritical()
    {
        RedisTopology topology = sampleplatform::redis(3, 3, false);
        topology.nodes[1].role = RedisNode::Role::Master;
        QCOMPARE(nodeCard(topology, topology.nodes[1]).tone, Tone::Critical);
    }
    void anUnbelievedMasterIsUnknown()
    {
        RedisTopology topology = sampleplatform::redis(3, 3, true);
        topology.master.reset();
        QVERIFY(
            topologySummary(topology).contains(QLatin1String("The master of mymaster is unknown")));
    }
    void eventsAreBoundedAndNewestFirst()
    {
        EventModel model(5);
        QList<Event> events;
        for (int i = 0; i < 8; ++i)
            events << Event{.at = m_clock.now(), .name = QString::number(i)};
        model.append(events.mid(0, 4));
        model.append(events.mid(4));
        QCOMPARE(model.rowCount(), 5);
        QCOMPARE(model.index(0, EventModel::Name).data().toString(), QStringLiteral("7"));
        QCOMPARE(model.index(4, EventModel::Name).data().toString(), QStringLiteral("3"));
    }
    void eventsAreFilteredAndCopied()
    {
        m_state->takeSnapshot(sampleplatform::snapshot(m_clock.now(), true));
        m_state->takeEvents(sampleplatform::redisEvents(m_clock.now()));
        RedisPage redis(*m_state);
        redis.show();
        redis.findChild<QLineEdit *>()->setText(QStringLiteral("ODOWN"));
        QTableView *table = redis.findChild<QTableView *>();
        QCOMPARE(table->model()->rowCount(), 1);
        QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QApplication::clipboard()->text().contains(QLatin1String("+odown")));
        QVERIFY(!QApplication::clipboard()->text().contains(QLatin1String("+sdown")));
    }
    void observingHidesTheAct()
    {
        ConsoleState observing(sampleplatform::plan(), m_clock, true);
        observing.takeSnapshot(sampleplatform::snapshot(m_clock.now(), true));
        RedisPage redis(observing);
        redis.show();
        QVERIFY(!redis.findChild<QPushButton *>(QStringLiteral("recoverRedis"))->isVisible());
    }
    void theActAsksForTheScenario()
    {
        RedisPage redis(*m_state);
        QSignalSpy asked(&redis, &Page::recoveryAsked);
        redis.findChild<QPushButton *>(QStringLiteral("recoverRedis"))->click();
        QCOMPARE(asked.value(0).value(0).toString(), QStringLiteral("redis-master-failure"));
    }
    void theFourAnswersAreFourWords()
    {
        QSet<QString> words;
        for (const auto answer : {InstanceView::Answer::Refused, InstanceView::Answer::NoAnswer,
                                  InstanceView::Answer::Unavailable, InstanceView::Answer::Ok,
                                  InstanceView::Answer::Unknown})
            words << answerWord(answer);
        QCOMPARE(words.size(), 5);
    }
    void theAbnormalComeFirst_data()
    {
        QTest::addColumn<int>("column");
        QTest::addColumn<Qt::SortOrder>("order");
        QTest::newRow("by pool") << int(InstanceModel::Pool) << Qt::AscendingOrder;
        QTest::newRow("by pool, turned") << int(InstanceModel::Pool) << Qt::DescendingOrder;
        QTest::newRow("by p95, turned") << int(InstanceModel::P95) << Qt::DescendingOrder;
    }
    void theAbnormalComeFirst()
    {
        QFETCH(int, column);
        QFETCH(Qt::SortOrder, order);
        InstanceModel model;
        model.setPools(sampleplatform::pools(m_clock.now(), 100));
        InstanceOrder sorted;
        sorted.setSourceModel(&model);
        sorted.sort(column, order);
        QCOMPARE(sorted.rowCount(), 200);
        bool sawWell = false;
        for (int row = 0; row < sorted.rowCount(); ++row) {
            const bool well = sorted.index(row, 0).data(InstanceModel::BadnessRole).toInt() == 0;
            QVERIFY(!(sawWell && !well));
            sawWell = sawWell || well;
        }
        QVERIFY(sawWell && model.abnormal() > 0);
    }
    void aLookThatChangesNothingRepaintsNothing()
    {
        InstanceModel model;
        model.setPools(sampleplatform::pools(m_clock.now(), 100));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        PoolsView again = sampleplatform::pools(m_clock.now(), 100);
        again.pools[0].instances[0].lookedAt = m_clock.now().addSecs(9);
        model.setPools(again);
        QCOMPARE(changed.size(), 0);
        again.pools[1].instances[5].live = InstanceView::Answer::Unavailable;
        model.setPools(again);
        QCOMPARE(changed.size(), 1);
    }
    void poolsWithTheSameFirstLetterAreToldApart()
    {
        PoolsView view;
        view.pools = {PoolView{.colour = QStringLiteral("blue")},
                      PoolView{.colour = QStringLiteral("black")}};
        QCOMPARE(poolLetter(view, 0), QStringLiteral("BLU"));
        QCOMPARE(poolLetter(view, 1), QStringLiteral("BLA"));
    }
    void theRestorablePointGrowsOlderBetweenLooks()
    {
        Ticker ticker(m_clock);
        ticker.stop();
        RestorePoint point(ticker, std::chrono::minutes(5));
        point.show();
        Reading reading{.name = QStringLiteral("newest restorable"),
                        .value = 298.0,
                        .unit = QStringLiteral("s"),
                        .observedAt = m_clock.now(),
                        .interval = std::chrono::seconds(5),
                        .state = ReadingState::Fresh};
        point.setReading(&reading);
        const auto said = [&point] {
            QStringList words;
            for (const QLabel *label : point.findChildren<QLabel *>())
                words << label->text();
            return words.join(QLatin1Char(' '));
        };
        QVERIFY2(said().contains(QLatin1String("RPO at risk")), qPrintable(said()));
        m_clock.advance(std::chrono::seconds(4));
        emit ticker.ticked(m_clock.now());
        QVERIFY2(said().contains(QLatin1String("RPO missed")), qPrintable(said()));
        m_clock.advance(std::chrono::seconds(20));
        emit ticker.ticked(m_clock.now());
        QVERIFY2(said().contains(QLatin1String("unknown")), qPrintable(said()));
    }
    void everyDatabaseReadingHasAPlace()
    {
        m_state->takeSnapshot(sampleplatform::snapshot(m_clock.now(), false));
        DatabasePage database(*m_state);
        database.show();
        for (const Reading &reading : sampleplatform::databaseReadings(m_clock.now())) {
            if (reading.name == QLatin1String("newest restorable"))
                continue;
            int places = 0;
            for (const ReadingList *list : database.findChildren<ReadingList *>())
                places += list->row(reading.name) ? 1 : 0;
            QCOMPARE(places, 1);
        }
    }
    void pagesHaveNoUnnamedControl_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name : {"redis", "pools", "database"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
    void pagesHaveNoUnnamedControl()
    {
        QFETCH(QString, name);
        m_state->takeSnapshot(sampleplatform::snapshot(m_clock.now(), true));
        const std::unique_ptr<Page> shown = page(name);
        shown->resize(1176, 620);
        shown->show();
        for (QWidget *widget : shown->findChildren<QWidget *>()) {
            if (!widget->isVisible() || (widget->focusPolicy() & Qt::TabFocus) == 0)
                continue;
            QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(spoken && !spoken->text(QAccessible::Name).isEmpty(),
                     widget->metaObject()->className());
        }
    }
    void pagesFitTheSmallestWindow_data() { pagesHaveNoUnnamedControl_data(); }
    void pagesFitTheSmallestWindow()
    {
        QFETCH(QString, name);
        applyTheme(*qApp, {.choice = ThemeChoice::Dark});
        m_state->takeSnapshot(sampleplatform::snapshot(m_clock.now(), true));
        const std::unique_ptr<Page> shown = page(name);
        shown->show();
        QVERIFY2(shown->minimumSizeHint().width() <= 1160,
                 qPrintable(QString::number(shown->minimumSizeHint().width())));
        QVERIFY2(shown->minimumSizeHint().height() <= 600,
                 qPrintable(QString::number(shown->minimumSizeHint().height())));
    }
    void aPageWithoutASnapshotSaysUnknown_data() { pagesHaveNoUnnamedControl_data(); }
    void aPageWithoutASnapshotSaysUnknown()
    {
        QFETCH(QString, name);
        const std::unique_ptr<Page> shown = page(name);
        shown->show();
        QStringList said;
        for (const QLabel *label : shown->findChildren<QLabel *>()) {
            if (label->isVisible())
                said << label->text();
        }
        QVERIFY(said.join(QLatin1Char(' ')).contains(QLatin1String("Unknown")));
        QVERIFY(!said.join(QLatin1Char(' ')).contains(QLatin1String("Healthy")));
    }
};

QTEST_MAIN(SystemPagesTest)
#include "tst_systempages.moc"
