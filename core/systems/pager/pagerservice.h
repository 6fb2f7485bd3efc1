// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/secret.h"
#include "core/plan/plan.h"
#include "core/systems/http/httpretry.h"
#include "core/systems/pager/pagerincident.h"

namespace understudy {

/// The plan's service at PagerDuty, by its REST API v2. Blocks, for a run's thread or a worker's;
/// thread safe: it holds only values. Every call keeps to its deadline and ends within 100 ms of a
/// cancel. Errors as pager::refusal for answers and as httpCall for what never came to one.
class PagerService
{
public:
    static QString publicAddress(); ///< "https://api.pagerduty.com"
    /// More open incidents than this are counted as "more".
    static constexpr int mostIncidents = 300;

    /// `plan.canLook()` holds; the token is resolved by whoever makes this.
    PagerService(const PagingPlan &plan, const Secret &token);

    /// All that are triggered or acknowledged, however old.
    [[nodiscard]] Result<PagerIncidents> openIncidents(Milliseconds deadline, const CancelToken &cancel = {}) const;
    [[nodiscard]] Result<PagerIncident> incident(const QString &id, Milliseconds deadline, const CancelToken &cancel = {}) const;
    /// All at once, 100 at most. Twice is as good as once. A *resolved* incident would be reopened by
    /// it: look before. What has become of them is told by openIncidents, not by this answer.
    [[nodiscard]] Result<Unit> acknowledge(const QStringList &ids, Milliseconds deadline, const CancelToken &cancel = {}) const;
    [[nodiscard]] Result<Unit> resolve(const QString &id, Milliseconds deadline, const CancelToken &cancel = {}) const;
    /// Not sent again when its answer is lost: a note would stand there twice.
    [[nodiscard]] Result<Unit> addNote(const QString &id, const QString &text, Milliseconds deadline, const CancelToken &cancel = {}) const;

    /// "PUT https://api.pagerduty.com/incidents/P1", for previews.
    QString acknowledgeRequest(const QStringList &ids) const;
    QString from() const { return m_from; }

private:
    struct Call
    {
        QByteArray method;
        QString path;
        QJsonObject body = {};
        QString what; ///< for messages
        bool repeatable = true;
    };
    Result<QJsonObject> call(const Call &call, Milliseconds deadline, const CancelToken &cancel) const;
    Result<Unit> write(const Call &call, Milliseconds deadline, const CancelToken &cancel) const;
    QString pagePath(int offset) const;

    QString m_base, m_service, m_from;
    Secret m_token;
};

} // namespace understudy
