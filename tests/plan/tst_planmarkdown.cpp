// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/markdowntext.h"
#include "core/plan/planmarkdown.h"
#include "core/plan/planreader.h"
#include "core/plan/shippedplan.h"

#include <QTest>

using namespace understudy;

namespace {

Plan shipped()
{
    return readPlanFile(shippedPlanPath(), QDate(2026, 1, 1)).plan.value_or(Plan());
}

} // namespace

class PlanMarkdownTest : public QObject
{
    Q_OBJECT
private slots:
    void shippedPlanHoldsEveryFact_data();
    void shippedPlanHoldsEveryFact();
    void shippedPlanHasNoProblems();
    void secretsAreShownAsTheirPlace();
    void wordsOfThePlanAreNotMarkup();
    void commandsAreShownForAShell();
    void absentSectionsLeaveNoHeading();
};

void PlanMarkdownTest::shippedPlanHoldsEveryFact_data()
{
    QTest::addColumn<QString>("fact");
    const char *const facts[] = {
        "Disaster Recovery Plan (DRP)", "Drama Engine (\"The Copy\")", "strategies, procedures, and responsibilities",
        "2025-12-25", "Draft / Active",
        "| Critical services | API, Auth, Database | 1 h |", "| Non-critical services | Reporting, Analytics | 4 h |",
        "| Database transactions | database | 5 min | Neon PITR |", "| Project assets | objects | 24 h |", "daily backups",
        "Neon.tech", "serverless Postgres", "Continuous WAL archiving", "7 days", "Daily logical backups", "S3/R2",
        "separates compute from storage", "restart is automatic",
        "3 nodes: 1 master, 2 replicas", "Automatic promotion", "REDIS\\_SENTINEL\\_ENABLED=true",
        "Blue-green deployment", "PM2/Docker", "Nginx / Cloudflare",
        "Scenario A: Database corruption or loss", "**Severity:** Critical", "accidental deletion, or region outage",
        "PagerDuty alert", "npm run db:verify-backup", "Neon Console", "Restore to Point in Time",
        "before the incident timestamp", "new branch first", "DATABASE\\_URL in .env.production",
        "pm2 restart all", "docker compose restart",
        "Scenario B: Redis master failure", "**Severity:** High", "Redis connectivity timeouts", "if auto-failover fails",
        "redis-cli -p 26379 sentinel get-master-addr-by-name mymaster", "redis-cli -p 26379 sentinel failover mymaster",
        "switched to new master",
        "Scenario C: Bad deployment", "**Severity:** Medium", "High error rate after deployment", "SLO middleware",
        "npm run deploy:rollback", "scripts/deploy/switch-traffic.js rollback", "from Green back to Blue",
        "**SLO dashboard:** `/metrics`", "Prometheus", "Grafana", "Gemini", "50 USD/day", "monitored daily", "soft limit",
        "| DevOps Lead | devops@the-copy.internal |", "| Database Vendor | support@neon.tech |",
    };
    for (const char *fact : facts)
        QTest::newRow(fact) << QString::fromUtf8(fact);
}

void PlanMarkdownTest::shippedPlanHoldsEveryFact()
{
    QFETCH(QString, fact);
    const QString document = planToMarkdown(shipped());
    QVERIFY2(document.contains(fact), qPrintable(document));
}

void PlanMarkdownTest::shippedPlanHasNoProblems()
{
    const PlanReading reading = readPlanFile(shippedPlanPath(), QDate(2026, 1, 1));
    QVERIFY(reading.plan.has_value());
    QCOMPARE(reading.problems, QList<PlanProblem>());
}

void PlanMarkdownTest::secretsAreShownAsTheirPlace()
{
    QVERIFY(planToMarkdown(shipped()).contains(QStringLiteral("**Password:** environment variable REDIS\\_PASSWORD")));
}

void PlanMarkdownTest::wordsOfThePlanAreNotMarkup()
{
    Plan plan;
    plan.name = QStringLiteral("a <script> *b* | c [d](e)");
    plan.contacts = {{QStringLiteral("x | y"), QStringLiteral("`z`")}};
    const QString document = planToMarkdown(plan);
    QVERIFY(document.contains(QStringLiteral("a \\<script\\> \\*b\\* \\| c \\[d\\](e)")));
    QVERIFY(document.contains(QStringLiteral("| x \\| y | \\`z\\` |")));
}

void PlanMarkdownTest::commandsAreShownForAShell()
{
    QCOMPARE(MarkdownText::commandLine({QStringLiteral("sh"), QStringLiteral("-c"), QStringLiteral("it's; $(x)"), QString()}),
             QStringLiteral("sh -c 'it'\\''s; $(x)' ''"));
}

void PlanMarkdownTest::absentSectionsLeaveNoHeading()
{
    Plan plan;
    plan.name = QStringLiteral("Small");
    QVERIFY(!planToMarkdown(plan).contains(QStringLiteral("##")));
}

QTEST_GUILESS_MAIN(PlanMarkdownTest)
#include "tst_planmarkdown.moc"
