// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/cloudflare/balancerlists.h"
#include "core/systems/secrets/secretresolver.h"
#include "core/systems/traffic/trafficprovider.h"

namespace understudy {

/// Cloudflare's load balancing by API v4: the order of the pools in one load balancer's lists. The token needs the
/// permission "Load Balancers: Edit" of the zone, and for the pools' health "Load Balancing: Monitors and Pools Read" of
/// the account. It is resolved at each call and is part of no message.
class CloudflareTraffic : public TrafficProvider
{
public:
    /// `secrets` outlives it. The plan's traffic is of kind cloudflare.
    CloudflareTraffic(const Plan &plan, const SecretResolver &secrets);

    Result<TrafficLook> look(const CancelToken &cancel) const override;
    Result<QString> check(const QString &colour, const CancelToken &cancel) const override;
    /// An answer that was lost is looked for by reading again, never sent twice blindly.
    Result<QString> switchTo(const QString &colour, const TrafficLook &seen, const QString &tag, const CancelToken &cancel) const override;
    QByteArray stateToNote(const TrafficLook &seen) const override { return seen.state; }
    Result<QString> putBackState(const QByteArray &state, const QString &colour, const QString &tag, const CancelToken &cancel) const override;
    QStringList willDo(const QString &colour) const override;
    QString where() const override;
    QString restoreText() const override;
    QStringList byHand(const QString &colour) const override;

private:
    Result<QJsonObject> ask(const QByteArray &method, const QJsonObject &body, const CancelToken &cancel) const;
    Result<QJsonObject> askAt(const QString &address, const QByteArray &method, const QJsonObject &body, const CancelToken &cancel) const;
    Result<QString> checkPool(const QString &colour, const CancelToken &cancel) const;
    Result<QString> write(const QJsonObject &wanted, const CancelToken &cancel) const;

    const SecretResolver &m_secrets;
    SecretReference m_token;
    QString m_address, m_balancer;
    QString m_poolsAddress; ///< of the account; empty: the plan names none
    cloudflare::ColourPools m_pools;
};

} // namespace understudy
