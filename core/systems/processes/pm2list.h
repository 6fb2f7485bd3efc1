// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/systems/envfile/envedit.h"

#include <QJsonObject>

namespace understudy {

/// PM2's own list of its processes (`pm2 jlist`). It carries every environment whole: it is never
/// logged, shown or kept longer than the call it is needed for.
class Pm2List
{
public:
    /// Whatever greets before the list is passed over: PM2 writes banners to the same stream.
    [[nodiscard]] static Result<Pm2List> parse(const QByteArray &output);

    QList<qint64> processes(const QString &name) const; ///< those that run
    bool contains(const QString &name) const;
    /// "cluster, 2 instances of /srv/app/server.js": for a person, no secret.
    QString describe(const QString &name) const;

    /// A file for `pm2 start` that makes `name` again as it is, with all of its environment, in
    /// which each of `keys` that it has is changed. A key that it does not have is not given: it
    /// would hide a file that the application reads by itself. Holds secrets.
    [[nodiscard]] Result<Secret> definition(const QString &name, const QStringList &keys,
                                            const EnvEdit::Change &change) const;

private:
    QList<QJsonObject> entries(const QString &name) const;
    QList<QJsonObject> m_entries;
};

} // namespace understudy
