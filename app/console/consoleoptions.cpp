// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/consoleoptions.h"

#include "core/base/paths.h"

#include <QCommandLineParser>

namespace understudy {

namespace {

QCommandLineOption hidden(const QString &name)
{
    QCommandLineOption option(name, {}, QStringLiteral("FILE"));
    option.setFlags(QCommandLineOption::HiddenFromHelp);
    return option;
}

tl::unexpected<Error> usage(const QString &message)
{
    return fail(ErrorCode::InvalidInput, message, QStringLiteral("See understudy --help."));
}

Result<ConsoleOptions> checked(const QCommandLineParser &parser)
{
    ConsoleOptions options{.plan = parser.value(QStringLiteral("plan")),
                           .lab = parser.isSet(QStringLiteral("lab")),
                           .keepLab = parser.isSet(QStringLiteral("keep-lab")),
                           .page = parser.value(QStringLiteral("page")),
                           .observe = parser.isSet(QStringLiteral("observe")),
                           .version = parser.isSet(QStringLiteral("version")),
                           .help = parser.isSet(QStringLiteral("help"))};
    for (const QString &later :
         {QStringLiteral("tabletop"), QStringLiteral("replay"), QStringLiteral("print")}) {
        if (parser.isSet(later))
            return usage(QStringLiteral("--%1 is not in this version").arg(later));
    }
    if (!parser.positionalArguments().isEmpty())
        return usage(
            QStringLiteral("unexpected argument '%1'").arg(parser.positionalArguments().first()));
    if (options.lab && parser.isSet(QStringLiteral("plan")))
        return usage(QStringLiteral("--plan and --lab exclude each other"));
    if (options.keepLab && !options.lab)
        return usage(QStringLiteral("--keep-lab needs --lab"));
    if (parser.isSet(QStringLiteral("theme"))) {
        const Result<ui::ThemeChoice> theme =
            ui::parseThemeChoice(parser.value(QStringLiteral("theme")));
        if (!theme)
            return fail(theme.error());
        options.theme = *theme;
    }
    if (!options.lab && options.plan.isEmpty())
        options.plan = paths::defaultPlan();
    return options;
}

} // namespace

Result<ConsoleOptions> readConsoleOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("The desktop console for carrying out a disaster recovery plan."));
    parser.addOptions(
        {{QStringLiteral("plan"),
          QStringLiteral("Opens this plan (default: $UNDERSTUDY_PLAN, then plan.yaml in the "
                         "configuration folder)."),
          QStringLiteral("FILE")},
         {QStringLiteral("lab"),
          QStringLiteral(
              "Opens the lab's plan: joins a running lab, or starts one and stops it at the end.")},
         {QStringLiteral("keep-lab"), QStringLiteral("Leaves the lab that it started running.")},
         {QStringLiteral("page"),
          QStringLiteral(
              "Begins with this page: overview, database, redis, pools, journal or plan."),
          QStringLiteral("NAME")},
         {QStringLiteral("theme"), QStringLiteral("light, dark or system."),
          QStringLiteral("THEME")},
         {QStringLiteral("observe"), QStringLiteral("Hides every act: only watches.")},
         {QStringLiteral("version"), QStringLiteral("Prints the version.")},
         {{QStringLiteral("h"), QStringLiteral("help")}, QStringLiteral("Prints this help.")}});
    for (const QString &later :
         {QStringLiteral("tabletop"), QStringLiteral("replay"), QStringLiteral("print")})
        parser.addOption(hidden(later));
    if (!parser.parse(arguments))
        return usage(parser.errorText().toLower().remove(QLatin1Char('.')));
    Result<ConsoleOptions> options = checked(parser);
    if (options && options->help)
        options->helpText = parser.helpText().replace(QStringLiteral("<executable_name>"), QStringLiteral("understudy"));
    return options;
}

} // namespace understudy
