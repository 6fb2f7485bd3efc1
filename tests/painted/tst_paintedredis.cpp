// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/watch.h"
#include "core/systems/redis/redislink.h"
#include "core/systems/secrets/secretresolver.h"
#include "tests/painted/bigplan.h"
#include "tests/painted/blackholes.h"
#include "tests/painted/paintclock.h"
#include "tests/redis/redisfixture.h"
#include "tests/ui/fakefeed.h"
#include "tests/ui/windowkit.h"
#include "ui/parts/colours.h"
#include "ui/parts/pageheader.h"
#include "ui/parts/statebadge.h"
#include "ui/shell/consolestate.h"
#include "ui/shell/mainwindow.h"

#include <QLabel>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

using namespace understudy;
using namespace understudy::ui;
using namespace understudy::test;
using namespace std::chrono_literals;

namespace {

/// A lost master must stand on the screen so soon after the Sentinels' word.
constexpr double promisedMs = 250;

/// A moment, and for how long the threads between a Sentinel and the screen had waited for a
/// processor.
struct Moment
{
    Steady::time_point at;
    double waited = 0;
    static Moment now()
    {
        return {Steady::now(),
                waitedForProcessor(Thread::Window) + waitedForProcessor(Thread::Engine)};
    }
    double since(const Moment &before) const { return milliseconds(at - before.at); }
};

/// Hears every Sentinel beside the console, on a thread of its own: a busy window must not make the
/// clock late by which it is judged.
class Ear : public QThread
{
public:
    explicit Ear(const RedisFixture &redis)
    {
        for (int i = 0; i < redis.sentinels(); ++i)
            m_targets.append(redis.sentinelTarget(i));
        start();
    }
    ~Ear() override
    {
        quit();
        wait();
    }
    bool hears() const { return m_ready == m_targets.size(); }
    std::optional<Moment> firstDown() const { return locked(m_firstDown); }
    /// +odown, or the +sdown that makes the majority.
    std::optional<Moment> decided() const { return locked(m_decided); }

protected:
    void run() override
    {
        std::vector<std::unique_ptr<RedisLink>> links;
        for (const RedisTarget &target : std::as_const(m_targets)) {
            RedisLink *link = links.emplace_back(std::make_unique<RedisLink>(target)).get();
            link->subscribeTo({"*"});
            QObject::connect(link, &RedisLink::ready, link, [this] { ++m_ready; });
            QObject::connect(link, &RedisLink::pushed, link,
                             [this](const QByteArray &channel, const QByteArray &text) {
                                 if (text.startsWith("master "))
                                     note(channel, Moment::now());
                             });
            link->start();
        }
        exec();
    }

private:
    void note(const QByteArray &channel, const Moment &now)
    {
        const std::lock_guard lock(m_guard);
        if (channel == "+sdown" && !m_firstDown)
            m_firstDown = now;
        m_down += channel == "+sdown" ? 1 : 0;
        if (!m_decided && (channel == "+odown" || 2 * m_down > m_targets.size()))
            m_decided = now;
    }
    std::optional<Moment> locked(const std::optional<Moment> &moment) const
    {
        const std::lock_guard lock(m_guard);
        return moment;
    }

    QList<RedisTarget> m_targets;
    std::atomic<qsizetype> m_ready{0};
    mutable std::mutex m_guard;
    std::optional<Moment> m_firstDown, m_decided;
    qsizetype m_down = 0;
};

bool isNear(const QColor &a, const QColor &b)
{
    return qAbs(a.red() - b.red()) + qAbs(a.green() - b.green()) + qAbs(a.blue() - b.blue()) < 40;
}

/// What the painted window shows of Redis in one place: a filled badge, or the navigation's sign.
struct Sight
{
    const QLabel *where = nullptr;
    std::optional<Moment> amber, red;
    QString redWords;

    bool shows(const QColor &colour) const
    {
        for (int y = 1; y < where->height(); y += 2) {
            for (int x = 1; x < where->width(); ++x) {
                const QColor seen = colourOnScreen(*where, {x, y});
                if (seen.isValid() && isNear(seen, colour))
                    return true;
            }
        }
        return false;
    }
    void look()
    {
        const Moment at = Moment::now();
        const Colours &colours = darkColours();
        if (!amber && (shows(colours.warning) || shows(colours.critical)))
            amber = at;
        if (!red && shows(colours.critical)) {
            red = at;
            redWords = where->text();
        }
    }
};

} // namespace

class PaintedRedisTest : public QObject
{
    Q_OBJECT

    SystemClock m_clock;

    static PaintClock *application() { return static_cast<PaintClock *>(qApp); }

    /// Where a person looks: the overview's tile, the page's heading, or the sign of a page not
    /// open.
    static const QLabel *redisOn(const MainWindow &window, const QString &page)
    {
        if (page == QLatin1String("overview"))
            return window.findChild<QWidget *>(QStringLiteral("tile.redis"))
                ->findChild<StateBadge *>();
        if (page == QLatin1String("redis"))
            return window.findChild<QWidget *>(page)
                ->findChild<PageHeader *>()
                ->findChild<StateBadge *>();
        return window.findChild<QPushButton *>(QStringLiteral("navigate.redis"))
            ->findChild<QLabel *>();
    }

private slots:
    void initTestCase() { applyTheme(*application(), {.choice = ThemeChoice::Dark}); }

    void lostMasterIsPaintedInTime_data()
    {
        QTest::addColumn<bool>("hangs");
        QTest::addColumn<QString>("page");
        QTest::addColumn<int>("instances");
        QTest::newRow("killed, the overview") << false << "overview" << 0;
        QTest::newRow("killed, the Redis page") << false << "redis" << 0;
        QTest::newRow("hung, the overview") << true << "overview" << 0;
        QTest::newRow("hung, the Redis page") << true << "redis" << 0;
        QTest::newRow("hung, another page") << true << "plan" << 0;
        QTest::newRow("hung, with 200 instances and the database silent too")
            << true << "overview" << 200;
        QTest::newRow("hung, looking at 200 silent instances") << true << "pools" << 200;
    }
    void lostMasterIsPaintedInTime()
    {
        QFETCH(bool, hangs);
        QFETCH(QString, page);
        QFETCH(int, instances);
        RedisFixture redis({.downAfterMs = 500});
        QCOMPARE(redis.start(), QString());
        Plan plan = FakeFeed::plan(Mode::Production);
        plan.redis = redis.plan();
        BlackHoles holes(BlackHoles::Kind::Mute);
        plan.application = manyInstances(instances, [&holes] { return holes.add(); });
        plan.database->url = {.kind = SecretReference::Kind::Plain,
                              .name =
                                  QStringLiteral("postgresql://u@%1/d").arg(holes.add().text())};
        holes.dig();

        const std::unique_ptr<SecretResolver> secrets = SecretResolver::forPlan(plan);
        ConsoleState state(plan, m_clock);
        MainWindow window(state, {.choice = ThemeChoice::Dark}, WindowMemory(QString()));
        addPages(window, state);
        Watch watch(plan, *secrets, m_clock);
        connect(&watch, &Watch::snapshotReady, &state, &ConsoleState::takeSnapshot);
        connect(&watch, &Watch::eventsHappened, &state, &ConsoleState::takeEvents);
        window.resize(1280, 720);
        window.show();
        QVERIFY(window.openPage(page));
        watch.start();
        const Ear ear(redis);
        QVERIFY(runUntil(
            [&] {
                return state.healthNow(QStringLiteral("redis")) == Health::Healthy && ear.hears();
            },
            20s));
        if (instances > 0)
            QVERIFY(runUntil([&] { return holes.callers() > instances; }, 20s));

        Sight sight{.where = redisOn(window, page)};
        QVERIFY(!sight.shows(darkColours().warning) && !sight.shows(darkColours().critical));
        application()->painted = [&](const QSet<QObject *> &widgets, Steady::time_point) {
            if (widgets.contains(const_cast<QLabel *>(sight.where)))
                sight.look();
        };
        if (hangs)
            redis.hangNode(0);
        else
            redis.killNode(0);
        const bool seen = runUntil([&] { return sight.red && ear.decided(); }, 20s);
        application()->painted = {};
        QVERIFY2(seen, qPrintable(sight.where->text()));

        const double degraded = sight.amber->since(*ear.firstDown());
        const double down = sight.red->since(*ear.decided());
        const double late =
            std::max(sight.red->waited, sight.amber->waited) - ear.firstDown()->waited;
        qInfo("degraded painted %.1f ms after the first +sdown, red %.1f ms after the majority; "
              "%.1f ms of waiting for a processor",
              degraded, down, late);
        QVERIFY2(degraded <= promisedMs + late, qPrintable(QString::number(degraded)));
        QVERIFY2(down <= promisedMs + late, qPrintable(QString::number(down)));
        QVERIFY2(sight.redWords.startsWith(QStringLiteral("✖")), qPrintable(sight.redWords));
    }
};

int main(int argc, char **argv)
{
    const QTemporaryDir home; // of what the engine remembers of costs
    qputenv("XDG_STATE_HOME", home.path().toUtf8());
    PaintClock application(argc, argv);
    PaintedRedisTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_paintedredis.moc"
