// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/exitcode.h"
#include "core/plan/plan.h"

#include <QCommandLineParser>

#include <optional>

namespace understudy::ctl {

/// The arguments of one subcommand. Every command has --plan and --help; what is wrong is said on
/// standard error and ends with 64.
class CommandLine
{
public:
    /// `synopsis` is what follows "understudyctl" in the usage line.
    CommandLine(QString synopsis, QString summary);

    void flag(const QString &name, const QString &description);
    void value(const QString &name, const QString &valueName, const QString &description, const QString &fallback = {});

    /// A value that may be left out: then it is empty, and `has` is true all the same.
    void optional(const QString &name, const QString &valueName, const QString &description);

    /// An exit code when the command is to end now (--help, or wrong usage).
    [[nodiscard]] std::optional<int> parse(const QStringList &arguments, int leastWords, int mostWords);

    bool has(const QString &name) const { return m_parser.isSet(name); }
    QString get(const QString &name) const { return m_parser.value(name); }
    QStringList words() const { return m_parser.positionalArguments(); }
    QString planPath() const;
    int usageError(const QString &what) const;

    /// Reads the plan. Empty when it is bad: every mistake has been told and the command ends with 65.
    std::optional<Plan> plan() const;

private:
    QString m_synopsis, m_summary;
    QCommandLineParser m_parser;
    QStringList m_optional;
};

} // namespace understudy::ctl
