// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/yaml/yamlnode.h"
#include "core/plan/planreader.h"

#include <QDate>
#include <QStringList>

namespace understudy {

/// What all parts of the plan's reader share while one file is read: the problems found so far, and
/// the names of hosts that values may refer to.
struct PlanContext
{
    QDate today;
    QStringList hosts;
    QList<PlanProblem> problems;

    /// Enough was found: what follows is dropped, so that a hostile file costs no time.
    bool isFull() const { return problems.size() >= 1000; }
    /// "Did you mean 'master'? ", or nothing.
    QString suggestion(const QString &word, const QStringList &candidates) const;
    void error(const YamlNode &at, const QString &message, const QString &hint);
    void warning(const YamlNode &at, const QString &message, const QString &hint);
    void errorAt(int line, int column, const QString &message, const QString &hint);
};

/// The file's own words, quoted for a message: short, in one line, without passwords.
QString quotedForPlan(const QString &text);

} // namespace understudy
