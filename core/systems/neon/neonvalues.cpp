// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/neon/neonvalues.h"

#include "core/systems/neon/neonfields.h"

#include <QUrl>

namespace understudy {
namespace {

template<typename T>
Result<T> unlessMissing(const NeonFields &fields, const T &value)
{
    if (const std::optional<Error> problem = fields.problem())
        return fail(*problem);
    return value;
}

} // namespace

Result<NeonProject> NeonProject::fromJson(const QJsonValue &json)
{
    NeonFields fields(json, QStringLiteral("project"));
    NeonProject project{.id = fields.id("id"), .name = fields.text("name"), .region = fields.textIfTold("region_id")};
    // int32 in the specification: more seconds are no answer to be trusted with arithmetic.
    project.historyKept = std::chrono::seconds(std::min<qint64>(fields.whole("history_retention_seconds"), 2'147'483'647));
    project.createdAt = fields.time("created_at");
    return unlessMissing(fields, project);
}

Result<NeonBranch> NeonBranch::fromJson(const QJsonValue &json)
{
    NeonFields fields(json, QStringLiteral("branch"));
    const NeonBranch branch{.id = fields.id("id"),
                            .name = fields.text("name"),
                            .parentId = fields.idIfTold("parent_id"),
                            .state = fields.text("current_state"),
                            .pendingState = fields.textIfTold("pending_state"),
                            .isDefault = fields.flag("default"),
                            .isProtected = fields.flag("protected"),
                            .createdAt = fields.time("created_at"),
                            .parentTimestamp = fields.timeIfTold("parent_timestamp"),
                            .lastResetAt = fields.timeIfTold("last_reset_at"),
                            .expiresAt = fields.timeIfTold("expires_at")};
    return unlessMissing(fields, branch);
}

Result<NeonEndpoint> NeonEndpoint::fromJson(const QJsonValue &json)
{
    NeonFields fields(json, QStringLiteral("endpoint"));
    const NeonEndpoint endpoint{.id = fields.id("id"),
                                .branchId = fields.id("branch_id"),
                                .host = fields.text("host"),
                                .type = fields.text("type"),
                                .state = fields.text("current_state"),
                                .isDisabled = fields.flag("disabled")};
    return unlessMissing(fields, endpoint);
}

Result<NeonOperation> NeonOperation::fromJson(const QJsonValue &json)
{
    NeonFields fields(json, QStringLiteral("operation"));
    const NeonOperation operation{.id = fields.id("id"),
                                  .branchId = fields.idIfTold("branch_id"),
                                  .endpointId = fields.idIfTold("endpoint_id"),
                                  .action = fields.text("action"),
                                  .status = fields.text("status"),
                                  .failures = fields.whole("failures_count"),
                                  .error = fields.textIfTold("error"),
                                  .createdAt = fields.time("created_at"),
                                  .retryAt = fields.timeIfTold("retry_at")};
    return unlessMissing(fields, operation);
}

NeonOperation::Stage NeonOperation::stage() const
{
    if (status == QLatin1String("finished") || status == QLatin1String("skipped"))
        return Stage::Done;
    if (status == QLatin1String("error") || status == QLatin1String("cancelled"))
        return Stage::Failed;
    return Stage::Waiting;
}

QString NeonOperation::words() const
{
    QStringList more;
    if (failures > 0)
        more << (failures == 1 ? QStringLiteral("1 failure") : QStringLiteral("%1 failures").arg(failures));
    if (!error.isEmpty())
        more << error;
    const QString said = action + QLatin1Char(' ') + status;
    return more.isEmpty() ? said : QStringLiteral("%1 (%2)").arg(said, more.join(QStringLiteral(": ")));
}

Result<NeonAddress> NeonAddress::fromJson(const QJsonValue &json)
{
    const QString text = json.toString();
    const QUrl url(text); // tolerant: only host and port are taken from it
    // Nothing of it may be shown: it holds the password.
    if (text.size() > 4096 || !url.isValid() || url.host().isEmpty() || url.host().size() > 255
        || (url.scheme() != QLatin1String("postgresql") && url.scheme() != QLatin1String("postgres")))
        return fail(ErrorCode::ProtocolViolation, QStringLiteral("Neon answered without a usable 'uri'"));
    return NeonAddress{.uri = Secret(text.toUtf8()), .server = QStringLiteral("%1:%2").arg(url.host()).arg(url.port(5432))};
}

} // namespace understudy
