// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sampleplatform.h"

#include "core/base/manualclock.h"
#include "ui/parts/colours.h"
#include "ui/pools/instancecells.h"
#include "ui/pools/instancemap.h"
#include "ui/pools/instancemodel.h"
#include "ui/pools/poolspage.h"
#include "ui/pools/poolwords.h"
#include "ui/shell/consolestate.h"
#include "ui/shell/theme.h"

#include <QAccessible>
#include <QApplication>
#include <QLineEdit>
#include <QScrollBar>
#include <QTableView>
#include <QTest>

using namespace understudy;
using namespace understudy::ui;
using namespace understudy::tests;

/// 200 instances on one screen: who is wrong is seen at once, first, named, and reached by
/// keyboard.
class InstanceMapTest : public QObject
{
    Q_OBJECT

    ManualClock m_clock;
    std::unique_ptr<ConsoleState> m_state;
    std::unique_ptr<PoolsPage> m_page;

    QList<InstanceCells *> blocks() const
    {
        QList<InstanceCells *> shown;
        for (InstanceCells *cells : m_page->findChildren<InstanceCells *>()) {
            if (cells->isVisible())
                shown << cells;
        }
        return shown;
    }
    static int toneAt(const InstanceCells &cells, int row)
    {
        return cells.model()->index(row, 0).data(InstanceModel::ToneRole).toInt();
    }
    void show(PoolsView view)
    {
        HealthSnapshot snapshot = sampleplatform::snapshot(m_clock.now(), false);
        snapshot.pools = view;
        m_state->takeSnapshot(snapshot);
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
    }

private slots:
    void init()
    {
        applyTheme(*qApp, {.choice = ThemeChoice::Dark});
        m_state = std::make_unique<ConsoleState>(sampleplatform::plan(), m_clock);
        m_page = std::make_unique<PoolsPage>(*m_state);
        m_page->resize(1166, 632); // what the smallest window leaves a page
        m_page->show();
        show(sampleplatform::pools(m_clock.now(), 100));
    }
    void cleanup()
    {
        m_page.reset();
        m_state.reset();
    }

    void everyInstanceHasACellInSight()
    {
        QCOMPARE(blocks().size(), 2);
        for (const InstanceCells *cells : blocks()) {
            QCOMPARE(cells->model()->rowCount(), 100);
            QTRY_VERIFY(!cells->verticalScrollBar()->isVisible());
            for (int row = 0; row < 100; ++row) {
                const QRect cell = cells->visualRect(cells->model()->index(row, 0));
                QVERIFY2(cells->viewport()->rect().contains(cell),
                         qPrintable(QString::number(row)));
                QVERIFY(cell.width() >= 16 && cell.height() >= 16);
            }
        }
    }
    void theTableKeepsRoomForItsRows()
    {
        const QTableView *table = m_page->findChild<QTableView *>();
        QTRY_VERIFY2(table->viewport()->height() >= 4 * table->rowHeight(0),
                     qPrintable(QString::number(table->viewport()->height())));
    }
    void theWrongComeFirst()
    {
        for (const InstanceCells *cells : blocks()) {
            int wrong = 0;
            while (wrong < 100 && toneAt(*cells, wrong) != int(Tone::Healthy))
                ++wrong;
            QVERIFY(wrong > 5 && wrong < 50);
            for (int row = wrong; row < 100; ++row)
                QCOMPARE(toneAt(*cells, row), int(Tone::Healthy));
        }
    }
    /// One that falls over moves to the front at the next look.
    void whoFallsOverComesForward()
    {
        PoolsView view = sampleplatform::pools(m_clock.now(), 100);
        view.pools[1].instances[99].live = InstanceView::Answer::Refused;
        show(view);
        const QString fallen = instanceName(view.pools[1].instances[99]);
        const InstanceCells *cells = blocks()[1];
        int place = 0;
        while (place < 100 && !cells->model()->index(place, 0).data().toString().endsWith(fallen))
            ++place;
        QVERIFY(place < 100);
        for (int row = 0; row <= place; ++row)
            QCOMPARE(toneAt(*cells, row), int(Tone::Critical));
    }
    void signsDifferInShapeAndColour_data()
    {
        QTest::addColumn<ThemeChoice>("theme");
        QTest::newRow("dark") << ThemeChoice::Dark;
        QTest::newRow("light") << ThemeChoice::Light;
    }
    void signsDifferInShapeAndColour()
    {
        QFETCH(ThemeChoice, theme);
        applyTheme(*qApp, {.choice = theme});
        const Colours &colours = theme == ThemeChoice::Dark ? darkColours() : lightColours();
        PoolsView view = sampleplatform::pools(m_clock.now(), 100);
        for (InstanceView &one : view.pools[0].instances)
            one = InstanceView{.url = one.url,
                               .process = one.process,
                               .live = InstanceView::Answer::Ok,
                               .startup = InstanceView::Answer::Ok,
                               .ready = InstanceView::Answer::Ok};
        view.pools[0].instances[7].live = InstanceView::Answer::Refused;
        view.pools[0].instances[8].live = InstanceView::Answer::Unknown;
        view.pools[0].instances[9].ready = InstanceView::Answer::Unavailable;
        show(view);
        InstanceCells *cells = blocks()[0];
        QCOMPARE(toneAt(*cells, 0), int(Tone::Critical));
        QCOMPARE(toneAt(*cells, 1), int(Tone::Unknown));
        QCOMPARE(toneAt(*cells, 2), int(Tone::Warning));
        QCOMPARE(toneAt(*cells, 3), int(Tone::Healthy));
        const QImage picture = cells->viewport()->grab().toImage();
        const auto shows = [&](int row, const QColor &colour) {
            const QRect cell = cells->visualRect(cells->model()->index(row, 0));
            for (int x = cell.left(); x <= cell.right(); ++x) {
                if (picture.pixelColor(x, cell.top() + 4) == colour)
                    return true;
            }
            return false;
        };
        QVERIFY(shows(0, colours.criticalFill));
        QVERIFY(shows(2, colours.warningFill));
        for (const int quiet : {1, 3, 50})
            QVERIFY(!shows(quiet, colours.criticalFill) && !shows(quiet, colours.warningFill));
    }
    void aScreenReaderHearsEachByNameAndState()
    {
        const PoolsView view = sampleplatform::pools(m_clock.now(), 100);
        for (InstanceCells *cells : blocks()) {
            QAccessibleInterface *block = QAccessible::queryAccessibleInterface(cells);
            QVERIFY(block->text(QAccessible::Name).contains(QLatin1String("of 100 up")));
            QStringList spoken;
            for (int i = 0; i < block->childCount(); ++i)
                spoken << block->child(i)->text(QAccessible::Name);
            QCOMPARE(spoken.size(), 100);
            spoken.removeDuplicates();
            QCOMPARE(spoken.size(), 100);
            QVERIFY2(!spoken.first().endsWith(QLatin1String("well")), qPrintable(spoken.first()));
            QVERIFY2(spoken.last().endsWith(QLatin1String("well")), qPrintable(spoken.last()));
        }
    }
    void theArrowsReachEveryCellAndChooseItsRow()
    {
        InstanceCells *cells = blocks()[1];
        const QTableView *table = m_page->findChild<QTableView *>();
        cells->setFocus();
        QTest::keyClick(cells, Qt::Key_Home);
        QStringList reached;
        for (int i = 0; i < 100; ++i) {
            const QString here = cells->currentIndex().data().toString();
            QCOMPARE(
                table->currentIndex().siblingAtColumn(InstanceModel::Instance).data().toString(),
                here);
            const QRect row = table->visualRect(table->currentIndex());
            QVERIFY2(table->viewport()->rect().intersects(row), qPrintable(here));
            reached << here;
            QTest::keyClick(cells, Qt::Key_Right);
        }
        reached.removeDuplicates();
        QCOMPARE(reached.size(), 100);
    }
    void theTablesRowIsMarkedInTheMap()
    {
        QTableView *table = m_page->findChild<QTableView *>();
        table->setFocus();
        table->selectRow(table->model()->rowCount() - 1);
        const QString chosen =
            table->currentIndex().siblingAtColumn(InstanceModel::Instance).data().toString();
        int marked = 0;
        for (const InstanceCells *cells : blocks()) {
            if (cells->currentIndex().isValid() &&
                cells->currentIndex().data().toString() == chosen)
                ++marked;
        }
        QCOMPARE(marked, 1);
    }
    void theFilterHoldsForBoth()
    {
        QLineEdit *filter = m_page->findChild<QLineEdit *>();
        filter->setText(QStringLiteral("blue"));
        QCOMPARE(blocks()[0]->model()->rowCount(), 100);
        QCOMPARE(blocks()[1]->model()->rowCount(), 0);
    }
    void fewInstancesNeedNoMap()
    {
        show(sampleplatform::pools(m_clock.now(), 2));
        QVERIFY(blocks().isEmpty());
    }
    void tabLeadsFromTheFilterThroughTheMapToTheTable()
    {
        QTRY_VERIFY(m_page->isActiveWindow());
        QList<QWidget *> met{m_page->findChild<QLineEdit *>()};
        met.first()->setFocus();
        for (int i = 0; i < 3; ++i) {
            QTest::keyClick(met.last(), Qt::Key_Tab);
            met << QApplication::focusWidget();
        }
        QCOMPARE(met.mid(1),
                 (QList<QWidget *>{blocks()[0], blocks()[1], m_page->findChild<QTableView *>()}));
    }
    /// Where one is stays in sight after Tab has led on.
    void theCellCameToIsMarked()
    {
        QTRY_VERIFY(m_page->isActiveWindow());
        InstanceCells *cells = blocks()[1];
        const QRect first = cells->visualRect(cells->model()->index(0, 0));
        const auto picture = [&] { return cells->viewport()->grab(first).toImage(); };
        const QImage plain = picture();
        blocks()[0]->setFocus();
        QTest::keyClick(blocks()[0], Qt::Key_Tab);
        QCOMPARE(QApplication::focusWidget(), cells);
        const QImage focused = picture();
        QVERIFY(focused != plain);
        QTest::keyClick(cells, Qt::Key_Tab);
        QVERIFY(qobject_cast<QTableView *>(QApplication::focusWidget()));
        QVERIFY(picture() != plain && picture() != focused);
    }
};

QTEST_MAIN(InstanceMapTest)
#include "tst_instancemap.moc"
