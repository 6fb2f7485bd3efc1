// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/faults/fault.h"
#include "app/lab/plane/planemisbehaviour.h"

namespace understudy::lab {
namespace {

using PlaneChange = std::function<void(PlaneMisbehaviour &)>;

QString plane() { return QStringLiteral("control-plane"); }

Result<PlaneMisbehaviour> changePlane(const LabDesk &desk, const PlaneChange &change)
{
    const QString file = desk.folder().misbehaviourFile(plane());
    PlaneMisbehaviour now = PlaneMisbehaviour::read(file);
    change(now);
    const Result<Unit> written = desk.folder().write(file, now.toJson(), &desk.state().user);
    return written ? Result<PlaneMisbehaviour>(now) : fail(written.error());
}

Result<QString> brokenPlane(const LabDesk &desk, const QString &detail, const PlaneChange &change)
{
    const Result<PlaneMisbehaviour> changed = changePlane(desk, change);
    return changed ? Result<QString>(detail) : fail(changed.error());
}

/// It reads its misbehaviour at every call. That it answers well can be seen only when no other fault of
/// it is left: without a key it answers 401, at once and every time.
Result<Unit> mendPlane(LabDesk &desk, const PlaneChange &change)
{
    const Result<PlaneMisbehaviour> left = changePlane(desk, change);
    if (!left)
        return fail(left.error());
    if (!desk.isOnline(plane()) || *left != PlaneMisbehaviour{})
        return Unit{};
    return LabDesk::waitUntil(QStringLiteral("the control plane does not answer"), std::chrono::seconds(15), [&desk] {
        for (int i = 0; i < 3; ++i) {
            const Result<HttpAnswer> answer = desk.http(plane(), QStringLiteral("/api/v2/projects"), std::chrono::milliseconds(500));
            if (!answer || answer->status != 401)
                return false;
        }
        return true;
    });
}

Result<QString> killPlane(LabDesk &desk, const FaultRequest &)
{
    const Result<Unit> killed = desk.kill(plane());
    return killed ? Result<QString>(QStringLiteral("killed")) : fail(killed.error());
}

Result<Unit> startPlane(LabDesk &desk, const QString &)
{
    const Result<Unit> started = desk.start(plane());
    return started ? mendPlane(desk, [](PlaneMisbehaviour &) {}) : started;
}

Result<QString> slowPlane(LabDesk &desk, const FaultRequest &request)
{
    const int delay = int(request.delay.value_or(std::chrono::seconds(3)).count());
    return brokenPlane(desk, QStringLiteral("late by %1 ms").arg(delay), [delay](PlaneMisbehaviour &behaviour) { behaviour.slowMs = delay; });
}

Result<QString> refuseCalls(LabDesk &desk, const FaultRequest &request, int status, double PlaneMisbehaviour::*share)
{
    const double rate = request.rate.value_or(1);
    if (rate <= 0 || rate > 1)
        return fail(ErrorCode::InvalidInput, QStringLiteral("a rate of refusals is above 0% and at most 100%"), QStringLiteral("Write --rate 100%."));
    return brokenPlane(desk, QStringLiteral("%1 at a rate of %2").arg(status).arg(rate), [rate, share](PlaneMisbehaviour &behaviour) { behaviour.*share = rate; });
}

Result<QString> missTheTime(LabDesk &desk, const FaultRequest &request)
{
    const qint64 seconds = request.delay.value_or(std::chrono::seconds(60)) / std::chrono::seconds(1);
    if (seconds < 1)
        return fail(ErrorCode::InvalidInput, QStringLiteral("a branch is early by a second at least"), QStringLiteral("Write --delay 60s."));
    return brokenPlane(desk, QStringLiteral("%1 s too early").arg(seconds), [seconds](PlaneMisbehaviour &behaviour) { behaviour.wrongBySeconds = int(seconds); });
}

} // namespace

QList<Fault> planeFaults()
{
    const QString rate = QStringLiteral("--rate"), delay = QStringLiteral("--delay");
    const QString behaves = QStringLiteral("It behaves again; mended when it answers at once, every time.");
    return {
        {.name = QStringLiteral("control-plane-down"),
         .what = QStringLiteral("Kills the control plane of branches. Their servers run on."),
         .mended = QStringLiteral("It is started again and finds its branches; what it was doing is done anew."),
         .breakIt = &killPlane, .mend = &startPlane, .pages = false},
        {.name = QStringLiteral("control-plane-slow"),
         .what = QStringLiteral("Every answer of the control plane comes late (--delay 3s); what was asked for is done all the same."),
         .mended = behaves, .options = {delay}, .breakIt = &slowPlane,
         .mend = [](LabDesk &desk, const QString &) { return mendPlane(desk, [](PlaneMisbehaviour &behaviour) { behaviour.slowMs = 0; }); },
         .pages = false},
        {.name = QStringLiteral("control-plane-locked"),
         .what = QStringLiteral("The control plane refuses every change with 423, as while another operation runs."),
         .mended = behaves,
         .breakIt = [](LabDesk &desk, const FaultRequest &) {
             return brokenPlane(desk, QStringLiteral("423 to every change"), [](PlaneMisbehaviour &behaviour) { behaviour.isLocked = true; });
         },
         .mend = [](LabDesk &desk, const QString &) { return mendPlane(desk, [](PlaneMisbehaviour &behaviour) { behaviour.isLocked = false; }); },
         .pages = false},
        {.name = QStringLiteral("control-plane-rate-limited"),
         .what = QStringLiteral("The control plane answers 429 to calls (--rate 100%)."),
         .mended = behaves, .options = {rate},
         .breakIt = [](LabDesk &desk, const FaultRequest &request) { return refuseCalls(desk, request, 429, &PlaneMisbehaviour::rateLimited); },
         .mend = [](LabDesk &desk, const QString &) { return mendPlane(desk, [](PlaneMisbehaviour &behaviour) { behaviour.rateLimited = 0; }); },
         .pages = false},
        {.name = QStringLiteral("control-plane-unavailable"),
         .what = QStringLiteral("The control plane answers 503 to calls (--rate 100%) and does nothing of what they ask."),
         .mended = behaves, .options = {rate},
         .breakIt = [](LabDesk &desk, const FaultRequest &request) { return refuseCalls(desk, request, 503, &PlaneMisbehaviour::unavailable); },
         .mend = [](LabDesk &desk, const QString &) { return mendPlane(desk, [](PlaneMisbehaviour &behaviour) { behaviour.unavailable = 0; }); },
         .pages = false},
        {.name = QStringLiteral("branch-at-wrong-time"),
         .what = QStringLiteral("New branches come up 60 s (--delay) before the asked moment, at the earliest at their parent's first, and claim the asked one."),
         .mended = QStringLiteral("The next branches come up at the asked moment; those that exist stay as they are."),
         .options = {delay}, .breakIt = &missTheTime,
         .mend = [](LabDesk &desk, const QString &) { return mendPlane(desk, [](PlaneMisbehaviour &behaviour) { behaviour.wrongBySeconds = 0; }); },
         .pages = false},
    };
}

} // namespace understudy::lab
