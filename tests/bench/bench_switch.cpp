// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// A switch of colours under users who ask without a pause, from the call to the last answer of the old colour: our
// nginx_file provider, which has tested a copy before and reads back, against the bare edit of the file and `nginx -s reload`,
// in turns; and how many requests of kept-alive connections break. Arguments: rounds.
#include "core/base/program.h"
#include "core/systems/traffic/trafficprovider.h"
#include "tests/traffic/trafficstand.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QThread>

#include <algorithm>
#include <cstdio>

using namespace understudy;

namespace {

double middle(QList<double> values)
{
    std::sort(values.begin(), values.end());
    return values.isEmpty() ? -1 : values.at(values.size() / 2);
}

/// Milliseconds from the call of `act` to the old colour's last answer; -1: it did not come to an end.
template<typename Act>
double lastOld(const test::TrafficLoad &load, char old, Act act)
{
    const double began = test::TrafficLoad::now();
    if (!act())
        return -1;
    QElapsedTimer elapsed;
    elapsed.start();
    while (test::TrafficLoad::now() - load.lastAnswer(old) < 300) {
        if (elapsed.elapsed() > 10'000)
            return -1;
        QThread::msleep(5);
    }
    return load.lastAnswer(old) - began;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const int rounds = argc > 1 ? std::clamp(atoi(argv[1]), 1, 100) : 20;
    test::TrafficStand stand;
    const QByteArray site = "upstream app { server 127.0.0.1:BLUE; }\nserver {\n    listen 127.0.0.1:FRONT;\n    location / { proxy_pass http://app; }\n}\n";
    if (const QString problem = stand.startNginx(site); !problem.isEmpty()) {
        std::printf("%s\n", qPrintable(problem));
        return 1;
    }
    const QByteArray blue = stand.read(QStringLiteral("sites/shop"));
    stand.write(QStringLiteral("green"), QByteArray(site).replace("BLUE", "GREEN"));
    const QByteArray green = stand.read(QStringLiteral("green"));
    QMap<QString, QString> values = stand.nginxValues();
    values.insert(QStringLiteral("path"), stand.at(QStringLiteral("sites/shop")));
    const Result<std::unique_ptr<TrafficProvider>> traffic = TrafficProvider::forPlan(stand.plan(QStringLiteral("nginx_file"), values));
    const auto bare = [&](const QByteArray &text) {
        QFile file(stand.at(QStringLiteral("sites/shop")));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) < 0)
            return false;
        file.close();
        return runProgram({.program = values[QStringLiteral("program")], .arguments = {QStringLiteral("-p"), values[QStringLiteral("prefix")], QStringLiteral("-c"), values[QStringLiteral("config")], QStringLiteral("-s"), QStringLiteral("reload")}})->exitCode == 0;
    };
    int tag = 0;
    // As in a run: what is tested on the page is not tested again after the click.
    const auto ready = [&](const QString &colour) { (void)(*traffic)->check(colour, {}); };
    const auto ours = [&](const QString &colour) {
        const Result<TrafficLook> seen = (*traffic)->look({});
        return seen && (*traffic)->switchTo(colour, *seen, QStringLiteral("b%1").arg(++tag), {}).has_value();
    };
    for (const bool keepAlive : {false, true}) {
        QList<double> byHand, byUs;
        int failedByHand = 0, failedByUs = 0;
        test::TrafficLoad load(stand.front(), 4, keepAlive);
        QThread::msleep(300);
        for (int round = 0; round < rounds; ++round) {
            int before = load.failed();
            byHand += lastOld(load, 'b', [&] { return bare(green); });
            failedByHand += load.failed() - before;
            before = load.failed();
            ready(QStringLiteral("blue"));
            byUs += lastOld(load, 'g', [&] { return ours(QStringLiteral("blue")); });
            failedByUs += load.failed() - before;
            before = load.failed();
            ready(QStringLiteral("green"));
            byUs += lastOld(load, 'b', [&] { return ours(QStringLiteral("green")); });
            failedByUs += load.failed() - before;
            before = load.failed();
            byHand += lastOld(load, 'g', [&] { return bare(blue); });
            failedByHand += load.failed() - before;
        }
        load.stop();
        std::printf("%s (%d switches each, %d answers)\n", keepAlive ? "Kept-alive connections" : "Fresh connections", 2 * rounds, load.answered());
        std::printf("| %-44s | %6.1f ms | 1.00 | %d failed |\n", "edit of the file and nginx -s reload", middle(byHand), failedByHand);
        std::printf("| %-44s | %6.1f ms | %4.2f | %d failed | mark 1.20\n", "the provider, tested first and read back", middle(byUs), middle(byUs) / middle(byHand), failedByUs);
    }
    return 0;
}
