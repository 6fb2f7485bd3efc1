// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/databaseswitch.h"

#include "core/systems/envfile/envdefinition.h"
#include "core/systems/shell/hostprogram.h"

#include <QDir>
#include <QFileInfo>

namespace understudy::databasesteps {
namespace {

/// Adds the addresses that a text defines under the keys, if they lead anywhere but to `except`.
void addAddresses(DatabaseTarget &found, const QByteArray &text, const QStringList &keys,
                  const QString &except)
{
    for (const EnvDefinition &one : envDefinitions(text)) {
        if (!keys.contains(one.key) || !one.closed)
            continue;
        const qsizetype mark = one.quote == 0 ? 0 : 1;
        const Secret value(text.mid(one.begin + mark, one.end - one.begin - 2 * mark));
        const QString place = databasePlace(value);
        if (place.isEmpty() || place == except)
            continue;
        Secret &into = isPooledAddress(value) ? found.pooled : found.direct;
        if (into.isEmpty())
            into = value;
    }
}

} // namespace

EnvFileStore storeOf(const Plan &plan, const EnvFile &file)
{
    const Host host = hostOf(plan, file.host);
    if (!host.isLocal())
        return EnvFileStore(file.path, host);
    const QString folder = plan.path.isEmpty() ? QString() : QFileInfo(plan.path).absolutePath();
    const QString path =
        file.path.startsWith(QLatin1String("~/"))             ? QDir::homePath() + file.path.mid(1)
        : QDir::isAbsolutePath(file.path) || folder.isEmpty() ? file.path
                                                              : QDir(folder).filePath(file.path);
    return EnvFileStore(path, host);
}

QStringList keysOf(const Plan &plan)
{
    QStringList keys;
    for (const EnvFile &file : plan.application ? plan.application->envFiles : QList<EnvFile>())
        keys += file.keys;
    keys.removeDuplicates();
    return keys;
}

QList<PoolInstance> instancesOf(const Plan &plan)
{
    QList<PoolInstance> all;
    for (const Pool &pool : plan.application ? plan.application->pools : QList<Pool>())
        all += pool.instances;
    return all;
}

Result<DatabaseTarget> newTarget(StepContext &context, const DatabaseSwitch &database)
{
    const Result<RestoredCopy> copy = database.copy(context);
    if (!copy)
        return fail(copy.error());
    if (copy->url.isEmpty())
        return fail(ErrorCode::NotFound, QStringLiteral("the restored database has no address yet"),
                    QStringLiteral("Restore it first."));
    return DatabaseTarget{copy->url, copy->pooledUrl, database.formerPooled};
}

Result<DatabaseTarget> formerTarget(StepContext &context, const DatabaseSwitch &database)
{
    const QJsonObject files = context.facts[QStringLiteral("switch-environment")]
                                  .toObject()[QStringLiteral("files")]
                                  .toObject();
    const Result<RestoredCopy> copy = database.copy(context);
    const QString except = copy ? databasePlace(copy->url) : QString();
    DatabaseTarget found;
    Error problem{ErrorCode::NotFound, QStringLiteral("the address before the switch is not known"),
                  QStringLiteral("See the backups beside the env files.")};
    for (const EnvFile &file : database.plan.application->envFiles) {
        const EnvFileStore store = storeOf(database.plan, file);
        const QJsonObject fact = files[store.label()].toObject();
        const EnvFileStore place = fact.isEmpty()
                                       ? store
                                       : EnvFileStore(fact[QStringLiteral("backup")].toString(),
                                                      hostOf(database.plan, file.host));
        Result<QByteArray> text = place.read(context.cancel);
        if (!text && !fact.isEmpty())
            text = store.read(context.cancel); // noted, and killed before its backup was made
        if (text)
            addAddresses(found, *text, file.keys, except);
        else
            problem = text.error();
    }
    if (found.direct.isEmpty() && found.pooled.isEmpty()) {
        const Result<Secret> former =
            database.former ? database.former(context) : Result<Secret>(fail(problem));
        if (!former)
            return fail(former.error());
        if (!except.isEmpty() && databasePlace(*former) == except)
            return fail(ErrorCode::NeedsOperator, QStringLiteral("every file leads to the copy; the address before it is not known"),
                        QStringLiteral("Write the old address back into the env files by hand, then try again."));
        found.direct = *former;
    }
    // A direct address is needed for looks of ours, and for whoever had one.
    if (found.direct.isEmpty())
        found.direct = found.pooled;
    return found;
}

Effective effectiveOf(const ProcessSight &sight, const DatabaseTarget &wanted,
                      const DatabaseTarget &other)
{
    using Side = Effective::Side;
    if (!sight.unseen.isEmpty())
        return {Side::Unknown, sight.unseen};
    if (sight.values.isEmpty())
        return {Side::ReadsItself,
                QStringLiteral("has no address in its environment: it reads a file by itself")};
    QString leads;
    for (auto one = sight.values.begin(); one != sight.values.end(); ++one) {
        const QString place = databasePlace(*one);
        if (!leadsTo(one.key(), *one, wanted)) {
            const Side side = leadsTo(one.key(), *one, other) ? Side::Old : Side::Elsewhere;
            return {side,
                    QStringLiteral("has %1 in %2")
                        .arg(place.isEmpty() ? QStringLiteral("another value") : place, one.key())};
        }
        leads = place.isEmpty() ? leads : place;
    }
    return {Side::New, QStringLiteral("has %1").arg(leads.isEmpty() ? QStringLiteral("the new values") : leads)};
}

QString labelOf(const PoolInstance &instance, const ProcessSight &sight, const Host &host)
{
    const QString name = instance.process.isEmpty() ? instance.url : instance.process;
    return sight.id > 0
               ? QStringLiteral("%1 (pid %2 on %3)").arg(name).arg(sight.id).arg(hostLabel(host))
               : QStringLiteral("%1 (on %2)").arg(name, hostLabel(host));
}

} // namespace understudy::databasesteps
