// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/nginxfile.h"

#include "core/systems/envfile/envfilestore.h"
#include "core/systems/traffic/nginxrunning.h"
#include "core/systems/traffic/nginxupstreams.h"

namespace understudy {
namespace {

/// Its companions begin with a dot: "include sites/*" must not read a backup.
EnvFileStore siteStore(const NginxProgram &nginx, const QString &path)
{
    return EnvFileStore(path, nginx.host, EnvFileStore::Beside::Hidden);
}

} // namespace

NginxFile::NginxFile(const Plan &plan)
{
    const QMap<QString, QString> &values = plan.application->traffic.values;
    m_nginx = NginxProgram::of(plan);
    m_path = values.value(QStringLiteral("path"));
    m_pools = plan.application->pools;
}

QString NginxFile::where() const { return siteStore(m_nginx, m_path).label(); }

Result<TrafficLook> NginxFile::look(const CancelToken &cancel) const
{
    const Result<QByteArray> text = siteStore(m_nginx, m_path).read(cancel);
    if (!text)
        return fail(text.error());
    TrafficLook seen{.colours = nginxupstreams::coloursIn(*text, m_pools), .state = *text};
    seen.disk = seen.colours.isEmpty() ? QStringLiteral("%1 names no instance of the plan").arg(where())
                                       : QStringLiteral("%1 names %2").arg(where(), seen.colours.join(QStringLiteral(" and ")));
    return seen;
}

QString NginxFile::runsWith(const TrafficLook &, const CancelToken &cancel) const
{
    return nginxRunning(m_nginx, m_path, cancel).words;
}

Result<QString> NginxFile::check(const QString &colour, const CancelToken &cancel) const
{
    const Result<EnvFileLook> seen = siteStore(m_nginx, m_path).look(cancel);
    if (!seen)
        return fail(seen.error());
    if (seen->obstacle)
        return fail(*seen->obstacle);
    const Result<QByteArray> after = nginxupstreams::switched(seen->text, m_pools, colour);
    if (!after)
        return fail(after.error());
    return m_acceptance.ask(m_nginx, m_path, *after, cancel);
}

Result<QString> NginxFile::switchTo(const QString &colour, const TrafficLook &seen, const QString &tag, const CancelToken &cancel) const
{
    const Result<QByteArray> after = nginxupstreams::switched(seen.state, m_pools, colour);
    if (!after)
        return fail(after.error());
    if (const Result<QString> accepted = m_acceptance.accepts(m_nginx, m_path, *after, cancel); !accepted)
        return accepted;
    return write(seen.state, *after, tag, cancel);
}

Result<QString> NginxFile::write(const QByteArray &before, const QByteArray &after, const QString &tag, const CancelToken &cancel) const
{
    const EnvFileStore store = siteStore(m_nginx, m_path);
    if (before != after) {
        if (const Result<QString> backup = store.replace(before, after, tag, cancel); !backup)
            return backup;
    } else if (const Result<QByteArray> now = store.read(cancel); !now || *now != before) {
        // Nothing to write is no leave to overlook that somebody else has written.
        return now ? Result<QString>(fail(ErrorCode::TargetChanged, QStringLiteral("%1 has changed since it was looked at").arg(where()), QStringLiteral("Look again."))) : fail(now.error());
    }
    const Result<Unit> reloaded = nginxReload(m_nginx, cancel);
    if (reloaded)
        return QStringLiteral("%1 replaced and nginx reloaded").arg(where());
    if (before == after)
        return fail(reloaded.error());
    // Not with the run's token: a cancel must not leave the file between two minds.
    if (const Result<QString> back = store.replace(after, before, tag + QStringLiteral("-failed"), {}); !back)
        return fail(ErrorCode::NeedsOperator, QStringLiteral("nginx did not reload, and %1 could not be put back").arg(where()),
                    QStringLiteral("Copy the backup beside it over it, then reload nginx."), back.error().text());
    // A reload that was cut off may have been carried out all the same.
    (void)nginxReload(m_nginx, {});
    return fail(reloaded.error().code, QStringLiteral("nginx did not reload; %1 is as it was").arg(where()), reloaded.error().hint,
                reloaded.error().text());
}

Result<QString> NginxFile::putBack(const QString &colour, const QString &tag, const CancelToken &cancel) const
{
    const EnvFileStore store = siteStore(m_nginx, m_path);
    const Result<EnvFileLook> now = store.look(cancel);
    if (!now)
        return fail(now.error());
    Result<QByteArray> after = nginxupstreams::switched(now->text, m_pools, colour);
    if (!after)
        return fail(after.error());
    const QString backup = EnvFileStore::backupOf(now->target, tag, true);
    if (const Result<QByteArray> kept = EnvFileStore(backup, m_nginx.host).read(cancel)) {
        const QStringList colours = nginxupstreams::coloursIn(now->text, m_pools);
        const Result<QByteArray> ours = colours.size() == 1 ? nginxupstreams::switched(*kept, m_pools, colours.first()) : after;
        if (ours && *ours == now->text)
            after = *kept;
    }
    return write(now->text, *after, tag + QStringLiteral("-back"), cancel);
}

QStringList NginxFile::willDo(const QString &colour) const
{
    return {QStringLiteral("nginx -t on a copy in which the upstreams name %1").arg(colour),
            QStringLiteral("replace %1, the old one kept beside it").arg(where()),
            m_nginx.words({QStringLiteral("-s"), QStringLiteral("reload")}).join(QLatin1Char(' '))};
}

QString NginxFile::restoreText() const
{
    return QStringLiteral("the old %1 is put back and nginx reloaded").arg(where());
}

QStringList NginxFile::byHand(const QString &colour) const
{
    return {QStringLiteral("In %1 let the upstreams name the instances of %2.").arg(where(), colour),
            m_nginx.words({QStringLiteral("-t")}).join(QLatin1Char(' ')),
            m_nginx.words({QStringLiteral("-s"), QStringLiteral("reload")}).join(QLatin1Char(' '))};
}

} // namespace understudy
