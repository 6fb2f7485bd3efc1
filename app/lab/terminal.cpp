// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/terminal.h"

#include "app/lab/verbs.h"
#include "core/base/paths.h"

#include <QCommandLineParser>

#include <cstdio>

namespace understudy::lab {

void say(const QString &line)
{
    std::fprintf(stderr, "%s\n", line.toUtf8().constData());
}

void print(const QString &line)
{
    std::fprintf(stdout, "%s\n", line.toUtf8().constData());
    std::fflush(stdout);
}

void printJson(const QJsonDocument &document)
{
    const QByteArray text = document.toJson(QJsonDocument::Compact) + '\n';
    std::fwrite(text.constData(), 1, size_t(text.size()), stdout);
    std::fflush(stdout);
}

int failWith(const Error &error)
{
    say(QStringLiteral("understudy-lab: ") + (error.cause.isEmpty() ? error.message : error.message + QStringLiteral(": ") + error.cause));
    if (!error.hint.isEmpty())
        say(error.hint);
    switch (error.code) {
    case ErrorCode::InvalidInput: return exitcode::usage;
    case ErrorCode::ResourceLocked: return exitcode::locked;
    case ErrorCode::PermissionDenied: return exitcode::refused;
    case ErrorCode::NotFound:
    case ErrorCode::Unreachable:
    case ErrorCode::Busy:
    case ErrorCode::ProgramMissing:
    case ErrorCode::SecretMissing:
    case ErrorCode::FileUnwritable: return exitcode::unavailable;
    case ErrorCode::NotProved: return 1;
    default: return exitcode::bug;
    }
}

bool parse(QCommandLineParser &parser, const QString &verb, const QStringList &arguments, int &exitCode)
{
    parser.addOption({QStringLiteral("dir"), QStringLiteral("The lab's folder (default: %1).").arg(paths::defaultLab()), QStringLiteral("DIR")});
    const QCommandLineOption help({QStringLiteral("h"), QStringLiteral("help")}, QStringLiteral("Show this text."));
    parser.addOption(help);
    const bool parsed = parser.parse(QStringList{QStringLiteral("understudy-lab ") + verb} + arguments);
    if (!parsed) {
        say(QStringLiteral("understudy-lab %1: %2").arg(verb, parser.errorText()));
        exitCode = exitcode::usage;
        return false;
    }
    if (parser.isSet(help)) {
        std::fputs(parser.helpText().toUtf8().constData(), stdout);
        exitCode = 0;
        return false;
    }
    return true;
}

QString folderOption(const QCommandLineParser &parser)
{
    return parser.isSet(QStringLiteral("dir")) ? parser.value(QStringLiteral("dir")) : paths::defaultLab();
}

} // namespace understudy::lab
