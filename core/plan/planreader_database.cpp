// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plansections.h"

namespace understudy::plansections {
namespace {

const QStringList &schemes()
{
    static const QStringList names{QStringLiteral("postgresql"), QStringLiteral("postgres")};
    return names;
}

void readProvider(const PlanSection &section, DatabasePlan &database)
{
    const QString kind = section.oneOf({QStringLiteral("neon"), QStringLiteral("pgbackrest")});
    if (kind == QLatin1String("neon")) {
        section.section("neon", [&database](const PlanSection &neon) {
            NeonPlan plan;
            neon.text("project", plan.project, PlanSection::Required);
            neon.text("branch", plan.branch);
            neon.text("database", plan.database);
            neon.text("role", plan.role);
            neon.webAddress("api", plan.api);
            neon.secret("api_key", plan.apiKey, PlanSection::Required);
            database.neon = plan;
        });
    } else if (kind == QLatin1String("pgbackrest")) {
        section.section("pgbackrest", [&database](const PlanSection &pgBackRest) {
            PgBackRestPlan plan;
            pgBackRest.hostName("host", plan.host);
            pgBackRest.text("stanza", plan.stanza, PlanSection::Required);
            pgBackRest.text("config", plan.config);
            pgBackRest.text("user", plan.user);
            pgBackRest.text("folder", plan.folder);
            pgBackRest.text("bin", plan.bin);
            pgBackRest.text("listen", plan.listen);
            pgBackRest.text("address", plan.address);
            pgBackRest.integer("port", plan.port, 1024, 65'435);
            database.pgBackRest = plan;
        });
    }
}

void readLogicalBackups(const PlanSection &section, DatabasePlan &database)
{
    LogicalBackupsPlan backups;
    section.duration("every", backups.every);
    section.section("s3", [&backups](const PlanSection &s3) {
        s3.webAddress("endpoint", backups.endpoint, PlanSection::Required);
        s3.text("bucket", backups.bucket, PlanSection::Required);
        s3.text("prefix", backups.prefix);
        s3.text("region", backups.region);
        s3.secret("access_key", backups.accessKey);
        s3.secret("secret_key", backups.secretKey);
    }, PlanSection::Required);
    database.logicalBackups = backups;
}

} // namespace

void readDatabase(const PlanSection &file, Plan &plan)
{
    file.section("database", [&plan](const PlanSection &section) {
        DatabasePlan database;
        section.secretOrUrl("url", database.url, schemes(), PlanSection::Required);
        section.secretOrUrl("standby", database.standby, schemes());
        section.duration("every", database.every);
        section.duration("restore_window", database.restoreWindow);
        section.section("provider", [&database](const PlanSection &provider) {
            readProvider(provider, database);
        });
        section.section("logical_backups", [&database](const PlanSection &backups) {
            readLogicalBackups(backups, database);
        });
        QSet<QString> names;
        section.list("integrity", [&](const PlanSection &item) {
            IntegrityCheck check;
            item.text("name", check.name, PlanSection::Required);
            item.unique("name", check.name, names);
            item.text("sql", check.sql, PlanSection::Required);
            database.integrity.append(check);
        });
        plan.database = database;
    });
}

} // namespace understudy::plansections
