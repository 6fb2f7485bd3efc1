// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/bisect/bisection.h"

#include "core/base/redact.h"
#include "core/journal/resourcelock.h"
#include "core/recovery/errorjson.h"
#include "core/recovery/scenarios/recoverdatabase.h"

#include <QJsonArray>
#include <QRandomGenerator>

#include <algorithm>

namespace understudy {
namespace {

constexpr Milliseconds askForWindow{20'000};
/// A window that moves on leaves its earliest moments behind while the search runs.
constexpr qint64 movesOnBy = 60'000;

/// The next one in any case: providers cut moments down to a second, and what was cut off lies outside.
QDateTime nextWholeSecond(const QDateTime &moment)
{
    return QDateTime::fromMSecsSinceEpoch((moment.toMSecsSinceEpoch() / 1000 + 1) * 1000, Qt::UTC);
}

QDateTime firstSafeMoment(const RestoreWindow &window)
{
    const bool movesOn = window.kept > Milliseconds(0) && window.earliest <= window.latest.addMSecs(1000 - window.kept.count());
    const qint64 length = window.earliest.msecsTo(window.latest);
    return nextWholeSecond(movesOn ? window.earliest.addMSecs(std::min(movesOnBy, length / 4)) : window.earliest);
}

Result<SearchSettings> searchWithin(const RestoreWindow &window, const BisectionOptions &options)
{
    SearchSettings settings{.earliest = firstSafeMoment(window), .latest = window.latest, .resolution = options.resolution,
                            .randomChecks = options.randomChecks,
                            .seed = options.seed != 0 ? options.seed : QRandomGenerator::global()->generate()};
    if (!options.from.isValid()) {
        if (settings.earliest >= settings.latest)
            return fail(ErrorCode::NotFound, QStringLiteral("there is no past to search in yet: it begins at %1 (%2)").arg(toRfc3339(settings.earliest), window.earliestBy),
                        QStringLiteral("Wait a moment, then search again."));
        return settings;
    }
    if (options.from < window.earliest)
        return fail(ErrorCode::InvalidInput, QStringLiteral("%1 is before the window; the nearest possible is %2 (%3)")
                        .arg(toRfc3339(options.from), toRfc3339(settings.earliest), window.earliestBy));
    if (options.from >= window.latest)
        return fail(ErrorCode::InvalidInput, QStringLiteral("%1 leaves nothing to search: the window ends at %2 (%3)")
                        .arg(toRfc3339(options.from), toRfc3339(window.latest), window.latestBy));
    settings.earliest = options.from;
    return settings;
}

BisectionReport neverSearched(const Error &error)
{
    BisectionReport report;
    report.search.error = error;
    report.search.verdict = error.message;
    report.search.hint = error.hint;
    return report;
}

QJsonObject openingOf(const BisectionSetup &setup, const QString &resource, const SearchSettings &settings, const SymptomQuery &query)
{
    return {{QStringLiteral("kind"), QStringLiteral("bisection")},
            {QStringLiteral("resource"), resource},
            {QStringLiteral("provider"), setup.provider.name()},
            {QStringLiteral("plan"), setup.plan.name},
            {QStringLiteral("plan_version"), setup.plan.version},
            {QStringLiteral("symptom"), redacted(query.sql())},
            {QStringLiteral("error_is_bad"), setup.options.errorIsBad},
            {QStringLiteral("from"), toRfc3339(settings.earliest)},
            {QStringLiteral("to"), toRfc3339(settings.latest)},
            {QStringLiteral("seed"), double(settings.seed)}};
}

void sayLine(const BisectionSetup &setup, const QString &line)
{
    if (setup.say)
        setup.say(line);
}

void sweepFirst(const BisectionSetup &setup, const QString &resource)
{
    const ProbeSweep sweep = sweepProbesLocked(setup.folder, resource, setup.provider, {.cancel = setup.cancel, .say = setup.say}, setup.clock);
    for (const QString &name : sweep.gone)
        sayLine(setup, QStringLiteral("%1, left by a bisection that died, is gone").arg(name));
    if (sweep.error)
        sayLine(setup, QStringLiteral("%1, left by a bisection that died, cannot be deleted: %2").arg(sweep.left.join(QStringLiteral(", ")), sweep.error->message));
}

/// What the plan and the person have to say before anything is asked.
Result<SymptomQuery> checkedQuery(const BisectionSetup &setup)
{
    if (!setup.plan.database)
        return fail(ErrorCode::PlanInvalid, QStringLiteral("the plan names no database"), QStringLiteral("Add a `database` section to the plan."));
    return SymptomQuery::parse(setup.options.sql);
}

Result<SearchSettings> settingsFor(const BisectionSetup &setup, RestoreWindow *seen = nullptr)
{
    const Result<RestoreWindow> window = setup.provider.window(askForWindow, setup.cancel);
    if (!window)
        return fail(window.error());
    if (seen)
        *seen = *window;
    return searchWithin(*window, setup.options);
}

BisectionReport searchOn(const BisectionSetup &setup, const SymptomQuery &query, const SearchSettings &settings, ProbeBook &book)
{
    BranchProbe probe(setup.provider, book, setup.clock, query, setup.options.errorIsBad, setup.options.pace, setup.cancel, setup.say);
    MomentBisector search(settings, [&probe](const QDateTime &moment) { return probe.look(moment); }, setup.onView, setup.cancel);
    BisectionReport report{.search = search.run(), .run = book.run(), .from = settings.earliest, .to = settings.latest, .copiesLeft = {}};
    report.copiesLeft = probe.finish();
    return report;
}

QString orNull(const QDateTime &moment) { return moment.isValid() ? toRfc3339(moment) : QString(); }

} // namespace

QJsonObject BisectionReport::toJson() const
{
    QJsonArray seen;
    for (const MomentObservation &one : search.observations)
        seen.append(QJsonObject{{QStringLiteral("moment"), toRfc3339(one.moment)}, {QStringLiteral("sight"), sightWord(one.sight.kind)},
                                {QStringLiteral("why"), one.sight.why}});
    const bool hasBracket = search.lastGood.isValid() && search.firstBad.isValid();
    QJsonObject json{{QStringLiteral("outcome"), outcomeWord(search.outcome)},
                     {QStringLiteral("run"), run},
                     {QStringLiteral("verdict"), search.verdict},
                     {QStringLiteral("hint"), search.hint},
                     {QStringLiteral("from"), orNull(from)},
                     {QStringLiteral("to"), orNull(to)},
                     {QStringLiteral("last_good"), search.lastGood.isValid() ? QJsonValue(toRfc3339(search.lastGood)) : QJsonValue()},
                     {QStringLiteral("first_bad"), search.firstBad.isValid() ? QJsonValue(toRfc3339(search.firstBad)) : QJsonValue()},
                     {QStringLiteral("bracket_ms"), hasBracket ? QJsonValue(qint64(search.bracket().count())) : QJsonValue()},
                     {QStringLiteral("first_checks"), search.firstChecks},
                     {QStringLiteral("probes"), search.probes},
                     {QStringLiteral("observations"), seen},
                     {QStringLiteral("remarks"), QJsonArray::fromStringList(search.remarks)},
                     {QStringLiteral("copies_left"), QJsonArray::fromStringList(copiesLeft)},
                     {QStringLiteral("took_ms"), qint64(took.count())}};
    if (search.error)
        json.insert(QStringLiteral("error"), errorToJson(*search.error));
    return json;
}

BisectionReport bisect(const BisectionSetup &setup)
{
    const Milliseconds began = setup.clock.monotonic();
    const Result<SymptomQuery> query = checkedQuery(setup);
    if (!query)
        return neverSearched(query.error());
    const QString resource = databaseResource(*setup.plan.database);
    const Result<std::unique_ptr<ResourceLock>> lock = ResourceLock::take(setup.folder, resource, QStringLiteral("bisection"));
    if (!lock)
        return neverSearched(lock.error());
    const Result<SearchSettings> settings = settingsFor(setup);
    if (!settings)
        return neverSearched(settings.error());
    sweepFirst(setup, resource);
    const Result<std::unique_ptr<ProbeBook>> book = ProbeBook::open(setup.folder, openingOf(setup, resource, *settings, *query), setup.clock, setup.onEntry);
    if (!book)
        return neverSearched(book.error());
    BisectionReport report = searchOn(setup, *query, *settings, **book);
    report.took = setup.clock.monotonic() - began;
    if (const Result<Unit> closed = (*book)->record({}, QStringLiteral("closed"), report.toJson()); !closed)
        sayLine(setup, closed.error().message);
    return report;
}

Result<BisectionOutlook> lookAhead(const BisectionSetup &setup)
{
    const Result<SymptomQuery> query = checkedQuery(setup);
    if (!query)
        return fail(query.error());
    RestoreWindow window;
    const Result<SearchSettings> settings = settingsFor(setup, &window);
    if (!settings)
        return fail(settings.error());
    const int halvings = MomentBisector::halvings(Milliseconds(settings->earliest.msecsTo(settings->latest)), settings->resolution);
    return BisectionOutlook{.from = settings->earliest, .to = settings->latest,
                            .fromBy = setup.options.from.isValid() ? QStringLiteral("as asked for") : window.earliestBy, .toBy = window.latestBy,
                            .mostCopies = 2 + settings->randomChecks + halvings,
                            .example = setup.provider.restoreText({.name = QStringLiteral("understudy-probe-…-1"), .moment = settings->latest,
                                                                   .expiresAt = setup.clock.now().addSecs(setup.options.pace.expires.count())}),
                            .asked = setup.provider.restoreOn()};
}

ProbeSweep sweepLeftProbes(const Plan &plan, const SecretResolver &secrets, const QString &folder, const ProbeRemoval &removal, const Clock &clock)
{
    if (!plan.database || (!plan.database->neon && !plan.database->pgBackRest))
        return {};
    const QString resource = databaseResource(*plan.database);
    if (ProbeBook::left(folder, resource).isEmpty())
        return {};
    const Result<std::shared_ptr<const RestoreProvider>> provider = makeRestoreProvider(plan, secrets);
    return provider ? sweepProbes(folder, resource, **provider, removal, clock) : ProbeSweep{.error = provider.error()};
}

} // namespace understudy
