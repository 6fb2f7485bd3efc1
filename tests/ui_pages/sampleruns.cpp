// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sampleruns.h"

namespace understudy::tests::sampleruns {

namespace {

using namespace std::chrono_literals;

QString s(const char *text)
{
    return QString::fromUtf8(text);
}

StepView step(const char *id, const char *name, Hazard hazard, Confirmation confirmation,
              bool canUndo)
{
    StepView view;
    view.id = s(id);
    view.name = s(name);
    view.hazard = hazard;
    view.confirmation = confirmation;
    view.canUndo = canUndo;
    return view;
}

StepPreview failOverPreview()
{
    return {
        .title = s("Fail over to 10.0.0.2:6379"),
        .why = s("Master 10.0.0.1:6379 is silent on 3 of 3 Sentinels. Sentinel's own failover gave "
                 "up 18 min ago: no good replica then, two now."),
        .willDo = {{s("SENTINEL FAILOVER mymaster"), s("Sentinel 10.0.0.2:26379")}},
        .willNot = {s("move clients that do not follow Sentinel: job queues use a fixed REDIS_URL "
                      "(step 5 looks)")},
        .expect = {s("+switch-master within 20 s"),
                   s("expected choice 10.0.0.2, which is Sentinel's to make")},
        .predicted = s("OK"),
        .loss = s("may lose 0 to 12 KB"),
        .byHand = {s("redis-cli -h 10.0.0.2 -p 26379 sentinel failover mymaster")},
        .wayBack = s(
            "move the master back to 10.0.0.1:6379 when it answers again, fenced in the same way"),
        .button = s("Fail over mymaster to 10.0.0.2"),
    };
}

QList<PreflightCheck> failOverChecks()
{
    return {{s("quorum 3 of 3"), PreflightCheck::Verdict::Pass, {}},
            {s("first choice 10.0.0.2, gap 0 B"), PreflightCheck::Verdict::Pass, {}},
            {s("no failover in progress"), PreflightCheck::Verdict::Pass, {}},
            {s("hold-down"), PreflightCheck::Verdict::Warn,
             s("binds Sentinel's own failover for 12 s more, not a forced one")},
            {s("old master"), PreflightCheck::Verdict::Unknown,
             s("does not answer: nothing to fence, nothing to compare")}};
}

RunView base(const QDateTime &now)
{
    RunView run;
    run.id = s("R-20261123-140211-7f3a");
    run.scenario = s("redis-master-failure");
    run.title = s("Recover Redis: fail over mymaster");
    run.mode = Mode::Lab;
    run.planVersion = s("sha256:1f0c");
    run.planName = s("Drama Engine (\"The Copy\")");
    run.phrase = s("lab: fail over mymaster");
    run.began = now.addSecs(-1132);
    run.objective = s("Critical services");
    run.within = 1h;
    run.journalFile = s("/home/op/.local/state/understudy/journals/R-20261123-140211-7f3a.jsonl");
    run.steps = {
        step("preflight", "Pre-flight", Hazard::None, Confirmation::None, false),
        step("fence", "Fence the old master", Hazard::Reversible, Confirmation::Hold, true),
        step("fail-over", "Fail over", Hazard::ReversibleWithLoss, Confirmation::Phrase, true),
        step("prove", "Prove the new master", Hazard::None, Confirmation::None, false),
        step("clients", "Prove the clients are back", Hazard::None, Confirmation::None, false),
        step("restart", "Restart the backends", Hazard::Reversible, Confirmation::Click, false),
        step("commit", "Keep, or go back", Hazard::None, Confirmation::Click, false)};
    run.steps[FailOver].preview = failOverPreview();
    run.steps[FailOver].preflight = failOverChecks();
    run.steps[Fence].preview = {
        .why = s("The old master still answers: without a fence it goes on accepting writes that "
                 "are then lost."),
        .willDo = {{s("CONFIG SET min-replicas-to-write 3"), s("10.0.0.1:6379")}},
        .expect = {s("writes get NOREPLICAS; Sentinel stays connected")},
        .byHand = {s("redis-cli -h 10.0.0.1 config set min-replicas-to-write 3")},
        .wayBack = s("set it back to 0"),
        .button = s("Fence writes on 10.0.0.1:6379")};
    run.steps[Restart].preview = {.why = s("Job queues are dead for good after 0.75 s without "
                                           "Redis, while every health route says healthy."),
                                  .willDo = {{s("pm2 restart theeeecopy-green"), s("app-1")},
                                             {s("pm2 restart theeeecopy-blue"), s("app-1")}},
                                  .expect = {s("a new start time from each instance within 60 s")},
                                  .button = s("Restart 4 backends, idle colour first")};
    run.steps[Commit].preview.button = s("Keep 10.0.0.2:6379 as master of mymaster");
    return run;
}

void finish(StepView &view, StepState state, const QDateTime &at, Milliseconds took,
            const char *result)
{
    view.state = state;
    view.startedAt = at;
    view.took = took;
    view.result = s(result);
}

/// Everything before `place` has happened.
RunView reached(const QDateTime &now, int place)
{
    RunView run = base(now);
    const QDateTime at = now.addSecs(-80);
    if (place > Preflight)
        finish(run.steps[Preflight], StepState::Done, at, 3s,
               "quorum 3 of 3; candidate 10.0.0.2:6379, gap 0 B");
    if (place > Fence)
        finish(run.steps[Fence], StepState::Skipped, at.addSecs(4), 1s,
               "the old master does not answer: nothing to fence");
    if (place > FailOver) {
        finish(run.steps[FailOver], StepState::Done, at.addSecs(20), 1100ms,
               "+switch-master to 10.0.0.2:6379 after 1.1 s");
        run.steps[FailOver].output = {
            {at.addSecs(20), s("sent to 10.0.0.2:26379")},
            {at.addMSecs(20'003), s("OK (accepted, not done)")},
            {at.addMSecs(20'940), s("+elected-leader · +selected-slave 10.0.0.2:6379")},
            {at.addMSecs(21'100), s("+switch-master mymaster 10.0.0.2 6379")}};
    }
    if (place > Prove)
        finish(run.steps[Prove], StepState::Done, at.addSecs(22), 2400ms,
               "ROLE master; 3 of 3 Sentinels agree; 1 replica attached; canary written and read "
               "back");
    if (place > Clients)
        finish(run.steps[Clients], StepState::Done, at.addSecs(25), 4s,
               "14 of 14 clients on 10.0.0.2:6379");
    if (place > Restart)
        finish(run.steps[Restart], StepState::Skipped, at.addSecs(30), 0ms, "not asked for");
    run.current = place;
    run.state = RunView::State::WaitingForOperator;
    if (place < run.steps.size()) {
        run.steps[place].state = StepState::Current;
        run.steps[place].startedAt = now.addSecs(-12);
    }
    return run;
}

} // namespace

RunView preparing(const QDateTime &now)
{
    RunView run = base(now);
    run.state = RunView::State::Preparing;
    return run;
}

RunView waitingAt(const QDateTime &now, Place place, Confirmation confirmation)
{
    RunView run = reached(now, place);
    run.steps[place].confirmation = confirmation;
    return run;
}

RunView actingAt(const QDateTime &now, Place place)
{
    RunView run = reached(now, place);
    run.state = RunView::State::Running;
    run.steps[place].state = StepState::Acting;
    run.steps[place].output = {
        {now.addMSecs(-1800), s("sent to 10.0.0.2:26379")},
        {now.addMSecs(-1797), s("OK (accepted, not done)")},
        {now.addMSecs(-860), s("+elected-leader · +selected-slave 10.0.0.2:6379")}};
    return run;
}

RunView failedAt(const QDateTime &now, Place place)
{
    RunView run = reached(now, place);
    run.steps[place].state = StepState::Failed;
    run.steps[place].result =
        s("Sentinel refused: NOGOODSLAVE. No replica passes its checks: 10.0.0.2 has priority 0, "
          "10.0.0.3 was cut off too long. Raise a replica's priority, then look again.");
    return run;
}

RunView waitingCommit(const QDateTime &now)
{
    RunView run = reached(now, Commit);
    run.state = RunView::State::WaitingCommit;
    run.commitUntil = now.addSecs(1798);
    run.recoveryTime = 19min + 4s;
    run.dataLoss = s("0 to 12 KB");
    run.explanation = s("mymaster is at 10.0.0.2:6379 and proved. Keep it, or go back to "
                        "10.0.0.1:6379 while that is still possible.");
    return run;
}

RunView ended(const QDateTime &now, const QString &outcome)
{
    RunView run = waitingCommit(now);
    run.state = RunView::State::Ended;
    run.outcome = outcome;
    if (outcome == QLatin1String("recovered")) {
        finish(run.steps[Commit], StepState::Done, now.addSecs(-3), 3s, "kept by the operator");
        run.explanation = s("Redis serves again from 10.0.0.2:6379. The old master joins as a "
                            "replica when it returns.");
        return run;
    }
    run = reached(now, FailOver);
    run.state = RunView::State::Ended;
    run.outcome = outcome;
    run.steps[FailOver].state = StepState::Unknown;
    run.steps[FailOver].result =
        s("the connection was lost after FAILOVER was sent; no Sentinel answers now");
    run.explanation =
        s("Whether the master moved is not known, and the console does not guess. Look with the "
          "commands below; when one node says ROLE master and every Sentinel names it, resume this "
          "run: it looks first and goes on from what it sees.");
    return run;
}

} // namespace understudy::tests::sampleruns
