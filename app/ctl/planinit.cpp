// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/planinit.h"

#include "app/ctl/output.h"
#include "core/base/paths.h"
#include "core/health/statustext.h"
#include "core/health/watch.h"
#include "core/plan/planreader.h"
#include "core/plan/planwriter.h"
#include "core/systems/secrets/secretresolver.h"

#include <QDir>
#include <QFileInfo>
#include <QSaveFile>
#include <QUrl>

#include <iostream>

#include <unistd.h>

namespace understudy::ctl {
namespace {

struct PlanQuestion
{
    const char *option;
    const char *valueName;
    const char *text;
    const char *fallback; ///< null: must be given
};

constexpr PlanQuestion questions[] = {
    {"name", "TEXT", "name of the platform", nullptr},
    {"mode", "MODE", "production, staging or lab", "production"},
    {"database-url-env", "VARIABLE", "environment variable that holds the database's URL (empty: no database)", ""},
    {"sentinels", "HOST:PORT,...", "Redis Sentinels (empty: no Redis)", ""},
    {"redis-master", "NAME", "name that the Sentinels give the master", "mymaster"},
    {"redis-password-env", "VARIABLE", "environment variable that holds Redis's password (empty: none)", ""},
    {"sentinel-password-env", "VARIABLE", "environment variable that holds the Sentinels' password (empty: none)", ""},
    {"redis-via", "DESTINATION", "ssh destination through which Sentinels and Redis are reached (empty: directly)", ""},
    {"blue", "URL,...", "instances of the blue pool (empty: no pools)", ""},
    {"green", "URL,...", "instances of the green pool", ""},
    {"entry", "URL", "address that users call", ""},
    {"metrics-prefix", "PREFIX", "prefix of the platform's own metrics", ""},
};

SecretReference environment(const QString &variable)
{
    return variable.isEmpty() ? SecretReference{}
                              : SecretReference{.kind = SecretReference::Kind::Environment, .name = variable};
}

QList<Endpoint> endpoints(const QString &text, QStringList *wrong)
{
    QList<Endpoint> list;
    for (const QString &part : text.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        const QUrl url(QStringLiteral("redis://") + part.trimmed());
        if (url.host().isEmpty() || url.port() <= 0)
            *wrong << QStringLiteral("'%1' is not HOST:PORT").arg(part);
        else
            list << Endpoint{url.host(), quint16(url.port())};
    }
    return list;
}

Pool pool(const QString &colour, const QString &urls)
{
    Pool made{.colour = colour};
    for (const QString &url : urls.split(QLatin1Char(','), Qt::SkipEmptyParts))
        made.instances << PoolInstance{.url = url.trimmed()};
    return made;
}

/// What was answered, as a plan; whether it is right, the plan's own reader says.
Plan planFrom(const QMap<QString, QString> &answers, QStringList *wrong)
{
    const auto answer = [&](const char *option) { return answers.value(QLatin1String(option)); };
    Plan plan{.name = answer("name"), .status = QStringLiteral("draft"), .updated = QDate::currentDate()};
    plan.mode = answer("mode") == QLatin1String("staging") ? Mode::Staging
                : answer("mode") == QLatin1String("lab")   ? Mode::Lab
                                                           : Mode::Production;
    if (plan.mode == Mode::Production && answer("mode") != QLatin1String("production"))
        *wrong << QStringLiteral("mode is production, staging or lab, not '%1'").arg(answer("mode"));
    if (const QString variable = answer("database-url-env"); !variable.isEmpty())
        plan.database = DatabasePlan{.url = environment(variable)};
    if (const QString sentinels = answer("sentinels"); !sentinels.isEmpty()) {
        plan.redis = RedisPlan{.master = answer("redis-master"),
                               .sentinels = endpoints(sentinels, wrong),
                               .password = environment(answer("redis-password-env")),
                               .sentinelPassword = environment(answer("sentinel-password-env"))};
        if (const QString destination = answer("redis-via"); !destination.isEmpty()) {
            plan.hosts << Host{.name = QStringLiteral("redis-gate"), .ssh = destination};
            plan.redis->via = plan.hosts.last().name;
        }
    }
    if (const QString blue = answer("blue"); !blue.isEmpty()) {
        ApplicationPlan application;
        application.pools << pool(QStringLiteral("blue"), blue);
        if (const QString green = answer("green"); !green.isEmpty())
            application.pools << pool(QStringLiteral("green"), green);
        application.entry = answer("entry");
        plan.application = application;
        plan.monitoring = MonitoringPlan{.metricsPrefix = answer("metrics-prefix")};
    }
    return plan;
}

QString ask(const PlanQuestion &question)
{
    QString prompt = QLatin1String(question.text);
    if (question.fallback && *question.fallback)
        prompt += QStringLiteral(" [%1]").arg(QLatin1String(question.fallback));
    std::cerr << prompt.toStdString() << ": " << std::flush;
    std::string line;
    if (!std::getline(std::cin, line))
        return {};
    const QString answer = QString::fromStdString(line).trimmed();
    return answer.isEmpty() ? QString::fromLatin1(question.fallback ? question.fallback : "") : answer;
}

} // namespace

void addPlanInitOptions(CommandLine &line)
{
    for (const PlanQuestion &question : questions)
        line.value(QLatin1String(question.option), QLatin1String(question.valueName),
                   QStringLiteral("init: ") + QLatin1String(question.text),
                   QString::fromLatin1(question.fallback ? question.fallback : ""));
    line.value(QStringLiteral("output"), QStringLiteral("FILE"), QStringLiteral("init: where to write; else %1").arg(paths::defaultPlan()));
    line.flag(QStringLiteral("force"), QStringLiteral("init: write over an existing file"));
    line.flag(QStringLiteral("no-test"), QStringLiteral("init: do not try the connections"));
}

int initPlan(const CommandLine &line)
{
    const QString output = line.has(QStringLiteral("output")) ? line.get(QStringLiteral("output")) : paths::defaultPlan();
    if (QFileInfo::exists(output) && !line.has(QStringLiteral("force"))) {
        tell(QStringLiteral("understudyctl: %1 exists; use --force to write over it, or --output FILE").arg(output));
        return Refused;
    }
    const bool mayAsk = ::isatty(STDIN_FILENO) == 1;
    QMap<QString, QString> answers;
    for (const PlanQuestion &question : questions) {
        const QString option = QLatin1String(question.option);
        answers[option] = line.has(option) || !mayAsk ? line.get(option) : ask(question);
        if (answers[option].isEmpty() && !question.fallback)
            return line.usageError(QStringLiteral("init needs --%1 %2").arg(option, QLatin1String(question.valueName)));
    }
    QStringList wrong;
    const Plan drafted = planFrom(answers, &wrong);
    for (const QString &one : wrong)
        tell(QStringLiteral("understudyctl: ") + one);
    if (!wrong.isEmpty())
        return Usage;

    // The reader is the one judge of a plan: what it would refuse later is refused now.
    const QByteArray text = planToYaml(drafted).toUtf8();
    const PlanReading reading = readPlan(text, output, QDate::currentDate());
    for (const PlanProblem &problem : reading.problems)
        tell(problem.text(QStringLiteral("(the new plan)")));
    if (!reading.plan)
        return BadInput;

    if (!line.has(QStringLiteral("no-test"))) {
        tell(QStringLiteral("Trying the connections (at most 10 s)…"));
        const SystemClock clock;
        const std::unique_ptr<SecretResolver> secrets = SecretResolver::forPlan(*reading.plan);
        const HealthSnapshot snapshot = lookOnce(*reading.plan, *secrets, clock);
        tell(statusText(snapshot, *reading.plan));
    }
    QDir().mkpath(QFileInfo(output).absolutePath());
    QSaveFile file(output);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit()) {
        tell(QStringLiteral("understudyctl: cannot write %1: %2").arg(output, file.errorString()));
        return Unavailable;
    }
    tell(QStringLiteral("Wrote %1. Next: add objectives, hosts and contacts, then understudyctl plan check").arg(output));
    print(output);
    return Ok;
}

} // namespace understudy::ctl
