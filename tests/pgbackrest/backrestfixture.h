// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "tests/postgres/pgfixture.h"

#include <QDateTime>

namespace understudy {

/// A real PostgreSQL that archives by a real pgBackRest into a repository in a folder that goes with it. Methods
/// return what went wrong, or nothing.
class BackrestFixture
{
public:
    BackrestFixture();
    /// Stops copies that were left.
    ~BackrestFixture();

    /// With one full backup. `options` are lines of pgBackRest's [global].
    QString start(const QStringList &settings = {}, const QStringList &options = {});
    QString backup(const QString &type);
    /// Closes the WAL segment, and waits until it is archived.
    QString archive();
    /// pgBackRest with the fixture's configuration, as the server's user.
    QString call(const QStringList &arguments) const;

    PgFixture &server() { return m_server; }
    PgBackRestPlan plan() const;
    QString repository() const { return m_folder.filePath(QStringLiteral("repo")); }
    /// The server's clock, with the microseconds cut off.
    QDateTime now() const;
    /// Runs a command as the server's user.
    static QString run(const QString &program, const QStringList &arguments, int seconds = 120);
    QString copies() const { return m_folder.filePath(QStringLiteral("copies")); }

private:
    QTemporaryDir m_folder;
    PgFixture m_server;
};

} // namespace understudy
