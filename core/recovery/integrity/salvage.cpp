// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/salvage.h"

#include "core/recovery/integrity/integrityreport.h"
#include "core/recovery/integrity/rowdifference.h"
#include "core/recovery/integrity/salvageorder.h"
#include "core/recovery/integrity/salvagerows.h"

#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>

namespace understudy {

using namespace std::chrono_literals;

namespace integrity {
namespace {

constexpr Milliseconds salvageConnectLimit = 10s;

/// A name from outside in a comment: a line break in it would end the comment.
QString inComment(QString text)
{
    return text.replace(QLatin1Char('\n'), QLatin1Char(' '))
        .replace(QLatin1Char('\r'), QLatin1Char(' '));
}

/// One export.
class SalvageRun
{
public:
    explicit SalvageRun(const SalvageSetup &setup)
        : m_setup(setup)
        , m_until(setup.deadline)
        , m_file(setup.file)
    {}

    Result<Salvage> run()
    {
        if (QFileInfo(m_setup.file).size() > 0)
            return fail(
                ErrorCode::FileUnwritable, QStringLiteral("%1 exists already").arg(m_setup.file),
                QStringLiteral("It may hold rows that are nowhere else; choose another name."));
        for (const auto step :
             {&SalvageRun::openSessions, &SalvageRun::openFile, &SalvageRun::writeHead,
              &SalvageRun::writeTables, &SalvageRun::writeEnd}) {
            if (const Result<Unit> done = (this->*step)(); !done)
                return fail(done.error());
        }
        if (!m_file.commit())
            return fail(unwritable());
        return m_out;
    }

private:
    Milliseconds limit() const
    {
        return std::clamp(Milliseconds(m_until.remainingTime()), Milliseconds(1),
                          m_setup.tableDeadline);
    }

    Error unwritable() const
    {
        return {ErrorCode::FileUnwritable,
                QStringLiteral("%1 cannot be written").arg(m_setup.file),
                {},
                m_file.errorString()};
    }

    Result<Unit> openSession(const Secret &url, std::unique_ptr<ReadSession> &session,
                             TableShapes *shapes)
    {
        Result<std::unique_ptr<ReadSession>> opened =
            ReadSession::open(url, std::min(limit(), salvageConnectLimit), m_setup.cancel);
        if (!opened)
            return fail(opened.error());
        session = std::move(*opened);
        if (shapes) {
            Result<TableShapes> taken = takeShapes(*session, limit());
            if (!taken)
                return fail(taken.error());
            *shapes = std::move(*taken);
        }
        return session->holdSnapshot(limit());
    }

    Result<Unit> openSessions()
    {
        Result<Unit> opened = openSession(m_setup.oldUrl, m_oldKeys, &m_oldShapes);
        if (opened)
            opened = openSession(m_setup.oldUrl, m_oldRows, nullptr);
        return opened ? openSession(m_setup.newUrl, m_new, &m_newShapes) : opened;
    }

    Result<Unit> openFile()
    {
        // Nothing has been written yet when its mode becomes narrow.
        const bool good = m_file.open(QIODevice::WriteOnly) &&
                          m_file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        m_out.file = m_setup.file;
        return good ? Result<Unit>(Unit{}) : fail(unwritable());
    }

    Result<Unit> write(const QString &text)
    {
        const QByteArray bytes = text.toUtf8();
        return m_file.write(bytes) == bytes.size() ? Result<Unit>(Unit{}) : fail(unwritable());
    }

    Result<Unit> writeHead()
    {
        return write(QStringLiteral("-- Rows that are in the old database and not in the new one, "
                                    "to be put into the new one.\n"
                                    "-- Written at %1 from %2 (old), compared with %3 (new).\n"
                                    "-- Nothing that is there already is changed. Confidential: it "
                                    "holds the rows' content.\n"
                                    "begin;\n"
                                    "set local client_encoding to 'UTF8';\n"
                                    "set local timezone to 'UTC';\n"
                                    "set local datestyle to 'ISO, YMD';\n"
                                    "set local intervalstyle to postgres;\n"
                                    "set constraints all deferred;\n")
                         .arg(toRfc3339(m_setup.now.isValid() ? m_setup.now : SystemClock().now()),
                              inComment(whereIs(*m_oldKeys)), inComment(whereIs(*m_new))));
    }

    static QString whereIs(const ReadSession &session)
    {
        return QStringLiteral("%1/%2").arg(session.server(), session.database());
    }

    Result<Unit> writeTables()
    {
        const InsertOrder order = insertOrderOf(m_oldShapes);
        for (const QString &name : order.tables) {
            if (m_setup.progress)
                m_setup.progress(m_done++, int(order.tables.size()), name);
            if (const QString why = whyNot(name); !why.isEmpty()) {
                m_out.notExported += NotSalvaged{name, why};
                continue;
            }
            if (const Result<Unit> done = writeTable(name, order.inCircle.contains(name)); !done)
                return done;
        }
        return Unit{};
    }

    /// Why a table cannot be exported; empty: it can.
    QString whyNot(const QString &name) const
    {
        const TableShape &old = *m_oldShapes.constFind(name);
        const auto other = m_newShapes.constFind(name);
        if (other == m_newShapes.cend())
            return QStringLiteral(
                "the new database has no such table: make it there first, then export again");
        if (old.key.isEmpty())
            return QStringLiteral(
                "it has no primary key and no other unique one, so its rows cannot be told apart");
        if (old.hidesRows || other->hidesRows)
            return QStringLiteral("row-level security hides rows from this user");
        if (!old.readable || !other->readable)
            return QStringLiteral("this user has no right to read it");
        const QStringList columns = commonColumns(old, *other);
        for (const ShapeColumn &column : old.key) {
            if (!columns.contains(column.name))
                return QStringLiteral("its key is another in the new database");
        }
        return {};
    }

    Result<Unit> writeTable(const QString &name, bool inCircle)
    {
        const TableShape &old = *m_oldShapes.constFind(name);
        const TableShape &other = *m_newShapes.constFind(name);
        const QStringList columns = commonColumns(old, other);
        const QDeadlineTimer until(limit());
        SalvageRows rows(*m_oldRows, old, columns, old.refersTo.contains(name), until,
                         [this](const QString &text) { return write(text); });
        const Result<RowDifference> difference = compareKeys(old, until, rows);
        if (!difference)
            return fail(difference.error());
        if (!difference->complete)
            return fail(
                ErrorCode::TimedOut,
                QStringLiteral("%1 was not compared to its end: %2").arg(name, difference->bound),
                QStringLiteral("Export again with more time."));
        if (const Result<Unit> finished = rows.finish(); !finished)
            return finished;
        if (rows.tooLarge() > 0)
            m_out.notExported += NotSalvaged{
                name, QStringLiteral("%1 larger than 24 MB").arg(rowsText(rows.tooLarge()))};
        if (rows.written() > 0)
            m_out.tables +=
                SalvagedTable{name, rows.written(), noteOf(old, other, columns, inCircle)};
        m_out.rows += rows.written();
        return Unit{};
    }

    Result<RowDifference> compareKeys(const TableShape &old, const QDeadlineTimer &until,
                                      SalvageRows &rows)
    {
        const StreamSetup stream{.table = old.name, .columns = {}, .key = old.key, .time = {}};
        RowStream oldKeys(*m_oldKeys, stream, until);
        RowStream newKeys(*m_new, stream, until);
        return differenceOf(
            oldKeys, newKeys,
            {.cancel = m_setup.cancel,
             .onOnlyOld = [&rows](const StreamedRow &row) { return rows.add(row.key); }});
    }

    static QString noteOf(const TableShape &old, const TableShape &other,
                          const QStringList &columns, bool inCircle)
    {
        QStringList notes;
        const auto stored =
            std::count_if(old.columns.begin(), old.columns.end(),
                          [](const ShapeColumn &column) { return !column.generated; });
        if (columns.size() < stored)
            notes += QStringLiteral("columns that the new database lacks are left out");
        if (other.triggers)
            notes += QStringLiteral("triggers run when its rows are inserted");
        if (inCircle)
            notes += QStringLiteral("its foreign keys go in a circle: they must be deferrable, or "
                                    "the rows be inserted by hand");
        return notes.join(QStringLiteral("; "));
    }

    Result<Unit> writeEnd()
    {
        QString text;
        for (const SalvagedTable &table : m_out.tables) {
            for (const QString &statement : m_oldShapes.constFind(table.table)->sequences)
                text += statement + QLatin1Char('\n');
        }
        text += QStringLiteral("commit;\n");
        for (const SalvagedTable &table : m_out.tables)
            text += QStringLiteral("-- %1: %2%3\n")
                        .arg(inComment(table.table), rowsText(table.rows),
                             table.note.isEmpty() ? QString()
                                                  : QStringLiteral("; ") + inComment(table.note));
        for (const NotSalvaged &table : m_out.notExported)
            text += QStringLiteral("-- not exported: %1: %2\n")
                        .arg(inComment(table.table), inComment(table.why));
        return write(text + QStringLiteral("-- %1\n").arg(rowsText(m_out.rows)));
    }

    const SalvageSetup &m_setup;
    const QDeadlineTimer m_until;
    QSaveFile m_file;
    std::unique_ptr<ReadSession> m_oldKeys, m_oldRows, m_new;
    TableShapes m_oldShapes, m_newShapes;
    Salvage m_out;
    int m_done = 0;
};

} // namespace
} // namespace integrity

QString Salvage::summary() const
{
    QString out = QStringLiteral("%1 of %2 table%3")
                      .arg(rowsText(rows))
                      .arg(tables.size())
                      .arg(tables.size() == 1 ? QString() : QStringLiteral("s"));
    out += QStringLiteral("; a row whose key the new database has given out again is not among them");
    if (!notExported.isEmpty())
        out += QStringLiteral("; %1 table%2 not exported")
                   .arg(notExported.size())
                   .arg(notExported.size() == 1 ? QString() : QStringLiteral("s"));
    return out;
}

Result<Salvage> salvage(const SalvageSetup &setup)
{
    return integrity::SalvageRun(setup).run();
}

} // namespace understudy
