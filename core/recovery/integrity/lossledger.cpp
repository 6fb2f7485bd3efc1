// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/lossledger.h"

#include "core/recovery/integrity/integrityreport.h"
#include "core/recovery/integrity/ledgerexact.h"

#include <QDeadlineTimer>

#include <algorithm>
#include <numeric>

namespace understudy {

using namespace std::chrono_literals;

namespace integrity {
namespace {

/// One run of the ledger.
class LedgerRun
{
public:
    explicit LedgerRun(const LedgerSetup &setup)
        : m_setup(setup)
        , m_until(setup.deadline)
    {}

    Result<LossLedger> run()
    {
        Result<std::unique_ptr<ReadSession>> old = open(m_setup.oldUrl);
        if (!old)
            return fail(old.error());
        m_old = std::move(*old);
        const Result<TableShapes> now = takeShapes(*m_old, limit());
        if (!now)
            return fail(now.error());
        TableShapes copied;
        if (m_setup.copyUrl) {
            Result<std::unique_ptr<ReadSession>> copy = open(*m_setup.copyUrl);
            if (!copy)
                return fail(copy.error());
            m_copy = std::move(*copy);
            const Result<TableShapes> shapes = takeShapes(*m_copy, limit());
            if (!shapes)
                return fail(shapes.error());
            copied = *shapes;
            for (ReadSession *session : {m_old.get(), m_copy.get()}) {
                if (const Result<Unit> held = session->holdSnapshot(limit()); !held)
                    return fail(held.error());
            }
        }
        return collect(*now, copied);
    }

private:
    Milliseconds limit() const
    {
        return std::clamp(Milliseconds(m_until.remainingTime()), Milliseconds(1),
                          m_setup.tableDeadline);
    }

    Result<std::unique_ptr<ReadSession>> open(const Secret &url) const
    {
        return ReadSession::open(url, std::min(limit(), Milliseconds(10s)), m_setup.cancel);
    }

    Result<LossLedger> collect(const TableShapes &now, const TableShapes &copied)
    {
        QStringList names = now.keys();
        for (const QString &name : copied.keys()) {
            if (!now.contains(name))
                names += name;
        }
        names.sort();
        LossLedger out{.moment = m_setup.moment.toUTC()};
        for (const QString &name : names) {
            if (m_setup.progress)
                m_setup.progress(int(out.tables.size()), int(names.size()), name);
            const auto old = now.constFind(name);
            const auto copy = copied.constFind(name);
            out.tables += entryOf(name, old == now.cend() ? nullptr : &*old,
                                  copy == copied.cend() ? nullptr : &*copy);
            if (m_setup.cancel.isCancelled())
                return fail(ErrorCode::Cancelled, QStringLiteral("the loss ledger was cancelled"));
        }
        return out;
    }

    LedgerEntry entryOf(const QString &name, const TableShape *old, const TableShape *copy)
    {
        if (m_until.hasExpired())
            return {.table = name, .words = QStringLiteral("not looked at: the time was up")};
        if (m_copy && m_old->isOpen() && m_copy->isOpen())
            return compareTable(m_setup, *m_old, *m_copy, old, copy, limit());
        if (m_copy)
            return {.table = name,
                    .words = QStringLiteral(
                        "not compared: a connection was lost over the table before")};
        if (!m_old->isOpen()) {
            Result<std::unique_ptr<ReadSession>> again = open(m_setup.oldUrl);
            if (!again)
                return {.table = name,
                        .words = QStringLiteral("not counted: %1").arg(again.error().message)};
            m_old = std::move(*again);
        }
        return estimateTable(m_setup, *m_old, *old, limit());
    }

    const LedgerSetup &m_setup;
    const QDeadlineTimer m_until;
    std::unique_ptr<ReadSession> m_old;
    std::unique_ptr<ReadSession> m_copy;
};

qint64 sumOf(const QList<LedgerEntry> &tables, std::optional<qint64> LedgerEntry::*figure)
{
    return std::accumulate(tables.begin(), tables.end(), qint64(0),
                           [figure](qint64 sum, const LedgerEntry &entry) {
                               return sum + (entry.*figure).value_or(0);
                           });
}

} // namespace
} // namespace integrity

QString ledgerBasisName(LedgerBasis basis)
{
    switch (basis) {
    case LedgerBasis::Copy:
        return QStringLiteral("copy");
    case LedgerBasis::TimeColumn:
        return QStringLiteral("time_column");
    case LedgerBasis::Estimate:
        return QStringLiteral("estimate");
    case LedgerBasis::Statistics:
        return QStringLiteral("statistics");
    case LedgerBasis::Unknown:
        break;
    }
    return QStringLiteral("unknown");
}

qint64 LossLedger::vanish() const
{
    return integrity::sumOf(tables, &LedgerEntry::vanish);
}
qint64 LossLedger::changed() const
{
    return integrity::sumOf(tables, &LedgerEntry::changed);
}
qint64 LossLedger::comeBack() const
{
    return integrity::sumOf(tables, &LedgerEntry::comeBack);
}

int LossLedger::unknownTables() const
{
    return int(std::count_if(tables.begin(), tables.end(), [](const LedgerEntry &entry) {
        return entry.basis == LedgerBasis::Unknown;
    }));
}

bool LossLedger::isExact() const
{
    return std::all_of(tables.begin(), tables.end(), [](const LedgerEntry &entry) {
        return entry.basis == LedgerBasis::Copy && !entry.atLeast;
    });
}

QString LossLedger::kind() const
{
    if (!isExact())
        return QStringLiteral("unknown");
    return lost() == 0 ? QStringLiteral("none") : QStringLiteral("bounded");
}

QString LossLedger::summary() const
{
    const QString least = isExact() ? QString()
                          : std::any_of(tables.begin(), tables.end(),
                                        [](const LedgerEntry &entry) {
                                            return entry.basis != LedgerBasis::Copy &&
                                                   entry.basis != LedgerBasis::Unknown;
                                        })
                              ? QStringLiteral("about ")
                              : QStringLiteral("at least ");
    // What a time column or a counter cannot show is not none of it.
    const auto isTold = [this](std::optional<qint64> LedgerEntry::*what) {
        return std::all_of(tables.begin(), tables.end(), [what](const LedgerEntry &entry) { return entry.basis == LedgerBasis::Unknown || entry.*what; });
    };
    QStringList told, untold;
    const auto add = [&](std::optional<qint64> LedgerEntry::*what, qint64 sum, const QString &count, const QString &words) {
        if (isTold(what))
            told += count + words;
        else if (sum > 0)
            told += QStringLiteral("at least ") + count + words;
        else
            untold += words.trimmed();
    };
    add(&LedgerEntry::vanish, vanish(), rowsText(vanish()), QStringLiteral(" would vanish"));
    // Where only the time of a change is kept, a new row looks like a changed one.
    const bool mayBeNew = std::any_of(tables.begin(), tables.end(), [](const LedgerEntry &entry) { return entry.changed.value_or(0) > 0 && !entry.vanish; });
    add(&LedgerEntry::changed, changed(), countText(changed()), mayBeNew ? QStringLiteral(" would get their former content or vanish") : QStringLiteral(" would get their former content"));
    add(&LedgerEntry::comeBack, comeBack(), countText(comeBack()), QStringLiteral(" would come back"));
    const bool bounded = !told.isEmpty() && told.first().startsWith(QLatin1String("at least"));
    QString out = told.isEmpty() ? QString() : (bounded ? QString() : least) + told.join(QStringLiteral(", "));
    if (!untold.isEmpty())
        out += (out.isEmpty() ? QStringLiteral("how many rows %1 cannot be told this way") : QStringLiteral("; how many %1 cannot be told this way"))
                   .arg(untold.join(QStringLiteral(" or ")));
    if (const int unknown = unknownTables())
        out += QStringLiteral("; nothing is known of %1 table%2")
                   .arg(unknown)
                   .arg(unknown == 1 ? QString() : QStringLiteral("s"));
    return out;
}

Result<LossLedger> ledger(const LedgerSetup &setup)
{
    if (!setup.moment.isValid())
        return fail(ErrorCode::InvalidInput, QStringLiteral("the ledger needs a moment"),
                    QStringLiteral("Write it as 2026-11-22T14:00:00Z."));
    return integrity::LedgerRun(setup).run();
}

} // namespace understudy
