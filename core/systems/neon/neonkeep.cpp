// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"
#include "core/systems/neon/neonprovider.h"

#include <QJsonDocument>

// What NeonProvider does to a source's expiry, and what it tells a person.
namespace understudy {
namespace {

/// As one word of a shell, whatever is in it.
QString asShellWord(const QString &text)
{
    return QLatin1Char('\'') + QString(text).replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\'');
}

QString neonCurl(const QString &address)
{
    return QStringLiteral("curl -sS -H \"Authorization: Bearer $NEON_API_KEY\" ") + asShellWord(address);
}

} // namespace

Result<RestoreProvider::Kept> NeonProvider::keepSource(Milliseconds deadline, const CancelToken &cancel) const
{
    const NeonTime time(deadline, cancel);
    const Result<NeonBranch> source = sourceBranch(time);
    if (!source)
        return fail(source.error());
    if (!source->expiresAt.isValid())
        return Kept{.words = QStringLiteral("no expiry is set"), .before = {}};
    const Result<NeonChange> changed = m_api.updateBranch(source->id, {.expiresAt = QDateTime()}, time.left(), cancel);
    if (!changed)
        return fail(changed.error());
    if (changed->branch.expiresAt.isValid())
        return fail(ErrorCode::NotProved, QStringLiteral("branch %1 still expires at %2").arg(source->name, toRfc3339(changed->branch.expiresAt)),
                    QStringLiteral("Take its expiry away in Neon's console."));
    const QString before = toRfc3339(source->expiresAt);
    return Kept{.words = QStringLiteral("branch %1 no longer expires (it would have at %2)").arg(source->name, before), .before = before};
}

Result<Unit> NeonProvider::releaseSource(const QString &before, Milliseconds deadline, const CancelToken &cancel) const
{
    if (before.isEmpty())
        return Unit{};
    const Result<QDateTime> expiry = parseTime(before);
    if (!expiry)
        return fail(expiry.error());
    const NeonTime time(deadline, cancel);
    const Result<NeonBranch> source = sourceBranch(time);
    if (!source)
        return fail(source.error());
    if (*expiry <= QDateTime::currentDateTimeUtc())
        return fail(ErrorCode::InvalidInput, QStringLiteral("the old expiry of branch %1 has passed (%2): it is left without one").arg(source->name, before),
                    QStringLiteral("When nobody needs it any more, delete the branch or give it an expiry in Neon's console."));
    const Result<NeonChange> changed = m_api.updateBranch(source->id, {.expiresAt = *expiry}, time.left(), cancel);
    if (!changed)
        return fail(changed.error());
    return Unit{};
}

NeonNewBranch NeonProvider::wanted(const RestoreRequest &request) const
{
    const std::lock_guard lock(m_mutex);
    return {.parentId = m_sourceId.isEmpty() ? m_plan.branch : m_sourceId,
            .name = request.name,
            .at = request.moment,
            .expiresAt = request.expiresAt.value_or(QDateTime())};
}

QString NeonProvider::restoreText(const RestoreRequest &request) const
{
    const QByteArray body = QJsonDocument(NeonApi::bodyOf(wanted(request))).toJson(QJsonDocument::Compact);
    return QStringLiteral("POST %1 %2").arg(m_api.address(QStringLiteral("/branches")), QString::fromUtf8(body));
}

QString NeonProvider::restoreOn() const
{
    return QUrl(m_api.address({})).toString(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveUserInfo);
}

QStringList NeonProvider::byHand(const RestoreRequest &request) const
{
    const QByteArray body = QJsonDocument(NeonApi::bodyOf(wanted(request))).toJson(QJsonDocument::Compact);
    const NeonConnection connection{.database = m_plan.database, .role = m_plan.role, .branchId = QStringLiteral("BRANCH_ID")};
    return {QStringLiteral("# parent_id is the id of the branch that is lost; the first command lists them all"),
            neonCurl(m_api.address(QStringLiteral("/branches"))),
            neonCurl(m_api.address(QStringLiteral("/branches"))) + QStringLiteral(" -H 'Content-Type: application/json' -d ") + asShellWord(QString::fromUtf8(body)),
            QStringLiteral("# until every operation is finished; BRANCH_ID is the new branch's id"),
            neonCurl(m_api.address(QStringLiteral("/operations?limit=10"))),
            neonCurl(m_api.address(NeonApi::uriPath(connection)))};
}

} // namespace understudy
