// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QDateTime>
#include <QStringList>

namespace understudy {

/// What the host says about one copy: our marks, the worker's last word, and the ends of both logs.
struct BackrestCopy
{
    QString folder, name;
    QDateTime moment, createdAt;
    quint16 port = 0;
    bool synced = false, works = false, serves = false;
    QString state;    ///< restoring, replaying, syncing, starting, ready, "failed PHASE"; empty: nothing said yet
    qint64 bytes = 0; ///< of its data folder; only when it was looked at alone
    QString log;      ///< ends of pgBackRest's and the server's log
    bool isReady() const { return synced && serves && state == QLatin1String("ready"); }
};

/// Of the scripts' output; unknown lines are passed over.
QList<BackrestCopy> parseBackrestCopies(const QByteArray &output);

/// Why a restore failed, in plain words with what to do: InvalidInput where another moment would do.
Error backrestFailure(const BackrestCopy &copy);
/// Why pgBackRest itself refused, from what it wrote. ControlPlaneDown where it did not work at all.
Error backrestTrouble(const QString &what, int exitCode, const QByteArray &standardError);
/// "replaying: WAL up to 00000001000000000000002A".
QString backrestProgress(const BackrestCopy &copy, qint64 wholeBytes);

} // namespace understudy
