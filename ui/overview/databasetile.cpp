// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/databasetile.h"

#include "core/base/quantity.h"
#include "ui/parts/panel.h"
#include "ui/parts/readingrow.h"
#include "ui/parts/tone.h"
#include "ui/shell/consolestate.h"

#include <QVBoxLayout>

namespace understudy::ui {

namespace {

/// Most telling first. A reading that the source does not have is left out, not shown as empty.
const QStringList wanted{QStringLiteral("checks that fail"),
                         QStringLiteral("latency"),
                         QStringLiteral("newest restorable"),
                         QStringLiteral("last archived"),
                         QStringLiteral("connections"),
                         QStringLiteral("commits"),
                         QStringLiteral("oldest transaction"),
                         QStringLiteral("replication lag"),
                         QStringLiteral("role"),
                         QStringLiteral("size")};

} // namespace

DatabaseTile::DatabaseTile(const ConsoleState &state, QWidget *parent)
    : SystemTile(tr("Database"), QStringLiteral("database"), state, parent)
{
    body()->addStretch(1);
}

ReadingRow *DatabaseTile::row(const QString &name, const QString &label)
{
    ReadingRow *&made = m_rows[name];
    if (!made) {
        made = new ReadingRow(state().ticker(), label, this);
        const int place = body()->count() - 1;
        body()->insertWidget(place, rule(this));
        body()->insertWidget(place + 1, made);
    }
    return made;
}

/// When archiving fails, the age of the last success is no ordinary figure.
void DatabaseTile::showArchiving(ReadingRow &row, const Reading &last)
{
    const Reading *failures = system()->reading(QStringLiteral("archive failures"));
    const Reading *archiver = system()->reading(QStringLiteral("archiver"));
    const bool fails = failures && failures->isAbnormal();
    Reading shown = last;
    if (fails) {
        shown.normal = NormalRange{.most = 0};
        shown.reason = archiver ? archiver->reason : failures->reason;
    }
    row.setValueText(fails ? tr("failing") : QString());
    row.setReading(&shown);
}

void DatabaseTile::refresh()
{
    SystemTile::refresh();
    const SystemHealth *database = system();
    if (!database)
        return;
    constexpr int most = 7;
    for (const QString &name : wanted) {
        const Reading *reading = database->reading(name);
        if (!reading || reading->state == ReadingState::Absent ||
            (m_rows.size() >= most && !m_rows.contains(name)))
            continue;
        ReadingRow *shown = row(name, readingTitle(*reading));
        if (name == QLatin1String("newest restorable")) {
            for (const RecoveryPointObjective &one : state().plan().recoveryPoint) {
                if (one.data == QLatin1String("database"))
                    shown->setLimit(double(one.within.count()) / 1000);
            }
        }
        if (name == QLatin1String("last archived"))
            showArchiving(*shown, *reading);
        else
            shown->setReading(reading);
        if (reading->hasNumber())
            shown->setTrend(state().recent(QStringLiteral("database"), name, 10, 100));
    }
}

} // namespace understudy::ui
