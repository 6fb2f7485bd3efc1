// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/traffic/nginxcheck.h"
#include "core/systems/traffic/trafficprovider.h"

namespace understudy {

/// nginx looks for a file at each request and sends it to one of two colours by that: no reload, no worker that
/// goes on with the old configuration, and no kept-alive connection that breaks.
class NginxFlag : public TrafficProvider
{
public:
    explicit NginxFlag(const Plan &plan); ///< whose traffic is of kind nginx_flag and that names two colours

    /// What a site needs for it, with an explanation in comments. InvalidInput for a plan with another kind of traffic,
    /// or not with two colours of which one is the flag's.
    [[nodiscard]] static Result<QString> snippet(const Plan &plan);

    Result<TrafficLook> look(const CancelToken &cancel) const override;
    Result<QString> check(const QString &colour, const CancelToken &cancel) const override;
    Result<QString> switchTo(const QString &colour, const TrafficLook &seen, const QString &tag, const CancelToken &cancel) const override;
    QStringList willDo(const QString &colour) const override;
    QString where() const override;
    QString restoreText() const override;
    QStringList byHand(const QString &colour) const override;

private:
    bool isFlags(const QString &colour) const { return colour == m_flagColour; }
    Result<Unit> turn(const QString &colour, const QByteArray &expected, const CancelToken &cancel) const;

    NginxProgram m_nginx;
    QString m_path;
    QString m_flagColour, m_otherColour;
};

} // namespace understudy
