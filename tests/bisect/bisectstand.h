// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/bisect/bisection.h"
#include "tests/bisect/simulatedprovider.h"

namespace understudy {

/// A day of a simulated database's past, on a folder and a PostgreSQL that are given.
struct BisectStand
{
    BisectStand(const QString &folder, Secret server)
        : journals(folder + QStringLiteral("/journals")), copies(folder + QStringLiteral("/copies")),
          provider((QDir().mkpath(copies), copies), window(), [server = std::move(server)](const QDateTime &moment) {
              return Secret(server.reveal() + "?options=-c%20bisect.moment%3D" + QByteArray::number(moment.toMSecsSinceEpoch()));
          })
    {
        plan.name = QStringLiteral("test");
        plan.mode = Mode::Lab;
        plan.version = QStringLiteral("sha256:test");
        plan.database = DatabasePlan{};
        plan.database->neon = NeonPlan{.project = QStringLiteral("simulated"), .branch = QStringLiteral("main")};
        options.sql = symptomFrom(fault());
        options.seed = 1;
        options.pace = quickPace();
    }

    static QDateTime begin() { return QDateTime::fromMSecsSinceEpoch(1'790'000'000'000, Qt::UTC); }
    static QDateTime end() { return begin().addSecs(86'400 + 1); }
    static QDateTime fault() { return begin().addMSecs(31'234'567); }
    static RestoreWindow window()
    {
        return {.earliest = begin(), .latest = end(), .kept = std::chrono::hours(24 * 7), .earliestBy = QStringLiteral("the test"), .latestBy = QStringLiteral("the test")};
    }
    static QString symptomFrom(const QDateTime &moment)
    {
        return QStringLiteral("select current_setting('bisect.moment')::bigint >= %1").arg(moment.toMSecsSinceEpoch());
    }
    static ProbePace quickPace()
    {
        using namespace std::chrono_literals;
        ProbePace pace;
        pace.making = 5s;
        pace.connecting = 300ms;
        pace.statement = 5s;
        pace.removing = 400ms;
        pace.patience = 400ms;
        pace.downFor = 400ms;
        pace.pause = 20ms;
        pace.lostFor = 60ms;
        return pace;
    }
    static QString resource() { return QStringLiteral("database simulated main"); }

    BisectionReport search()
    {
        return bisect({.plan = plan, .provider = provider, .clock = clock, .folder = journals, .options = options, .cancel = cancel,
                       .onEntry = onEntry, .say = [this](const QString &line) { said.append(line); }});
    }

    const QString journals, copies;
    SimulatedProvider provider;
    SystemClock clock;
    Plan plan;
    BisectionOptions options;
    CancelToken cancel;
    std::function<void(const JournalEntry &)> onEntry;
    QStringList said;
};

} // namespace understudy
