// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"
#include "core/recovery/scenarios/databaserecovery.h"
#include "core/recovery/stepfacts.h"
#include "core/systems/envfile/databaseaddress.h"

#include <QHostAddress>

// Whether the moment can be restored at all: asked of whoever would do it, never taken from a document.
namespace understudy::databasesteps {
namespace {

constexpr Milliseconds lookAtProvider{20'000};

Result<RestoreWindow> windowOf(StepContext &context, const DatabaseRecovery &database)
{
    const Result<std::shared_ptr<const RestoreProvider>> provider = database.provider();
    return provider ? (*provider)->window(lookAtProvider, context.cancel) : fail(provider.error());
}

PreflightCheck momentCheck(const QDateTime &moment, const RestoreWindow &window, const QDateTime &now)
{
    using Verdict = PreflightCheck::Verdict;
    const QString what = QStringLiteral("the moment can be restored");
    if (moment < window.earliest)
        return {what, Verdict::Fail, QStringLiteral("%1 is before the window; the nearest possible is %2 (%3)")
                    .arg(momentText(moment, now), toRfc3339(window.earliest), window.earliestBy)};
    if (moment > window.latest)
        return {what, Verdict::Fail, QStringLiteral("%1 is after the window; the nearest possible is %2 (%3)")
                    .arg(momentText(moment, now), toRfc3339(window.latest), window.latestBy)};
    return {what, Verdict::Pass, QStringLiteral("%1 is inside the window, %2 to %3")
                .arg(momentText(moment, now), toRfc3339(window.earliest), toRfc3339(window.latest))};
}

PreflightCheck lengthCheck(const RestoreWindow &window, const std::optional<Milliseconds> &planned)
{
    using Verdict = PreflightCheck::Verdict;
    const QString what = QStringLiteral("history is kept as long as the plan says");
    if (window.kept <= Milliseconds(0))
        return {what, Verdict::Unknown, QStringLiteral("the provider does not tell how long it keeps history")};
    if (!planned)
        return {what, Verdict::Pass, QStringLiteral("%1; the plan names no length").arg(durationText(window.kept))};
    if (window.kept < *planned)
        return {what, Verdict::Warn, QStringLiteral("only %1, the plan says %2: lengthen it after the incident")
                    .arg(durationText(window.kept), durationText(*planned))};
    return {what, Verdict::Pass, durationText(window.kept)};
}

/// "db.example" of "ep-1.db.example:5432": what a provider's endpoints have in common.
QString domainOf(const QString &server)
{
    const QString host = server.left(server.lastIndexOf(QLatin1Char(':')));
    return QHostAddress(host).isNull() ? host.mid(host.indexOf(QLatin1Char('.')) + 1) : host;
}

/// A recovery that was kept leaves the application on the copy, and the plan naming what it was made from: another
/// one would restore the past of a database that nobody uses any more.
PreflightCheck sourceCheck(StepContext &context, const DatabaseRecovery &database)
{
    using Verdict = PreflightCheck::Verdict;
    const QString what = QStringLiteral("the application is on what is restored");
    const Result<std::shared_ptr<const RestoreProvider>> provider = database.provider();
    const Result<RestoredCopy> source = provider ? (*provider)->source(lookAtProvider, context.cancel) : fail(provider.error());
    const Result<Secret> url = source ? database.oldUrl(context) : fail(source.error());
    if (!url)
        return {what, Verdict::Unknown, url.error().message};
    const QString its = databaseServer(directAddress(*url));
    if (source->server.isEmpty() || its.isEmpty())
        return {what, Verdict::Unknown, QStringLiteral("one of the two addresses is not known")};
    if (its == source->server && !database.options().branch.isEmpty())
        return {what, Verdict::Warn, QStringLiteral("both are %1, branch %2; the plan still names %3: name %2 there after the incident (database.provider.neon.branch)")
                                         .arg(its, source->name, database.database().neon ? database.database().neon->branch : QString())};
    if (its == source->server)
        return {what, Verdict::Pass, QStringLiteral("both are %1").arg(its)};
    const QString words = QStringLiteral("the application is on %1, and what the plan names, %2, is %3").arg(its, source->name, source->server);
    // A name of somebody's own may lead to the same server; another endpoint of the same provider does not.
    if (domainOf(its) != domainOf(source->server))
        return {what, Verdict::Warn, words};
    return {what, Verdict::Fail, words + QStringLiteral(": name in the plan the branch that the application is on (database.provider.neon.branch)")};
}

Result<QList<PreflightCheck>> checks(StepContext &context, const DatabaseRecovery &database)
{
    const Result<RestoreWindow> window = windowOf(context, database);
    if (!window) {
        return QList<PreflightCheck>{{QStringLiteral("the provider answers"), PreflightCheck::Verdict::Fail,
                                      window.error().text()}};
    }
    QList<PreflightCheck> found{momentCheck(database.moment(), *window, context.clock.now())};
    if (database.options().fromDump.isEmpty()) // a backup is one moment, and history is not its matter
        found << lengthCheck(*window, database.database().restoreWindow) << sourceCheck(context, database);
    return found;
}

Result<QString> provePoint(StepContext &context, const DatabaseRecovery &database)
{
    const Result<RestoreWindow> window = windowOf(context, database);
    if (!window)
        return fail(window.error());
    const QDateTime now = context.clock.now();
    const PreflightCheck moment = momentCheck(database.moment(), *window, now);
    const PreflightCheck length = lengthCheck(*window, database.database().restoreWindow);
    if (moment.verdict == PreflightCheck::Verdict::Fail)
        return fail(ErrorCode::InvalidInput, moment.why, QStringLiteral("Begin again with a moment inside the window."));
    const bool fromHistory = database.options().fromDump.isEmpty();
    const PreflightCheck source = fromHistory ? sourceCheck(context, database) : PreflightCheck();
    if (source.verdict == PreflightCheck::Verdict::Fail)
        return fail(ErrorCode::TargetChanged, source.why, QStringLiteral("Nothing was done. With the plan's name mended, begin again."));
    if (length.verdict == PreflightCheck::Verdict::Warn && fromHistory)
        context.say(QStringLiteral("%1: %2").arg(length.check, length.why));
    if (source.verdict == PreflightCheck::Verdict::Warn)
        context.say(QStringLiteral("%1: %2").arg(source.check, source.why));
    if (const QString own = askOwnVerification(database.plan(), context.cancel); !own.isEmpty())
        context.say(own);
    const QJsonObject facts{{QStringLiteral("earliest"), toRfc3339(window->earliest)},
                            {QStringLiteral("latest"), toRfc3339(window->latest)},
                            {QStringLiteral("kept_s"), qint64(window->kept.count() / 1000)},
                            {QStringLiteral("seen_at"), toRfc3339(now)}};
    if (const Result<Unit> noted = context.note(facts); !noted)
        return fail(noted.error());
    return QStringLiteral("%1; newest restorable: %2 (%3). That it can really be restored is proved by restoring it")
        .arg(moment.why, momentText(window->latest, now), window->latestBy);
}

} // namespace

Step restorePoint(const DatabaseRecoveryPtr &database)
{
    return {.id = QStringLiteral("restore-point"),
            .name = QStringLiteral("Prove the restore point"),
            .deadline = 3 * lookAtProvider,
            .preview = [database](StepContext &context) -> Result<StepPreview> {
                const std::optional<ProcedureStep> own = databasesteps::ownVerification(database->plan());
                QList<ExactAct> asked;
                if (own)
                    asked.append({own->command.join(QLatin1Char(' ')), own->host.isEmpty() ? QStringLiteral("this machine") : own->host});
                return StepPreview{.why = QStringLiteral("The window is asked of the provider: documents and scripts have named moments that did not exist."),
                                   .willDo = asked,
                                   .expect = {QStringLiteral("%1 lies inside it").arg(momentText(database->moment(), context.clock.now()))},
                                   .predicted = QStringLiteral("inside the window")};
            },
            .preflight = [database](StepContext &context) { return checks(context, *database); },
            .verify = [database](StepContext &context) { return provePoint(context, *database); }};
}

Step keepSource(const DatabaseRecoveryPtr &database)
{
    const auto kept = [](const StepContext &context) { return stepFacts(context, "keep-source").contains(QStringLiteral("words")); };
    return {.id = QStringLiteral("keep-source"),
            .name = QStringLiteral("Keep the old database from expiring"),
            .confirmation = Confirmation::Click,
            .deadline = std::chrono::seconds(30),
            .observe = [kept](StepContext &context) -> Result<Observation> {
                return Observation{kept(context) ? Observation::Sight::AlreadyTrue : Observation::Sight::NotYet,
                                   stepFacts(context, "keep-source")[QStringLiteral("words")].toString()};
            },
            .preview = [database](StepContext &) -> Result<StepPreview> {
                const Result<std::shared_ptr<const RestoreProvider>> provider = database->provider();
                if (!provider)
                    return fail(provider.error());
                return StepPreview{.why = QStringLiteral("Rows that only the old database has can be fetched from it later, as long as it exists."),
                                   .willDo = {{QStringLiteral("take away its expiry, if it has one"), (*provider)->restoreOn()}},
                                   .willNot = {QStringLiteral("change its data")},
                                   .predicted = QStringLiteral("OK"),
                                   .wayBack = QStringLiteral("none is needed: give it an expiry again when the incident is closed")};
            },
            .act = [database](StepContext &context) -> Result<QString> {
                const Result<std::shared_ptr<const RestoreProvider>> provider = database->provider();
                if (!provider)
                    return fail(provider.error());
                const Result<RestoreProvider::Kept> done = (*provider)->keepSource(std::chrono::seconds(20), context.cancel);
                if (!done)
                    return fail(done.error());
                const Result<Unit> noted = context.note({{QStringLiteral("words"), done->words}, {QStringLiteral("before"), done->before}});
                return noted ? Result<QString>(done->words) : fail(noted.error());
            },
            .courtesy = true,
            .confirmedWith = QStringLiteral("restore")};
}

} // namespace understudy::databasesteps
