// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commandline.h"

#include "app/ctl/output.h"
#include "core/base/paths.h"
#include "core/plan/planreader.h"

#include <QFileInfo>

namespace understudy::ctl {

CommandLine::CommandLine(QString synopsis, QString summary)
    : m_synopsis(std::move(synopsis))
    , m_summary(std::move(summary))
{
    m_parser.setSingleDashWordOptionMode(QCommandLineParser::ParseAsLongOptions);
    value(QStringLiteral("plan"), QStringLiteral("FILE"),
          QStringLiteral("the plan; else $UNDERSTUDY_PLAN, else %1/plan.yaml").arg(paths::config()));
    m_parser.addOption({{QStringLiteral("h"), QStringLiteral("help")}, QStringLiteral("this text")});
}

void CommandLine::flag(const QString &name, const QString &description)
{
    m_parser.addOption({name, description});
}

void CommandLine::value(const QString &name, const QString &valueName, const QString &description, const QString &fallback)
{
    m_parser.addOption({name, description, valueName, fallback});
}

void CommandLine::optional(const QString &name, const QString &valueName, const QString &description)
{
    value(name, valueName, description);
    m_optional.append(QStringLiteral("--") + name);
}

std::optional<int> CommandLine::parse(const QStringList &arguments, int leastWords, int mostWords)
{
    // The parser drops the first argument as the program's name, and knows no value that may be left out.
    QStringList all{QStringLiteral("understudyctl")};
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const bool bare = m_optional.contains(arguments[i]) && (i + 1 == arguments.size() || arguments[i + 1].startsWith(QLatin1String("--")));
        all.append(bare ? arguments[i] + QLatin1Char('=') : arguments[i]);
    }
    const bool understood = m_parser.parse(all);
    if (m_parser.isSet(QStringLiteral("help"))) {
        QString text = QStringLiteral("usage: understudyctl %1\n\n%2\n\n").arg(m_synopsis, m_summary);
        const QString options = m_parser.helpText();
        text += options.mid(options.indexOf(QLatin1String("Options:")));
        print(text);
        return Ok;
    }
    if (!understood)
        return usageError(m_parser.errorText());
    const qsizetype count = words().size();
    if (count < leastWords)
        return usageError(QStringLiteral("something is missing"));
    if (count > mostWords)
        return usageError(QStringLiteral("unexpected argument '%1'").arg(words().at(mostWords)));
    return std::nullopt;
}

int CommandLine::usageError(const QString &what) const
{
    tell(QStringLiteral("understudyctl: %1\nusage: understudyctl %2").arg(what, m_synopsis));
    return Usage;
}

QString CommandLine::planPath() const
{
    return has(QStringLiteral("plan")) ? get(QStringLiteral("plan")) : paths::defaultPlan();
}

std::optional<Plan> CommandLine::plan() const
{
    const QString path = planPath();
    const PlanReading reading = readPlanFile(path, QDate::currentDate());
    for (const PlanProblem &problem : reading.problems)
        tell(problem.text(path));
    if (!reading.plan && !has(QStringLiteral("plan")) && !QFileInfo::exists(path))
        tell(QStringLiteral("Give a plan with --plan FILE, or make one with: understudyctl plan init"));
    return reading.plan;
}

} // namespace understudy::ctl
