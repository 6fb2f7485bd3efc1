// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/traffic/haproxystate.h"
#include "core/systems/traffic/trafficprovider.h"

namespace understudy {

/// HAProxy by its runtime API: the servers of one backend (or of all), or one map. What is set there is in force at
/// the next request and is forgotten when HAProxy is started anew: its configuration stays the operator's.
class HaproxyTraffic : public TrafficProvider
{
public:
    explicit HaproxyTraffic(const Plan &plan); ///< whose traffic is of kind haproxy

    Result<TrafficLook> look(const CancelToken &cancel) const override;
    Result<QString> check(const QString &colour, const CancelToken &cancel) const override;
    /// New servers are let in before old ones are taken out: at no time nobody serves.
    Result<QString> switchTo(const QString &colour, const TrafficLook &seen, const QString &tag, const CancelToken &cancel) const override;
    QByteArray stateToNote(const TrafficLook &seen) const override;
    Result<QString> putBackState(const QByteArray &state, const QString &colour, const QString &tag, const CancelToken &cancel) const override;
    QStringList willDo(const QString &colour) const override;
    QString where() const override;
    QString restoreText() const override;
    QStringList byHand(const QString &colour) const override;

private:
    Result<QByteArray> ask(const QString &command, const CancelToken &cancel) const;
    Result<Unit> tell(const QString &command, const CancelToken &cancel) const; ///< one that answers nothing when it is done
    Result<QList<haproxystate::Server>> servers(const CancelToken &cancel) const;
    Result<QList<haproxystate::MapEntry>> entries(const CancelToken &cancel) const;
    Result<QStringList> commandsFor(const QString &colour, const CancelToken &cancel) const;
    Result<QStringList> commandsBack(const QByteArray &state, const CancelToken &cancel) const;
    bool byMap() const { return !m_map.isEmpty(); }

    Host m_host;
    QString m_socket, m_backend, m_map;
    QList<Pool> m_pools;
};

} // namespace understudy
