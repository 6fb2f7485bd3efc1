// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/startcheck.h"

#include "core/base/quantity.h"
#include "core/systems/secrets/secretresolver.h"

#include <QDir>
#include <QFileInfo>
#include <QStorageInfo>

namespace understudy {

namespace {

/// Less than this and a journal may not be written to its end.
constexpr qint64 enoughBytes = 64'000'000;

QList<SecretReference> secretsOf(const Plan &plan)
{
    QList<SecretReference> all;
    if (plan.database)
        all << plan.database->url;
    if (plan.redis)
        all << plan.redis->password << plan.redis->sentinelPassword;
    if (plan.application)
        all << plan.application->queuesToken;
    if (plan.paging.canLook())
        all << plan.paging.apiToken;
    QList<SecretReference> named;
    for (const SecretReference &one : std::as_const(all)) {
        if (one.isSet() && one.kind != SecretReference::Kind::Plain && !named.contains(one))
            named << one;
    }
    return named;
}

/// The clocks' readings are named by their probes; all carry "clock" and count seconds or
/// milliseconds.
QString clockWords(const HealthSnapshot &look)
{
    bool compared = false;
    for (const SystemHealth &system : look.systems) {
        for (const Reading &reading : system.readings) {
            if (!reading.name.contains(QLatin1String("clock")) || !reading.hasNumber())
                continue;
            compared = true;
            const double seconds =
                qAbs(reading.number()) / (reading.unit == QLatin1String("ms") ? 1000 : 1);
            if (seconds > 2)
                return QStringLiteral("▲ clock %1 s from %2's")
                    .arg(numberText(seconds), system.name);
        }
    }
    return compared ? QStringLiteral("clock right") : QStringLiteral("clock not compared");
}

} // namespace

StartFindings findAtStart(const Plan &plan, const SecretResolver &secrets, const QString &journals)
{
    StartFindings found;
    QDir().mkpath(journals);
    const QFileInfo folder(journals);
    found.mayAct = folder.isDir() && folder.isWritable();
    found.whyNot = found.mayAct ? QString() : QStringLiteral("%1 cannot be written").arg(journals);
    const QStorageInfo disk(journals);
    found.bytesLeft = disk.isValid() ? disk.bytesAvailable() : -1;
    if (found.mayAct && found.bytesLeft >= 0 && found.bytesLeft < enoughBytes) {
        found.mayAct = false;
        found.whyNot = QStringLiteral("no room for a journal");
    }
    const QList<SecretReference> named = secretsOf(plan);
    found.secretsNamed = int(named.size());
    for (const SecretReference &one : named) {
        if (!secrets.resolve(one))
            found.missing << one;
    }
    return found;
}

QString startLine(const StartFindings &findings, const HealthSnapshot &firstLook, bool observeOnly)
{
    int reached = 0;
    for (const SystemHealth &system : firstLook.systems)
        reached += system.health == Health::Unknown ? 0 : 1;
    QStringList parts;
    parts << (reached == firstLook.systems.size()
                  ? QStringLiteral("can see all %1 systems").arg(reached)
                  : QStringLiteral("▲ can see %1 of %2 systems")
                        .arg(reached)
                        .arg(firstLook.systems.size()));
    parts << (observeOnly       ? QStringLiteral("observing only")
              : findings.mayAct ? QStringLiteral("may act")
                                : QStringLiteral("✖ may not act: %1").arg(findings.whyNot));
    parts << clockWords(firstLook);
    parts << (findings.bytesLeft < 0
                  ? QStringLiteral("disk unknown")
                  : QStringLiteral("%1 disk left").arg(bytesText(double(findings.bytesLeft))));
    if (findings.missing.isEmpty()) {
        parts << QStringLiteral("%1 secrets present").arg(findings.secretsNamed);
    } else {
        QStringList names;
        for (const SecretReference &one : findings.missing)
            names << one.describe();
        parts << QStringLiteral("▲ missing: %1 (Ctrl+K to type it)")
                     .arg(names.join(QStringLiteral(", ")));
    }
    return QStringLiteral("at start: ") + parts.join(QStringLiteral(" · "));
}

} // namespace understudy
