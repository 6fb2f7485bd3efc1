// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// Draws every page in both themes and two sizes into the folder that its one argument names.

#include "tests/ui/fakefeed.h"
#include "tests/ui/windowkit.h"
#include "ui/shell/consolestate.h"
#include "ui/shell/mainwindow.h"

#include <QApplication>
#include <QDir>
#include <QPixmap>
#include <QTimer>

using namespace understudy;
using namespace understudy::ui;
using namespace understudy::test;

namespace {

struct Picture
{
    QString name;
    std::function<HealthSnapshot(const FakeFeed &)> snapshot;
    QList<Event> (FakeFeed::*events)() const;
    bool run = false;
    Mode mode = Mode::Production;
};

/// Half an hour of the past, so that curves have something to show.
void live(ConsoleState &state, ManualClock &clock, const FakeFeed &feed, const Picture &picture)
{
    for (int i = 0; i < 180; ++i) {
        clock.advance(std::chrono::seconds(10));
        state.takeSnapshot(i < 70 || !picture.run ? feed.healthy() : picture.snapshot(feed));
    }
    state.takeSnapshot(picture.snapshot(feed));
    state.takeEvents((feed.*picture.events)());
    if (picture.run)
        state.takeRun(feed.run());
}

int draw(QApplication &application, const QString &folder)
{
    const QList<Picture> pictures{
        {QStringLiteral("healthy"), [](const FakeFeed &feed) { return feed.healthy(); }, &FakeFeed::calmEvents, false, Mode::Lab},
        {QStringLiteral("redis-down"), [](const FakeFeed &feed) { return feed.redisDown(); }, &FakeFeed::redisDownEvents, true},
        {QStringLiteral("unknown"), [](const FakeFeed &feed) { return feed.unknown(); }, &FakeFeed::calmEvents},
        {QStringLiteral("many"), [](const FakeFeed &feed) { return feed.manyInstances(200); }, &FakeFeed::calmEvents}};
    int failed = 0;
    for (const ThemeChoice choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
        applyTheme(application, {.choice = choice});
        for (const Picture &picture : pictures) {
            ManualClock clock(QDateTime(QDate(2026, 11, 23), QTime(13, 32, 11), Qt::UTC));
            const FakeFeed feed(clock);
            ConsoleState state(FakeFeed::plan(picture.mode), clock);
            live(state, clock, feed, picture);
            MainWindow window(state, {.choice = choice}, WindowMemory(QString()));
            addPages(window, state);
            for (const QSize &size : {QSize(1280, 720), QSize(1920, 1080)}) {
                window.resize(size);
                window.show();
                const QStringList keys = picture.name == QLatin1String("redis-down") || picture.name == QLatin1String("healthy")
                                             ? window.pageKeys() : QStringList{QStringLiteral("overview"), QStringLiteral("pools")};
                for (const QString &key : keys) {
                    if (!window.openPage(key))
                        continue;
                    settle(window);
                    const QString name = QStringLiteral("%1/%2-%3-%4-%5x%6.png").arg(folder, key, picture.name,
                                                                                      choice == ThemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light"))
                                             .arg(size.width()).arg(size.height());
                    failed += window.grab().save(name) ? 0 : 1;
                }
            }
        }
    }
    return failed;
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    const QString folder = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QStringLiteral("screenshots");
    if (!QDir().mkpath(folder))
        return 1;
    int result = 0;
    QTimer::singleShot(0, &application, [&] {
        result = draw(application, folder);
        QApplication::exit(result);
    });
    QApplication::exec();
    return result;
}
