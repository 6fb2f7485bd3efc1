// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/rowdifference.h"

#include "core/recovery/integrity/integrityreport.h"

#include <algorithm>

namespace understudy::integrity {
namespace {

constexpr qsizetype mostNewest = 5;

/// Rows come with the greatest key first; among those without a time the first are the newest.
void keepNewest(const StreamedRow &row, QList<StreamedRow> &newest)
{
    const auto place = std::find_if(newest.begin(), newest.end(), [&row](const StreamedRow &other) {
        return row.seconds > other.seconds;
    });
    if (place == newest.end() && newest.size() >= mostNewest)
        return;
    newest.insert(place, row);
    if (newest.size() > mostNewest)
        newest.removeLast();
}

class Merge
{
public:
    Merge(RowStream &old, RowStream &copy, const DifferenceLimits &limits)
        : m_old(old)
        , m_copy(copy)
        , m_limits(limits)
    {}

    Result<RowDifference> run()
    {
        m_old.start();
        m_copy.start();
        Result<Unit> going = advance(m_old, m_oldHas);
        if (going)
            going = advance(m_copy, m_copyHas);
        while (going && (m_oldHas || m_copyHas) && withinBounds())
            going = step();
        if (!going && !concernsTime(going.error()))
            return fail(going.error());
        if (!going) {
            m_out.complete = false;
            m_out.bound = QStringLiteral("the time was up");
        }
        return m_out;
    }

private:
    bool concernsTime(const Error &error) const
    {
        return error.code == ErrorCode::TimedOut && !m_limits.cancel.isCancelled();
    }

    static Result<Unit> advance(RowStream &stream, bool &has)
    {
        const Result<bool> more = stream.next();
        if (!more)
            return fail(more.error());
        has = *more;
        return Unit{};
    }

    bool withinBounds()
    {
        if (m_limits.rows <= 0 || std::max(m_old.rowsSeen(), m_copy.rowsSeen()) <= m_limits.rows)
            return true;
        m_out.complete = false;
        m_out.bound = QStringLiteral("only the first %1 of each side were compared")
                          .arg(rowsText(m_limits.rows));
        return false;
    }

    Result<Unit> step()
    {
        if (m_limits.cancel.isCancelled())
            return fail(ErrorCode::Cancelled, QStringLiteral("the comparison was cancelled"));
        const int order = !m_copyHas  ? -1
                          : !m_oldHas ? 1
                                      : m_old.compare(m_old.row(), m_copy.row());
        if (order < 0)
            return takeOld();
        if (order > 0) {
            ++m_out.onlyNew;
            return advance(m_copy, m_copyHas);
        }
        if (m_old.row().hash != m_copy.row().hash)
            ++m_out.changed;
        const Result<Unit> going = advance(m_old, m_oldHas);
        return going ? advance(m_copy, m_copyHas) : going;
    }

    Result<Unit> takeOld()
    {
        ++m_out.onlyOld;
        keepNewest(m_old.row(), m_out.newest);
        if (m_limits.onOnlyOld) {
            if (Result<Unit> told = m_limits.onOnlyOld(m_old.row()); !told)
                return told;
        }
        return advance(m_old, m_oldHas);
    }

    RowStream &m_old;
    RowStream &m_copy;
    const DifferenceLimits &m_limits;
    RowDifference m_out;
    bool m_oldHas = false;
    bool m_copyHas = false;
};

} // namespace

Result<RowDifference> differenceOf(RowStream &old, RowStream &copy, const DifferenceLimits &limits)
{
    return Merge(old, copy, limits).run();
}

} // namespace understudy::integrity
