// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/faults/fault.h"

namespace understudy::lab {
namespace {

QString pager() { return QStringLiteral("pager"); }

Result<QString> breakPager(LabDesk &desk, const FaultRequest &request)
{
    const double rate = request.rate.value_or(0);
    if (request.rate && (rate <= 0 || rate > 1))
        return fail(ErrorCode::InvalidInput, QStringLiteral("a rate of errors is above 0% and at most 100%"), QStringLiteral("Write --rate 100%."));
    if (!request.rate && !request.delay) {
        const Result<Unit> killed = desk.kill(pager());
        return killed ? Result<QString>(QStringLiteral("killed")) : fail(killed.error());
    }
    const int delay = int(request.delay.value_or(Milliseconds(0)).count());
    const Result<Unit> told = desk.misbehave(pager(), [rate, delay](Misbehaviour &behaviour) {
        behaviour.errorRate = rate;
        behaviour.slowMs = delay;
    });
    if (!told)
        return fail(told.error());
    return rate > 0 ? QStringLiteral("503 at a rate of %1").arg(rate) : QStringLiteral("late by %1 ms").arg(delay);
}

Result<Unit> mendPager(LabDesk &desk, const QString &)
{
    const Result<Unit> told = desk.misbehave(pager(), [](Misbehaviour &behaviour) { behaviour = {}; });
    if (!told)
        return told;
    if (!desk.isOnline(pager())) {
        if (const Result<Unit> started = desk.start(pager()); !started)
            return started;
    }
    return LabDesk::waitUntil(QStringLiteral("the pager does not answer"), std::chrono::seconds(15), [&desk] {
        // Without a token it answers 401, and does so every time.
        for (int i = 0; i < 5; ++i) {
            const Result<HttpAnswer> answer = desk.http(pager(), QStringLiteral("/incidents"), std::chrono::milliseconds(500));
            if (!answer || answer->status != 401)
                return false;
        }
        return true;
    });
}

} // namespace

QList<Fault> pagerFaults()
{
    return {{.name = QStringLiteral("pager-down"),
             .what = QStringLiteral("Kills the stand-in for PagerDuty; with --rate RATE it answers 503 instead, with --delay DURATION it answers late."),
             .mended = QStringLiteral("It is started again and behaves; mended when it answers every time. What it was told before is still there."),
             .options = {QStringLiteral("--rate"), QStringLiteral("--delay")},
             .breakIt = &breakPager,
             .mend = &mendPager,
             .pages = false}};
}

} // namespace understudy::lab
