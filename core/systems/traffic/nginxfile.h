// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/traffic/nginxcheck.h"
#include "core/systems/traffic/trafficprovider.h"

namespace understudy {

/// The colour is the servers of the upstreams in one site file; see nginxupstreams for which count.
class NginxFile : public TrafficProvider
{
public:
    explicit NginxFile(const Plan &plan); ///< whose traffic is of kind nginx_file

    Result<TrafficLook> look(const CancelToken &cancel) const override;
    QString runsWith(const TrafficLook &seen, const CancelToken &cancel) const override;
    Result<QString> check(const QString &colour, const CancelToken &cancel) const override;
    Result<QString> switchTo(const QString &colour, const TrafficLook &seen, const QString &tag, const CancelToken &cancel) const override;
    Result<QString> putBack(const QString &colour, const QString &tag, const CancelToken &cancel) const override;
    QStringList willDo(const QString &colour) const override;
    QString where() const override;
    QString restoreText() const override;
    QStringList byHand(const QString &colour) const override;

private:
    Result<QString> write(const QByteArray &before, const QByteArray &after, const QString &tag, const CancelToken &cancel) const;

    NginxProgram m_nginx;
    NginxAcceptance m_acceptance;
    QString m_path;
    QList<Pool> m_pools;
};

} // namespace understudy
