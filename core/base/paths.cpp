// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/paths.h"

#include <QDir>

#include <unistd.h>

namespace understudy::paths {
namespace {

QString base(const char *variable, const char *fallback)
{
    const QString set = qEnvironmentVariable(variable);
    // The specification says that a relative path is to be ignored.
    const QString root = QDir::isAbsolutePath(set) ? set : QDir::homePath() + QLatin1String(fallback);
    return root + QStringLiteral("/understudy");
}

} // namespace

QString config() { return base("XDG_CONFIG_HOME", "/.config"); }
QString state() { return base("XDG_STATE_HOME", "/.local/state"); }
QString cache() { return base("XDG_CACHE_HOME", "/.cache"); }
QString journals() { return state() + QStringLiteral("/journals"); }
QString defaultLab()
{
    // Root's home is closed to the unprivileged user who runs the lab's databases.
    if (::geteuid() == 0 && qEnvironmentVariableIsEmpty("XDG_STATE_HOME"))
        return QStringLiteral("/var/lib/understudy/lab");
    return state() + QStringLiteral("/lab");
}


QString defaultPlan()
{
    const QString set = qEnvironmentVariable("UNDERSTUDY_PLAN");
    return set.isEmpty() ? config() + QStringLiteral("/plan.yaml") : set;
}

} // namespace understudy::paths
