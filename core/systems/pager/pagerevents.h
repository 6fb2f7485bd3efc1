// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/secret.h"
#include "core/systems/http/httpretry.h"

namespace understudy {

/// What a monitoring tool tells PagerDuty (Events API v2).
struct PagerEvent
{
    enum class Action { Trigger, Acknowledge, Resolve };
    enum class Severity { Critical, Error, Warning, Info };
    Action action = Action::Trigger;
    /// Events with one key and one routing key are one alert. At most 255 characters; needed for all
    /// but a trigger, which else gets a key of the service's making.
    QString dedupKey;
    QString summary; ///< cut at 1024 characters: an alert without its tail is better than none
    QString source;  ///< where it happens: a host, a service
    Severity severity = Severity::Critical;
    QDateTime at = {}; ///< when it happened; invalid: now
    QString component = {}, group = {}, kind = {};
    QJsonObject details = {};
    bool operator==(const PagerEvent &) const = default;
};

/// Sends events with one routing key. Blocks, for a run's thread or a worker's; thread safe.
class PagerEvents
{
public:
    static QString publicAddress(); ///< "https://events.pagerduty.com"

    /// `base`: address of a compatible service; empty: the public one.
    PagerEvents(const QString &base, const Secret &routingKey);

    /// The alert's key once the event has been *accepted*: 202 says no more. An acknowledge or resolve
    /// without an open alert is dropped by the service without a word; only the REST API tells what
    /// has become of it. 429, 5xx and lost connections are tried again while `deadline` lasts, but a
    /// trigger without a key is not: it could open a second alert. Error: InvalidInput and TooLarge
    /// (512 KB) before anything is sent, else as pager::refusal and httpCall.
    [[nodiscard]] Result<QString> send(const PagerEvent &event, Milliseconds deadline,
                                       const CancelToken &cancel = {}) const;

private:
    Result<QByteArray> bodyOf(const PagerEvent &event) const;

    QUrl m_address;
    Secret m_routingKey;
};

} // namespace understudy
