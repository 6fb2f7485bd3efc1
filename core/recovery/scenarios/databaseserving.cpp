// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/databaserecovery.h"
#include "core/recovery/stepfacts.h"
#include "core/systems/http/httpget.h"

#include <QUrl>

// Processes that are on the copy do not yet serve users: a proxy that has seen them die leaves them alone
// for some seconds more. The recovery is over when what users call says that it is ready, again and again.
namespace understudy::databasesteps {
namespace {

constexpr int answersInARow = 5;
constexpr Milliseconds servingWithin{60'000};

Result<QString> proveUsersAreServed(StepContext &context, const ApplicationPlan &application)
{
    const QUrl url(application.entry + application.health.ready);
    const Milliseconds until = context.clock.monotonic() + servingWithin;
    int good = 0;
    QString last, said;
    while (context.clock.monotonic() < until) {
        const Result<HttpReply> reply = httpGetBlocking(url, {}, std::chrono::seconds(5), context.cancel);
        const bool ready = reply && reply->status == 200;
        good = ready ? good + 1 : 0;
        last = reply ? QStringLiteral("it answers %1").arg(reply->status) : reply.error().message;
        if (good == answersInARow) {
            const Result<Unit> noted = context.note({{QStringLiteral("served_at"), toRfc3339(context.clock.now())}});
            return noted ? Result<QString>(QStringLiteral("%1 says ready, %2 times in a row").arg(application.entry).arg(answersInARow)) : fail(noted.error());
        }
        if (!ready && last != said)
            context.say(QStringLiteral("%1: %2").arg(application.entry, last));
        said = last;
        if (!restFor(context, Milliseconds(ready ? 50 : 500)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
    return fail(ErrorCode::NotProved, QStringLiteral("users are not served at %1: %2").arg(application.entry, last),
                QStringLiteral("The application is on the copy; see what is before it (a proxy, a balancer), then try again."));
}

} // namespace

Step proveServing(const DatabaseRecoveryPtr &database)
{
    const std::optional<ApplicationPlan> &application = database->plan().application;
    const bool named = application && !application->entry.isEmpty();
    return {.id = QStringLiteral("prove-serving"),
            .name = QStringLiteral("Prove that users are served"),
            .skipReason = named ? QString() : QStringLiteral("the plan names no entry"),
            .deadline = servingWithin + std::chrono::seconds(10),
            .preview = [database](StepContext &) -> Result<StepPreview> {
                return StepPreview{.why = QStringLiteral("Processes that are on the copy may still be left alone by what is before them."),
                                   .expect = {QStringLiteral("%1 says ready, %2 times in a row").arg(database->plan().application->entry).arg(answersInARow)},
                                   .predicted = QStringLiteral("ready within seconds")};
            },
            .verify = [database](StepContext &context) { return proveUsersAreServed(context, *database->plan().application); }};
}

} // namespace understudy::databasesteps
