// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/integrityold.h"

#include <algorithm>

namespace understudy::integrity {

using namespace std::chrono_literals;

namespace {

constexpr Milliseconds connectLimit = 5s;
constexpr int mostTimeouts =
    3; ///< comparisons in a row that took too long: it is too slow for all others too

class OldAsker
{
public:
    OldAsker(const IntegritySetup &setup, const QDeadlineTimer &until)
        : m_setup(setup)
        , m_until(until)
    {}

    OldSide ask()
    {
        OldSide out;
        if (!reopen()) {
            out.schema = fail(m_problem);
            out.note = serverWordsOf(m_problem);
            return out;
        }
        out.schema = takeSchema(*m_session, limit());
        const Result<QMap<QString, bool>> tables =
            isUsable() ? countableTables(*m_session, limit()) : fail(m_problem);
        if (!tables) {
            out.note = serverWordsOf(tables.error());
            return out;
        }
        for (auto table = tables->cbegin(); table != tables->cend() && out.note.isEmpty(); ++table)
            countOne(table.key(), table.value(), out);
        return out;
    }

private:
    Milliseconds limit() const
    {
        return std::max(Milliseconds(1),
                        std::min(m_setup.oldDeadline, Milliseconds(m_until.remainingTime())));
    }

    bool reopen()
    {
        Result<std::unique_ptr<ReadSession>> opened =
            ReadSession::open(*m_setup.oldUrl, std::min(limit(), connectLimit), m_setup.cancel);
        if (!opened) {
            m_problem = opened.error();
            return false;
        }
        m_session = std::move(*opened);
        return true;
    }

    bool isUsable() { return m_session->isOpen() || reopen(); }

    void countOne(const QString &table, bool hides, OldSide &out)
    {
        if (m_setup.cancel.isCancelled() || m_until.hasExpired())
            out.note = QStringLiteral("the time was up");
        else if (!isUsable())
            out.note = serverWordsOf(m_problem);
        else if (m_timeouts >= mostTimeouts)
            out.note = QStringLiteral("it took too long over %1 tables in a row").arg(m_timeouts);
        if (!out.note.isEmpty())
            return;
        if (hides) {
            out.rows.insert(
                table, fail(ErrorCode::PermissionDenied,
                            QStringLiteral("row-level security hides its rows from this user")));
            return;
        }
        const Result<PgTable> count =
            m_session->ask(QStringLiteral("select count(*) from only %1").arg(table), limit());
        m_timeouts = !count && count.error().code == ErrorCode::TimedOut ? m_timeouts + 1 : 0;
        if (count)
            out.rows.insert(table, qint64(count->number(QStringLiteral("count")).value_or(0)));
        else
            out.rows.insert(table, fail(count.error()));
    }

    const IntegritySetup &m_setup;
    const QDeadlineTimer m_until;
    std::unique_ptr<ReadSession> m_session;
    Error m_problem;
    int m_timeouts = 0;
};

IntegrityFinding compareRows(const QString &table, qint64 rows, const OldSide &old)
{
    IntegrityFinding finding{.severity = FindingSeverity::Info,
                             .subject = QStringLiteral("rows of %1").arg(table)};
    const auto count = old.rows.constFind(table);
    const bool gone = old.schema && !old.schema->contains(QStringLiteral("table ") + table) &&
                      !old.schema->contains(QStringLiteral("materialized view ") + table);
    if (gone) {
        finding.words = QStringLiteral("%1; gone in the old database").arg(rowsText(rows));
    } else if (count == old.rows.cend()) {
        finding.words =
            QStringLiteral("%1; not compared, because %2")
                .arg(rowsText(rows), old.note.isEmpty()
                                         ? QStringLiteral("the old database has no such table")
                                         : old.note);
    } else if (!*count) {
        finding.words = QStringLiteral("%1; not compared, because of the old database: %2")
                            .arg(rowsText(rows), serverWordsOf(count->error()));
    } else if (**count == rows) {
        finding.severity = FindingSeverity::Pass;
        finding.words = QStringLiteral("%1, as in the old database").arg(rowsText(rows));
    } else {
        finding.severity = rows == 0 ? FindingSeverity::Warn : FindingSeverity::Info;
        finding.words =
            QStringLiteral("%1; %2 in the old database").arg(rowsText(rows), countText(**count));
        if (rows == 0)
            finding.hint = QStringLiteral(
                "See whether the table was still empty at the moment of the restore.");
    }
    return finding;
}

} // namespace

OldSide askOldSide(const IntegritySetup &setup, const QDeadlineTimer &until)
{
    return OldAsker(setup, until).ask();
}

QList<IntegrityFinding> compareWithOld(const Result<SchemaPicture> &copy, const RowCounts &rows,
                                       const OldSide &old)
{
    QList<IntegrityFinding> out;
    if (!old.schema)
        out += IntegrityFinding{FindingSeverity::Info, QStringLiteral("the schema"),
                                QStringLiteral("not compared, because of the old database: %1")
                                    .arg(serverWordsOf(old.schema.error()))};
    else if (!copy)
        out += findingFor(copy.error(), QStringLiteral("the schema"), QStringLiteral("compared"));
    else
        out += compareSchemas(*copy, *old.schema);
    // One sentence for all when the old database says nothing at all.
    if (old.rows.isEmpty() && !old.note.isEmpty()) {
        out += IntegrityFinding{
            FindingSeverity::Info, QStringLiteral("the row counts"),
            QStringLiteral("not compared, because of the old database: %1").arg(old.note)};
        return out;
    }
    for (auto table = rows.cbegin(); table != rows.cend(); ++table)
        out += compareRows(table.key(), table.value(), old);
    return out;
}

} // namespace understudy::integrity
