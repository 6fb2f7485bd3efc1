// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/plan/secretreference.h"

#include <QDate>
#include <QList>
#include <QMap>
#include <QMetaType>
#include <QStringList>

#include <optional>

namespace understudy {

/// Where acts land. On every window, in every record; it decides the confirm phrase's prefix.
enum class Mode { Production, Staging, Lab, Tabletop, Replay };
QString modeName(Mode mode);     ///< "production", as in the plan and in JSON
QString confirmPrefix(Mode mode); ///< "" for production, else "lab: " and so on

/// host:port, name not resolved. Port 1 to 65535.
struct Endpoint
{
    QString host;
    quint16 port = 0;
    bool operator==(const Endpoint &) const = default;
    auto operator<=>(const Endpoint &) const = default;
    bool isNull() const { return host.isEmpty() || port == 0; }
    QString text() const; ///< "127.0.0.1:6379", "[::1]:6379"
};
/// Reads what Endpoint::text() writes; the Error's hint says what to write instead.
[[nodiscard]] Result<Endpoint> parseEndpoint(const QString &text);

struct RecoveryTimeObjective
{
    QString name;
    QStringList services;
    Milliseconds within{0};
    bool operator==(const RecoveryTimeObjective &) const = default;
};

struct RecoveryPointObjective
{
    QString name;
    QString data; ///< "database", "objects"
    Milliseconds within{0};
    QString via; ///< what is to achieve it, in the plan's words; may be empty
    bool operator==(const RecoveryPointObjective &) const = default;
};

struct Host
{
    QString name;
    QString ssh; ///< destination as the operator's ssh takes it; empty: this machine
    QString sshConfig; ///< absolute path of the file that ssh reads instead of the operator's own; may be empty
    bool operator==(const Host &) const = default;
    bool isLocal() const { return ssh.isEmpty(); }
};

struct NeonPlan
{
    QString project, branch, database, role, api;
    SecretReference apiKey;
    bool operator==(const NeonPlan &) const = default;
};

struct PgBackRestPlan
{
    QString host, stanza, config;
    QString user = QStringLiteral("postgres"); ///< who runs pgBackRest and PostgreSQL there
    QString folder = QStringLiteral("/var/lib/understudy/restores"); ///< where copies are made, a folder each
    QString bin;                          ///< PostgreSQL's programs; empty: the newest of the distribution's
    QString listen = QStringLiteral("*"); ///< addresses that a copy listens on
    QString address; ///< by which the application reaches a copy; empty: the host of the database's own address
    int port = 5440;                      ///< first of a hundred that copies take
    bool operator==(const PgBackRestPlan &) const = default;
};

struct LogicalBackupsPlan
{
    QString endpoint, bucket, prefix, region;
    SecretReference accessKey, secretKey;
    Milliseconds every{std::chrono::hours(24)};
    bool operator==(const LogicalBackupsPlan &) const = default;
};

struct IntegrityCheck
{
    QString name, sql;
    bool operator==(const IntegrityCheck &) const = default;
};

struct DatabasePlan
{
    SecretReference url;
    SecretReference standby; ///< plan B's server
    std::optional<NeonPlan> neon;
    std::optional<PgBackRestPlan> pgBackRest;
    std::optional<Milliseconds> restoreWindow;
    std::optional<LogicalBackupsPlan> logicalBackups;
    QList<IntegrityCheck> integrity;
    Milliseconds every{std::chrono::seconds(5)};
    bool operator==(const DatabasePlan &) const = default;
};

struct RedisPlan
{
    QString master; ///< Sentinel's name of it
    QList<Endpoint> sentinels;
    QString user, sentinelUser; ///< ACL users; empty: the default user
    SecretReference password, sentinelPassword;
    bool tls = false;
    QString tlsCa;         ///< PEM file; empty: the system's authorities
    QString tlsServerName; ///< name to check instead of the host; empty: the host
    QString via;           ///< host to forward through
    QMap<QString, Endpoint> addresses; ///< what Sentinel announces ("10.0.0.2:6379") to what is reachable
    Milliseconds every{std::chrono::seconds(1)};
    bool operator==(const RedisPlan &) const = default;
};

struct PoolInstance
{
    QString url;     ///< "http://10.0.0.1:3001", no path
    QString process; ///< its name for the process manager; may be empty
    QString host;
    bool operator==(const PoolInstance &) const = default;
};

struct Pool
{
    QString colour; ///< "blue", "green" or any other name, as the plan writes it
    QList<PoolInstance> instances;
    bool operator==(const Pool &) const = default;
};

/// How processes are restarted. `command` is an argument list in which {process} stands for the name.
struct ProcessesPlan
{
    enum class Kind { None, Pm2, DockerCompose, Systemd, Commands };
    Kind kind = Kind::None;
    QString host;
    QString folder;          ///< docker compose: the project's; Commands: where they run
    QStringList restart;     ///< Commands: argument list
    QStringList stop;        ///< Commands: likewise; empty: they cannot be stopped by us
    bool operator==(const ProcessesPlan &) const = default;
};

struct EnvFile
{
    QString host, path;
    QStringList keys;
    bool operator==(const EnvFile &) const = default;
};

/// Who decides which colour users reach. Details are kept as written (checked for known keys).
struct TrafficPlan
{
    QString kind; ///< nginx_file, nginx_include, nginx_flag, haproxy, command, cloudflare; empty: none
    /// By the plan's keys ("host", "path", "sudo": "true"); Cloudflare's pools as "pools.COLOUR".
    QMap<QString, QString> values;
    SecretReference token;
    QStringList command; ///< kind command: argument list in which {colour} stands for the colour
    bool operator==(const TrafficPlan &) const = default;
};

struct HealthPaths
{
    QString live = QStringLiteral("/health/live");
    QString startup = QStringLiteral("/health/startup");
    QString ready = QStringLiteral("/health/ready");
    Milliseconds every{std::chrono::seconds(5)};
    Milliseconds readyEvery{std::chrono::seconds(60)};
    bool operator==(const HealthPaths &) const = default;
};

struct BuildIdentity
{
    QString path, field, header; ///< path and field, or header; all empty: a build is unknown
    bool operator==(const BuildIdentity &) const = default;
};

struct ApplicationPlan
{
    ProcessesPlan processes;
    QList<EnvFile> envFiles;
    QList<Pool> pools;
    QString entry; ///< what users call
    TrafficPlan traffic;
    HealthPaths health;
    BuildIdentity build;
    int minimumServing = 1;
    QString queuesPath;
    SecretReference queuesToken;
    SecretReference schemaExpected;
    QString schemaApplied;
    bool operator==(const ApplicationPlan &) const = default;
};

struct MonitoringPlan
{
    QString metricsPath = QStringLiteral("/metrics");
    QString metricsPrefix;
    Milliseconds every{std::chrono::seconds(10)};
    QString prometheus, alertmanager, grafana;
    std::optional<double> availability;        ///< ratio
    std::optional<Milliseconds> latencyP95;
    std::optional<double> rollbackAboveErrorRate; ///< ratio
    bool operator==(const MonitoringPlan &) const = default;
};

struct CostLimit
{
    QString name, metric, unit;
    double softLimit = 0;
    QString note;
    bool operator==(const CostLimit &) const = default;
};

struct PagingPlan
{
    SecretReference routingKey, apiToken;
    QString from, service, api, events, mail;
    SecretReference webhook; ///< whoever knows such an address may post to it
    bool isSet = false;
    bool operator==(const PagingPlan &) const = default;
    /// PagerDuty's incidents can be read; to act on one, it also has to be said as whom (`from`).
    bool canLook() const { return apiToken.isSet() && !service.isEmpty(); }
    bool canAct() const { return canLook() && !from.isEmpty(); }
};

/// One of the plan's own words: a text for a person, or a command with its host and folder, or both.
struct ProcedureStep
{
    QString text;
    QStringList command;
    QString host, folder;
    QString name;            ///< what the plan calls this step; several in a row may share one
    QStringList alternative; ///< a command that the plan offers instead of `command`
    bool operator==(const ProcedureStep &) const = default;
};

/// What the plan says about a procedure beside its steps; each may be empty.
struct ProcedureHeading
{
    QString title;
    QString severity; ///< critical, high, medium, low
    QString trigger;
    bool operator==(const ProcedureHeading &) const = default;
};

struct Redundancy
{
    QString system, text;
    QString name; ///< which fact about it: "Provider", "Failover"; may be empty
    bool operator==(const Redundancy &) const = default;
};

struct Contact
{
    QString role, contact;
    bool operator==(const Contact &) const = default;
};

struct CommitWindow
{
    Milliseconds length{std::chrono::minutes(30)};
    bool undo = false; ///< what happens when nobody decides: keep (false) or undo
    bool operator==(const CommitWindow &) const = default;
};

/// The recovery plan as data. A value: made whole by PlanReader or not at all, never changed after.
/// Holds no secret. A section that the file leaves out is empty here, and its system does not exist.
struct Plan
{
    QString name, status;
    QString title;   ///< of the document: "Disaster Recovery Plan (DRP)"; may be empty
    QString purpose; ///< what it is for, in a sentence or two; may be empty
    QDate updated;
    std::optional<Milliseconds> reviewEvery;
    Mode mode = Mode::Production;
    QList<RecoveryTimeObjective> recoveryTime;
    QList<RecoveryPointObjective> recoveryPoint;
    QList<Host> hosts;
    std::optional<DatabasePlan> database;
    std::optional<RedisPlan> redis;
    std::optional<ApplicationPlan> application;
    std::optional<MonitoringPlan> monitoring;
    QList<CostLimit> cost;
    PagingPlan paging;
    QMap<QString, QList<ProcedureStep>> procedures; ///< database_loss, redis_master_failure, deployment_rollback
    QMap<QString, ProcedureHeading> procedureHeadings; ///< by the same keys; absent when the plan says nothing
    QList<Redundancy> redundancy;
    CommitWindow commitWindow;
    QList<Contact> contacts;
    SecretReference teamDatabase; ///< where a team shares its incidents; never the database that is recovered
    QStringList drills;

    QString version; ///< "sha256:…" of the file's bytes
    QString path;    ///< absolute

    bool operator==(const Plan &) const = default;
    const Host *host(const QString &name) const; ///< null when not named
    /// The name of the lab that this plan's mode says it is for: only then may a drill break things.
    bool isLab() const { return mode == Mode::Lab; }
};

} // namespace understudy

Q_DECLARE_METATYPE(understudy::Plan)
