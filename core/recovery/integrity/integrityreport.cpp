// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/integrityreport.h"

#include "core/base/quantity.h"

#include <QLocale>
#include <QStringList>

#include <algorithm>

namespace understudy {

QString severityName(FindingSeverity severity)
{
    switch (severity) {
    case FindingSeverity::Pass:
        return QStringLiteral("pass");
    case FindingSeverity::Info:
        return QStringLiteral("info");
    case FindingSeverity::Warn:
        return QStringLiteral("warn");
    case FindingSeverity::Fail:
        return QStringLiteral("fail");
    case FindingSeverity::Unknown:
        break;
    }
    return QStringLiteral("unknown");
}

FindingSeverity IntegrityReport::verdict() const
{
    if (findings.isEmpty())
        return FindingSeverity::Unknown;
    FindingSeverity worst = FindingSeverity::Pass;
    for (const IntegrityFinding &finding : findings)
        worst = std::max(worst, finding.severity);
    return worst;
}

int IntegrityReport::count(FindingSeverity severity) const
{
    return int(std::count_if(
        findings.begin(), findings.end(),
        [severity](const IntegrityFinding &finding) { return finding.severity == severity; }));
}

QString IntegrityReport::summary() const
{
    QStringList parts;
    const auto add = [&](FindingSeverity severity, const QString &one, const QString &many) {
        if (const int number = count(severity))
            parts += QStringLiteral("%1 %2").arg(number).arg(number == 1 ? one : many);
    };
    add(FindingSeverity::Fail, QStringLiteral("failed"), QStringLiteral("failed"));
    add(FindingSeverity::Unknown, QStringLiteral("not known"), QStringLiteral("not known"));
    add(FindingSeverity::Warn, QStringLiteral("warning"), QStringLiteral("warnings"));
    if (parts.isEmpty())
        parts += findings.isEmpty() ? QStringLiteral("nothing was looked at")
                                    : QStringLiteral("nothing wrong found");
    return QStringLiteral("%1; %2 of %3 checks made in %4")
        .arg(parts.join(QStringLiteral(", ")))
        .arg(done)
        .arg(total)
        .arg(durationText(took));
}

QString countText(qint64 count)
{
    return QLocale(QLocale::English).toString(count);
}

QString rowsText(qint64 rows)
{
    return rows == 1 ? QStringLiteral("1 row") : QStringLiteral("%1 rows").arg(countText(rows));
}

} // namespace understudy
