// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/postgres/pgconnection.h"
#include "tests/postgres/pgfixture.h"

#include <QTest>

namespace understudy {

/// One real server whose databases stand for what is recovered ("old") and for its copy ("new").
struct TwoDatabases
{
    PgFixture server;

    QString start(const QStringList &settings = {})
    {
        QString problem =
            server.start(QStringList{QStringLiteral("autovacuum = off"),
                                     QStringLiteral("max_locks_per_transaction = 500")} +
                         settings);
        for (const char *sql : {"create database old", "create database new"})
            problem = problem.isEmpty() ? run("postgres", QLatin1String(sql)) : problem;
        return problem;
    }

    Secret url(const char *database, const char *user = "postgres") const
    {
        return server.url(QString::fromLatin1(user), QString::fromLatin1(database));
    }

    /// Answers the Error's text, or nothing.
    QString run(const char *database, const QString &sql) const
    {
        const Result<std::unique_ptr<PgConnection>> connection =
            PgConnection::connect(url(database), std::chrono::seconds(5));
        if (!connection)
            return connection.error().text();
        const Result<PgTable> done =
            (*connection)->query(sql, std::chrono::seconds(60), {}, PgTransaction::Bare);
        return done ? QString() : done.error().text();
    }

    QString value(const char *database, const QString &sql) const
    {
        const Result<std::unique_ptr<PgConnection>> connection =
            PgConnection::connect(url(database), std::chrono::seconds(5));
        if (!connection)
            return connection.error().text();
        const Result<PgTable> done = (*connection)->query(sql, std::chrono::seconds(60));
        return done ? done->rows.value(0).value(0).value_or(QString()) : done.error().text();
    }

    /// Both anew, with what `schema` makes in each; it must make the same twice.
    QString make(const QString &schema)
    {
        const QString problem = makeOne("old", schema);
        return problem.isEmpty() ? makeOne("new", schema) : problem;
    }

    QString makeOne(const char *database, const QString &schema)
    {
        return run(database, QStringLiteral("set client_min_messages to error; drop schema public "
                                            "cascade; create schema public; ") +
                                 schema);
    }

    /// The platform's tables in small.
    static QString platform(int projects = 300, int scenes = 900)
    {
        return QStringLiteral(
                   "create table users (id bigserial primary key, email text not null unique, "
                   "created_at timestamptz not null default now());"
                   "create table projects (id bigserial primary key, user_id bigint not null "
                   "references users, title text not null,"
                   " updated_at timestamptz not null default now());"
                   "create table scenes (id bigserial primary key, project_id bigint not null "
                   "references projects, body text not null default '');"
                   "create index scenes_project on scenes (project_id);"
                   "insert into users (email, created_at) select 'user' || i || '@example', "
                   "'2026-01-01 00:00+00' from generate_series(1, 50) i;"
                   "insert into projects (user_id, title, updated_at) select 1 + i % 50, 'Project "
                   "' || i, '2026-01-01 00:00+00' from generate_series(1, %1) i;"
                   "insert into scenes (project_id, body) select 1 + i % %1, repeat('x', i % 300) "
                   "from generate_series(1, %2) i;")
            .arg(projects)
            .arg(scenes);
    }
};

} // namespace understudy

/// In a test: the statement works, or the test ends with the server's words.
#define WORKS(expression)                                                                          \
    do {                                                                                           \
        const QString problem_ = (expression);                                                     \
        QVERIFY2(problem_.isEmpty(), qPrintable(problem_));                                        \
    } while (false)
