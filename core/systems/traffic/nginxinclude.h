// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/traffic/nginxcheck.h"
#include "core/systems/traffic/trafficprovider.h"

namespace understudy {

/// nginx includes a link that leads to one of several files, one for each colour: "live.conf -> live-blue.conf". The
/// other colour's file is the one whose name differs by the colour's alone. A plain file is nginx_file's work.
class NginxInclude : public TrafficProvider
{
public:
    explicit NginxInclude(const Plan &plan); ///< whose traffic is of kind nginx_include

    Result<TrafficLook> look(const CancelToken &cancel) const override;
    QString runsWith(const TrafficLook &seen, const CancelToken &cancel) const override;
    Result<QString> check(const QString &colour, const CancelToken &cancel) const override;
    Result<QString> switchTo(const QString &colour, const TrafficLook &seen, const QString &tag, const CancelToken &cancel) const override;
    QStringList willDo(const QString &colour) const override;
    QString where() const override;
    QString restoreText() const override;
    QStringList byHand(const QString &colour) const override;

    /// "live-blue.conf" for green: "live-green.conf". Empty: the name holds no colour of the plan's. Pure.
    static QString targetFor(const QString &target, const QStringList &colours, const QString &colour);

private:
    struct Link
    {
        QString target;     ///< as the link has it, often relative
        QByteArray content; ///< of the file that it leads to
    };
    Result<Link> read(const QString &target, const CancelToken &cancel) const; ///< empty: the link's own target
    Result<Link> other(const QByteArray &now, const QString &colour, const CancelToken &cancel) const;
    Result<Unit> relink(const QString &from, const QString &to, const CancelToken &cancel) const;
    QStringList coloursOf(const Link &link) const;

    NginxProgram m_nginx;
    NginxAcceptance m_acceptance;
    QString m_path;
    QList<Pool> m_pools;
};

} // namespace understudy
