// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/databaserecovery.h"
#include "core/recovery/scenarios/databaseswitch.h"
#include "core/recovery/scenarios/drainlook.h"
#include "core/recovery/stepfacts.h"

#include <QRandomGenerator>

// The copy is made beside the old database, which nobody touches: until the switch, going back costs nothing.
namespace understudy::databasesteps {
namespace {

using Provider = std::shared_ptr<const RestoreProvider>;

QString nameFor(const QDateTime &moment)
{
    return QStringLiteral("understudy-%1-%2").arg(moment.toUTC().toString(QStringLiteral("yyyyMMdd-HHmmss")))
        .arg(QRandomGenerator::global()->bounded(0x10000), 4, 16, QLatin1Char('0'));
}

RestoreRequest request(const StepContext &context, const DatabaseRecovery &database)
{
    const QString name = stepFacts(context, "restore")[QStringLiteral("name")].toString();
    return {.name = name.isEmpty() ? QStringLiteral("understudy-%1-…").arg(database.moment().toUTC().toString(QStringLiteral("yyyyMMdd-HHmmss"))) : name,
            .moment = database.moment(), .expiresAt = {}};
}

Result<StepPreview> previewRestore(StepContext &context, const DatabaseRecovery &database)
{
    const Result<Provider> provider = database.provider();
    if (!provider)
        return fail(provider.error());
    const RestoreRequest wanted = request(context, database);
    StepPreview shown;
    shown.title = QStringLiteral("Restore %1 as it was at %2").arg(database.name(), momentText(database.moment(), context.clock.now()));
    shown.why = QStringLiteral("A copy of that moment is made beside the old database; it can be looked at before anybody uses it.");
    shown.willDo = {{(*provider)->restoreText(wanted), (*provider)->restoreOn()}};
    shown.willNot = {QStringLiteral("touch the database that the application uses"), QStringLiteral("move anybody to the copy")};
    shown.willNot += (*provider)->willNot();
    shown.expect = {QStringLiteral("the provider says ready, and the copy answers as a writable primary"),
                    QStringLiteral("seconds to some minutes, by the provider")};
    shown.predicted = QStringLiteral("OK");
    shown.byHand = (*provider)->byHand(wanted);
    shown.wayBack = QStringLiteral("the copy is deleted, unless the application has been on it");
    shown.button = QStringLiteral("Restore %1 to a new copy").arg(database.name());
    return shown;
}

Result<std::optional<RestoredCopy>> madeAlready(StepContext &context, const DatabaseRecovery &database)
{
    const QString name = stepFacts(context, "restore")[QStringLiteral("name")].toString();
    if (name.isEmpty())
        return std::optional<RestoredCopy>();
    const Result<Provider> provider = database.provider();
    return provider ? (*provider)->find(name, std::chrono::seconds(15), context.cancel) : fail(provider.error());
}

Result<Observation> observeRestore(StepContext &context, const DatabaseRecovery &database)
{
    const Result<std::optional<RestoredCopy>> made = madeAlready(context, database);
    if (!made)
        return fail(made.error());
    if (!*made)
        return Observation{Observation::Sight::NotYet, QStringLiteral("no copy has been made")};
    return Observation{(*made)->ready ? Observation::Sight::AlreadyTrue : Observation::Sight::NotYet,
                       QStringLiteral("%1 exists, %2").arg((*made)->name, (*made)->ready ? QStringLiteral("ready") : QStringLiteral("not ready yet")), true};
}

Result<QString> restoreNow(StepContext &context, const DatabaseRecovery &database)
{
    const Result<Provider> provider = database.provider();
    if (!provider)
        return fail(provider.error());
    // Its name is on disk (prepare) before it is asked for: whatever happens now, it is found again.
    const Result<RestoredCopy> made = (*provider)->restore(request(context, database),
                                                           {.cancel = context.cancel, .deadline = std::chrono::minutes(14), .say = context.say});
    if (!made)
        return fail(made.error());
    const Result<Unit> noted = context.note({{QStringLiteral("id"), made->id}, {QStringLiteral("server"), made->server},
                                             {QStringLiteral("ready_at"), toRfc3339(context.clock.now())}});
    if (!noted)
        return fail(noted.error());
    return QStringLiteral("%1 is ready at %2, as its provider says").arg(made->name, made->server);
}

Result<QString> proveRestored(StepContext &context, const DatabaseRecovery &database)
{
    const Result<RestoredCopy> copy = database.copy(context);
    if (!copy)
        return fail(copy.error());
    Error last{ErrorCode::NotProved, QStringLiteral("the copy does not answer")};
    // A compute that has just been started may refuse the first connections.
    const Milliseconds until = context.clock.monotonic() + std::chrono::seconds(30);
    while (context.clock.monotonic() < until) {
        Result<std::unique_ptr<PgConnection>> session = DatabaseRecovery::connect(copy->url, context);
        if (session) {
            const Result<PgTable> table = (*session)->query(
                QStringLiteral("select not pg_is_in_recovery() and current_setting('default_transaction_read_only') = 'off' as writable,"
                               " current_setting('server_version') as version, current_database() as name"), std::chrono::seconds(5), {}, PgTransaction::Bare);
            if (table && table->isTrue(QStringLiteral("writable"))) {
                const QString server = (*session)->server();
                if (!stepFacts(context, "restore").contains(QStringLiteral("server"))) {
                    if (const Result<Unit> noted = context.note({{QStringLiteral("id"), copy->id}, {QStringLiteral("server"), copy->server}}); !noted)
                        return fail(noted.error());
                }
                return QStringLiteral("%1 answers as a writable primary: database %2, PostgreSQL %3")
                    .arg(server, table->text(QStringLiteral("name")).value_or(QString()), table->text(QStringLiteral("version")).value_or(QString()));
            }
            last = table ? Error{ErrorCode::NotProved, QStringLiteral("the copy is not writable")} : table.error();
        } else {
            last = session.error();
        }
        if (!restFor(context, Milliseconds(100)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
    const bool mayBeElsewhere = database.database().pgBackRest && database.database().pgBackRest->address.isEmpty() && database.options().fromDump.isEmpty();
    return fail(ErrorCode::NotProved, last.message,
                mayBeElsewhere ? QStringLiteral("Look at the copy at its provider, then try again. Where pgBackRest's host is not the database's, write its address into the plan (database.provider.pgbackrest.address).")
                               : QStringLiteral("Look at the copy at its provider, then try again."), last.cause);
}

/// The application has been on the copy and was moved back: whoever is there still writes where nobody looks.
QString stillOn(StepContext &context, const DatabaseRecovery &database)
{
    const QString been = QStringLiteral("the application has been on it");
    const Result<RestoredCopy> copy = database.copy(context);
    const Result<QList<DatabaseSession>> sessions = copy ? sessionsOn(copy->url, context.cancel) : fail(copy.error());
    if (!sessions)
        return been + QStringLiteral(", and whether somebody still is cannot be seen");
    return sessions->isEmpty() ? been : been + QStringLiteral(", and %1 sessions still are: find and end them").arg(sessions->size());
}

/// Who uses the copy, or may: in words; empty: surely nobody. Whatever this run has done or left out, files may have
/// been edited and processes restarted by hand.
QString usersOf(StepContext &context, const DatabaseRecovery &database, const RestoredCopy &copy)
{
    if (!copy.ready)
        return {};
    const DatabaseTarget target{copy.url, copy.pooledUrl};
    for (const EnvFile &file : database.plan().application ? database.plan().application->envFiles : QList<EnvFile>()) {
        const EnvFileStore store = storeOf(database.plan(), file);
        const Result<QByteArray> text = store.read(context.cancel);
        if (!text)
            return QStringLiteral("whether %1 leads to it cannot be seen (%2)").arg(store.label(), text.error().message);
        bool leads = false;
        (void)EnvEdit::make(*text, file.keys, [&](const QString &key, const Secret &value) {
            leads = leads || leadsTo(key, value, target);
            return Result<Secret>(value);
        });
        if (leads)
            return QStringLiteral("%1 leads to it").arg(store.label());
    }
    const Result<QList<DatabaseSession>> sessions = sessionsOn(copy.url, context.cancel);
    if (!sessions)
        return QStringLiteral("whether somebody is on it cannot be seen (%1)").arg(sessions.error().message);
    return sessions->isEmpty() ? QString() : QStringLiteral("%1 sessions are on it").arg(sessions->size());
}

/// A copy on which somebody is or has been may hold rows that exist nowhere else. What cannot be deleted now is left
/// over and told: the rest of the way back gives people their database again and must not wait for a provider.
Result<QString> removeCopy(StepContext &context, const DatabaseRecovery &database)
{
    const QString name = stepFacts(context, "restore")[QStringLiteral("name")].toString();
    if (name.isEmpty())
        return QStringLiteral("there is no copy");
    const auto kept = [&name](const QString &why) { return QStringLiteral("%1 is kept: %2. Delete it at its provider when nobody needs its rows").arg(name, why); };
    const auto left = [&](const Error &error) -> Result<QString> {
        if (error.code == ErrorCode::Cancelled)
            return fail(error);
        const QString words = QStringLiteral("%1 is left over: it cannot be deleted now (%2). Delete it at its provider").arg(name, error.message);
        context.say(words);
        return words;
    };
    if (!stepFacts(context, "switch-environment").isEmpty() || !stepFacts(context, "restart-processes").isEmpty())
        return kept(stillOn(context, database));
    const Result<std::optional<RestoredCopy>> made = madeAlready(context, database);
    if (!made)
        return left(made.error());
    if (!*made)
        return QStringLiteral("there is no copy");
    const Result<RestoredCopy> copy = (*made)->ready ? database.copy(context) : Result<RestoredCopy>(**made);
    if (!copy)
        return left(copy.error());
    if (const QString users = usersOf(context, database, *copy); !users.isEmpty())
        return kept(users);
    const Result<Provider> provider = database.provider();
    if (!provider)
        return left(provider.error());
    if (const Result<Unit> removed = (*provider)->remove((*made)->id, std::chrono::seconds(60), context.cancel); !removed)
        return left(removed.error());
    const Result<std::optional<RestoredCopy>> still = (*provider)->find(name, std::chrono::seconds(15), context.cancel);
    if (!still)
        return left(still.error());
    if (*still)
        return left({ErrorCode::NotProved, QStringLiteral("it is still there")});
    return QStringLiteral("%1 is deleted").arg(name);
}

} // namespace

Step restore(const DatabaseRecoveryPtr &database)
{
    return {.id = QStringLiteral("restore"),
            .name = QStringLiteral("Restore to a new copy"),
            .hazard = Hazard::Reversible,
            .confirmation = Confirmation::Click,
            .deadline = std::chrono::minutes(15),
            .observe = [database](StepContext &context) { return observeRestore(context, *database); },
            .preview = [database](StepContext &context) { return previewRestore(context, *database); },
            .prepare = [database](StepContext &context) -> Result<QJsonObject> {
                const QString name = stepFacts(context, "restore")[QStringLiteral("name")].toString();
                return QJsonObject{{QStringLiteral("name"), name.isEmpty() ? nameFor(database->moment()) : name},
                                   {QStringLiteral("moment"), toRfc3339(database->moment())},
                                   {QStringLiteral("asked_at"), toRfc3339(context.clock.now())}};
            },
            .act = [database](StepContext &context) { return restoreNow(context, *database); },
            .verify = [database](StepContext &context) { return proveRestored(context, *database); },
            .undo = [database](StepContext &context) { return removeCopy(context, *database); }};
}

} // namespace understudy::databasesteps
