// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/alertdesk.h"

#include <QElapsedTimer>

namespace understudy {

/// Looked for on a thread of its own: another host's file or a locked keychain may take longer than a
/// recovery waits.
Result<Secret> AlertDesk::token()
{
    if (m_token)
        return *m_token;
    if (!m_resolving.valid()) {
        m_resolving = std::async(std::launch::async, [this, reference = m_plan.apiToken] { return m_secrets.resolve(reference); });
    }
    if (m_resolving.wait_for(std::min(left(), oneCall)) != std::future_status::ready)
        return fail(ErrorCode::TimedOut, QStringLiteral("the pager's token was not found in time: %1").arg(m_plan.apiToken.describe()));
    m_token = m_resolving.get();
    if (*m_token && (*m_token)->isEmpty())
        m_token = fail(ErrorCode::SecretMissing, QStringLiteral("the pager's token is empty: %1").arg(m_plan.apiToken.describe()));
    return *m_token;
}

template<typename Function>
auto AlertDesk::within(Function function) -> decltype(function(std::declval<const PagerService &>(), Milliseconds()))
{
    QElapsedTimer since;
    since.start();
    const Result<Secret> known = token();
    m_spent += Milliseconds(since.restart());
    if (!known)
        return fail(known.error());
    if (left() == Milliseconds(0))
        return fail(ErrorCode::TimedOut, QStringLiteral("the pager has used up the 5 s that a recovery waits for it"),
                    QStringLiteral("Acknowledge it by hand."));
    const auto outcome = function(PagerService(m_plan, *known), std::min(left(), oneCall));
    m_spent += Milliseconds(since.elapsed());
    return outcome;
}

Result<PagerIncidents> AlertDesk::look(const CancelToken &cancel)
{
    const Result<PagerIncidents> found = within([&](const PagerService &service, Milliseconds deadline) {
        return service.openIncidents(deadline, cancel);
    });
    if (found)
        m_seen = *found;
    return found;
}

Result<Unit> AlertDesk::acknowledge(const QStringList &ids, const CancelToken &cancel)
{
    return within([&](const PagerService &service, Milliseconds deadline) { return service.acknowledge(ids, deadline, cancel); });
}

Result<Unit> AlertDesk::addNote(const QString &id, const QString &text, const CancelToken &cancel)
{
    return within([&](const PagerService &service, Milliseconds deadline) { return service.addNote(id, text, deadline, cancel); });
}

} // namespace understudy
