// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/bisectcommand.h"

#include "app/ctl/commandline.h"
#include "app/ctl/interrupt.h"
#include "app/ctl/output.h"
#include "app/ctl/runprinter.h"
#include "core/base/paths.h"
#include "core/base/quantity.h"
#include "core/recovery/bisect/bisection.h"
#include "core/recovery/scenarios/databaserecovery.h"

#include <QJsonArray>

namespace understudy::ctl {
namespace {

constexpr Milliseconds tidyWithin{15'000};

QString goOnCommand(const SearchResult &search)
{
    return QStringLiteral("understudyctl recover database --to %1").arg(toRfc3339(search.lastGood));
}

/// Words for a person while it searches, on standard error.
class SearchTeller
{
public:
    explicit SearchTeller(bool silent) : m_silent(silent) {}

    void view(const SearchView &view, const QDateTime &next)
    {
        if (m_silent)
            return;
        const QString number = view.probes > 0 || isHalving(view) ? QStringLiteral("probe %1 of %2 at most").arg(view.probes + (next.isValid() ? 1 : 0)).arg(view.mostProbes)
                                                                  : QStringLiteral("first checks");
        if (next.isValid()) {
            m_next = next;
            tell(QStringLiteral("%1: looking at %2").arg(number, toRfc3339(next)));
            return;
        }
        for (const MomentObservation &seen : view.observations) {
            if (seen.moment == m_next)
                tell(QStringLiteral("    %1: %2").arg(shown(seen.sight.kind), seen.sight.why));
        }
    }
    void line(const QString &text) const
    {
        if (!m_silent)
            tell(QStringLiteral("    ") + text);
    }
    static QString shown(MomentSight::Kind kind) { return sightWord(kind).replace(QLatin1Char('_'), QLatin1Char(' ')); }

private:
    static bool isHalving(const SearchView &view) { return view.firstChecks >= BisectionOptions{}.randomChecks + 2; }
    const bool m_silent;
    QDateTime m_next;
};

void printFound(const BisectionReport &report)
{
    const SearchResult &search = report.search;
    print(QStringLiteral("%1: %2").arg(outcomeWord(search.outcome).replace(QLatin1Char('_'), QLatin1Char(' ')), search.verdict));
    if (search.isFound()) {
        print(QStringLiteral("last good  %1").arg(toRfc3339(search.lastGood)));
        print(QStringLiteral("first bad  %1").arg(toRfc3339(search.firstBad)));
    }
    print(QStringLiteral("%1 first checks and %2 probes in %3").arg(search.firstChecks).arg(search.probes).arg(durationText(report.took)));
    for (const MomentObservation &seen : search.observations)
        print(QStringLiteral("  %1  %2  %3").arg(toRfc3339(seen.moment), SearchTeller::shown(seen.sight.kind).leftJustified(11), seen.sight.why));
}

void tellWhatNow(const BisectionReport &report)
{
    for (const QString &remark : report.search.remarks)
        tell(QStringLiteral("Note: ") + remark);
    if (!report.copiesLeft.isEmpty())
        tell(QStringLiteral("Not deleted: %1. The next start tries again; within an hour they expire by themselves.").arg(report.copiesLeft.join(QStringLiteral(", "))));
    if (report.search.isFound())
        tell(QStringLiteral("To go on: ") + goOnCommand(report.search));
    else if (!report.search.error && !report.search.hint.isEmpty())
        tell(report.search.hint);
}

int exitCodeOf(const BisectionReport &report)
{
    if (report.run.isEmpty())
        return RunResult{.outcome = QStringLiteral("refused"), .error = report.search.error}.exitCode();
    switch (report.search.outcome) {
    case SearchOutcome::Found: return Ok;
    case SearchOutcome::Failed: return report.search.error && report.search.error->code == ErrorCode::PermissionDenied ? Refused : Critical;
    case SearchOutcome::Cancelled: return Critical;
    default: return Unknown;
    }
}

int endOfSearch(const BisectionReport &report, bool json)
{
    if (json) {
        QJsonObject last = report.toJson();
        if (report.search.isFound())
            last.insert(QStringLiteral("next"), goOnCommand(report.search));
        printJson(QJsonDocument(last));
    } else if (!report.run.isEmpty()) {
        printFound(report);
        tellWhatNow(report);
    }
    if (report.search.error)
        tell(*report.search.error);
    return exitCodeOf(report);
}

int dryRunOfSearch(const BisectionSetup &setup, bool json)
{
    const Result<BisectionOutlook> outlook = lookAhead(setup);
    if (!outlook) {
        tell(outlook.error());
        return RunResult{.outcome = QStringLiteral("refused"), .error = outlook.error()}.exitCode();
    }
    const QString window = QStringLiteral("%1 (%2) to %3 (%4)").arg(toRfc3339(outlook->from), outlook->fromBy, toRfc3339(outlook->to), outlook->toBy);
    const QString most = QStringLiteral("%1 copies at most, one after the other, each deleted after one question").arg(outlook->mostCopies);
    if (!json) {
        print(QStringLiteral("would search  %1").arg(window));
        print(QStringLiteral("would make    %1").arg(most));
        print(QStringLiteral("the first     %1\n              at %2").arg(outlook->example, outlook->asked));
        return Ok;
    }
    const QJsonObject step{{QStringLiteral("id"), QStringLiteral("bisect")},
                           {QStringLiteral("name"), QStringLiteral("Find the last good moment")},
                           {QStringLiteral("hazard"), QStringLiteral("reversible")},
                           {QStringLiteral("preview"), QJsonArray{most, outlook->example}},
                           {QStringLiteral("preflight"), QJsonArray{QJsonObject{{QStringLiteral("check"), QStringLiteral("there is a window to search")},
                                                                                {QStringLiteral("verdict"), QStringLiteral("pass")},
                                                                                {QStringLiteral("why"), window}}}},
                           {QStringLiteral("predicted"), QStringLiteral("a bracket of one second or less, or why there is none")},
                           {QStringLiteral("undo"), QStringLiteral("every copy is deleted")}};
    printJson(QJsonDocument(QJsonObject{{QStringLiteral("steps"), QJsonArray{step}}}));
    return Ok;
}

Result<BisectionOptions> bisectionOptions(const CommandLine &line, const Clock &clock)
{
    for (const char *other : {"to", "freeze", "planned", "promote", "restart-backends"}) {
        if (line.has(QLatin1String(other)))
            return fail(ErrorCode::InvalidInput, QStringLiteral("--%1 does not go with --bisect").arg(QLatin1String(other)));
    }
    BisectionOptions options{.sql = line.get(QStringLiteral("bisect")), .from = {}, .errorIsBad = line.has(QStringLiteral("error-is-bad"))};
    if (const Result<SymptomQuery> query = SymptomQuery::parse(options.sql); !query)
        return fail(query.error());
    if (!line.has(QStringLiteral("from")))
        return options;
    const Result<QDateTime> from = parseMoment(line.get(QStringLiteral("from")), clock.now());
    if (!from)
        return fail(from.error());
    options.from = from->toUTC();
    return options;
}

} // namespace

int bisectCommand(const CommandLine &line, const Plan &plan, const SecretResolver &secrets, const Clock &clock)
{
    const Result<BisectionOptions> options = bisectionOptions(line, clock);
    if (!options)
        return line.usageError(options.error().text());
    const Result<std::shared_ptr<const RestoreProvider>> provider = makeRestoreProvider(withBranchFollowed(plan, secrets, cancelOnInterrupt()), secrets);
    if (!provider) {
        tell(provider.error());
        return RunResult{.outcome = QStringLiteral("refused"), .error = provider.error()}.exitCode();
    }
    const bool json = line.has(QStringLiteral("json"));
    RunPrinter printer(true);
    SearchTeller teller(json);
    const BisectionSetup setup{.plan = plan, .provider = **provider, .clock = clock, .folder = paths::journals(), .options = *options,
                               .cancel = cancelOnInterrupt(),
                               .onEntry = [&](const JournalEntry &entry) {
                                   if (json)
                                       printer.entry(entry);
                               },
                               .onView = [&](const SearchView &view, const QDateTime &next) { teller.view(view, next); },
                               .say = [&](const QString &text) { teller.line(text); }};
    if (line.has(QStringLiteral("dry-run")))
        return dryRunOfSearch(setup, json);
    if (line.has(QStringLiteral("confirm")) || line.has(QStringLiteral("hold")))
        tell(QStringLiteral("A search needs no phrase and does not go on by itself: it ends with the command that does."));
    return endOfSearch(bisect(setup), json);
}

void tidyAfterBisections(const Plan &plan, const SecretResolver &secrets, const Clock &clock)
{
    const ProbeSweep sweep = sweepLeftProbes(plan, secrets, paths::journals(), {.deadline = tidyWithin}, clock);
    if (!sweep.gone.isEmpty())
        tell(QStringLiteral("Deleted what a search that died has left: %1").arg(sweep.gone.join(QStringLiteral(", "))));
    if (!sweep.left.isEmpty())
        tell(QStringLiteral("Left by a search that died, and not deleted: %1").arg(sweep.left.join(QStringLiteral(", "))));
}

} // namespace understudy::ctl
