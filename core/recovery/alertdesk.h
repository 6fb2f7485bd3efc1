// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/pager/pagerservice.h"
#include "core/systems/secrets/secretresolver.h"

#include <algorithm>
#include <future>
#include <optional>

namespace understudy {

/// The pager as a run may use it: 5 s of waiting for it in all, the secret included, whatever it does.
/// For one thread, the run's. Destroying it waits for a secret that is still being looked for.
class AlertDesk
{
public:
    static constexpr Milliseconds allowance{5000};
    static constexpr Milliseconds oneCall{2500};

    /// `plan.canLook()` holds; `secrets` outlives this. Nothing is looked up before the first call.
    AlertDesk(const PagingPlan &plan, const SecretResolver &secrets) : m_plan(plan), m_secrets(secrets) {}

    [[nodiscard]] Result<PagerIncidents> look(const CancelToken &cancel);
    [[nodiscard]] Result<Unit> acknowledge(const QStringList &ids, const CancelToken &cancel);
    [[nodiscard]] Result<Unit> addNote(const QString &id, const QString &text, const CancelToken &cancel);
    const std::optional<PagerIncidents> &seen() const { return m_seen; } ///< by the newest look that worked
    Milliseconds left() const { return std::max(Milliseconds(0), allowance - m_spent); }
    QString service() const { return m_plan.service; }
    QString requestFor(const QStringList &ids) const { return PagerService(m_plan, Secret()).acknowledgeRequest(ids); }

private:
    template<typename Function>
    auto within(Function function) -> decltype(function(std::declval<const PagerService &>(), Milliseconds()));
    Result<Secret> token();

    const PagingPlan m_plan;
    const SecretResolver &m_secrets;
    Milliseconds m_spent{0};
    std::future<Result<Secret>> m_resolving;
    std::optional<Result<Secret>> m_token;
    std::optional<PagerIncidents> m_seen;
};

} // namespace understudy
