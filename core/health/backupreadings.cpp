// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/backupreadings.h"

namespace understudy {

QList<Reading> backupReadings(const ControlPlaneLook &look, const QString &source, Milliseconds lookedAtEvery, Milliseconds madeEvery, const QDateTime &now)
{
    Reading newest{.name = QStringLiteral("newest logical backup"), .unit = QStringLiteral("s"), .source = source, .observedAt = look.at, .interval = lookedAtEvery};
    Reading reach = newest;
    reach.name = QStringLiteral("logical backups reach back");
    if (look.failure) {
        newest.reason = reach.reason = look.failure->text();
        return {newest, reach};
    }
    const RestoreWindow window = look.window.value_or(RestoreWindow());
    newest.state = reach.state = ReadingState::Fresh;
    newest.value = double(std::max<qint64>(0, window.latest.msecsTo(now))) / 1000;
    newest.normal = NormalRange{.most = double(madeEvery.count()) * 1.25 / 1000};
    newest.reason = window.earliestBy;
    reach.value = double(window.kept.count()) / 1000;
    return {newest, reach};
}

} // namespace understudy
