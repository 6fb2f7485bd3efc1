// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QJsonDocument>

class QCommandLineParser;

namespace understudy::lab {

/// For people, on standard error.
void say(const QString &line);
/// What a person asked to see, on standard output.
void print(const QString &line);
/// One JSON document, on standard output.
void printJson(const QJsonDocument &document);
/// Says the error with its hint, and returns the exit code that its kind has.
int failWith(const Error &error);

/// Reads a verb's arguments; false when the program is to end with `exitCode`: after --help, or after
/// saying what is wrong. `--dir` and `--help` are added to every verb's options.
bool parse(QCommandLineParser &parser, const QString &verb, const QStringList &arguments, int &exitCode);
/// --dir, or the default folder.
QString folderOption(const QCommandLineParser &parser);

} // namespace understudy::lab
