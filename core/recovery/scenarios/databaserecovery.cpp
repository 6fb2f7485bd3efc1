// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/databaserecovery.h"

#include "core/recovery/scenarios/databaseswitch.h"
#include "core/recovery/scenarios/switchfiles.h"
#include "core/recovery/stepfacts.h"
#include "core/systems/shell/hostprogram.h"

namespace understudy {

DatabaseRecovery::DatabaseRecovery(Plan plan, RunOptions options, const SecretResolver &secrets, RestoreProviderMaker maker)
    : m_plan(std::move(plan)), m_options(std::move(options)), m_secrets(secrets), m_maker(std::move(maker))
{
}

QString DatabaseRecovery::name() const
{
    if (database().neon)
        return database().neon->database.isEmpty() ? database().neon->project : database().neon->database;
    if (database().pgBackRest)
        return database().pgBackRest->stanza;
    return m_plan.name;
}

Result<std::shared_ptr<const RestoreProvider>> DatabaseRecovery::provider() const
{
    const std::lock_guard lock(m_mutex);
    if (m_provider)
        return m_provider;
    Result<std::shared_ptr<const RestoreProvider>> made = m_maker(m_plan, m_secrets);
    if (made)
        m_provider = *made;
    return made;
}

Result<Secret> DatabaseRecovery::oldUrl(const StepContext &context) const
{
    const SecretReference reference = database().url;
    if (reference.kind != SecretReference::Kind::EnvironmentFile)
        return m_secrets.resolve(reference);
    const QJsonObject files = stepFacts(context, "switch-environment")[QStringLiteral("files")].toObject();
    for (auto one = files.begin(); one != files.end(); ++one) {
        const QJsonObject file = one->toObject();
        // As the switch has noted it: the plan may write it from its own folder on, or from a home.
        const QString path = databasesteps::storeOf(m_plan, {.host = reference.host, .path = reference.name, .keys = {}}).path();
        if (file[QStringLiteral("path")].toString() != path || file[QStringLiteral("host")].toString() != reference.host)
            continue;
        SecretReference backup = reference;
        backup.name = file[QStringLiteral("backup")].toString();
        const Result<Secret> former = m_secrets.resolve(backup);
        if (former)
            return former;
        // Noted, and killed before it was made: then the file still holds it. Else it holds the copy's.
        const Result<QByteArray> now = EnvFileStore(path, hostOf(m_plan, reference.host)).read(context.cancel);
        if (now && databasesteps::hashOfText(*now) == file[QStringLiteral("before")].toString())
            return m_secrets.resolve(reference);
        return fail(former.error());
    }
    return m_secrets.resolve(reference);
}

Result<RestoredCopy> DatabaseRecovery::copy(const StepContext &context) const
{
    const std::lock_guard lock(m_mutex);
    if (m_copy && m_copy->ready)
        return *m_copy;
    const QString copyName = stepFacts(context, "restore")[QStringLiteral("name")].toString();
    if (copyName.isEmpty())
        return fail(ErrorCode::NotFound, QStringLiteral("no copy has been made yet"));
    if (!m_provider) {
        Result<std::shared_ptr<const RestoreProvider>> made = m_maker(m_plan, m_secrets);
        if (!made)
            return fail(made.error());
        m_provider = *made;
    }
    const Result<std::optional<RestoredCopy>> found = m_provider->find(copyName, std::chrono::seconds(15), context.cancel);
    if (!found)
        return fail(found.error());
    if (!*found)
        return fail(ErrorCode::NotFound, QStringLiteral("%1 is not there").arg(copyName),
                    QStringLiteral("Somebody has deleted it: restore again."));
    if (!(*found)->ready || (*found)->url.isEmpty())
        return fail(ErrorCode::Busy, QStringLiteral("%1 is not ready yet").arg(copyName), QStringLiteral("Wait for it."));
    m_copy = **found;
    return *m_copy;
}

Result<std::unique_ptr<PgConnection>> DatabaseRecovery::connect(const Secret &url, const StepContext &context, Milliseconds deadline)
{
    return PgConnection::connect(url, deadline, context.cancel);
}

} // namespace understudy
