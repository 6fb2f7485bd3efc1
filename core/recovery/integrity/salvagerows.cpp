// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/salvagerows.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace understudy::integrity {
namespace {

constexpr qsizetype portionKeys = 500;
constexpr qint64 portionBytes = 4'000'000;
constexpr qint64 mostBytesOfRow = 24'000'000; ///< an answer may have 32 MB, and quotes are doubled
constexpr qsizetype formatArguments = 50;     ///< a function takes a hundred

} // namespace

SalvageRows::SalvageRows(ReadSession &session, const TableShape &shape, const QStringList &columns,
                         bool whole, const QDeadlineTimer &until, Write write)
    : m_session(session)
    , m_shape(shape)
    , m_columns(columns)
    , m_whole(whole)
    , m_until(until)
    , m_write(std::move(write))
{}

Milliseconds SalvageRows::left() const
{
    return Milliseconds(std::max<qint64>(1, m_until.remainingTime()));
}

Result<Unit> SalvageRows::add(const QList<PgTable::Cell> &key)
{
    m_keys += key;
    return m_keys.size() < portionKeys ? Result<Unit>(Unit{}) : flush();
}

Result<Unit> SalvageRows::finish()
{
    if (Result<Unit> flushed = flush(); !flushed)
        return flushed;
    if (!m_statementOpen)
        return Unit{};
    m_statementOpen = false;
    return m_write(QStringLiteral("\non conflict do nothing;\n"));
}

/// The keys as rows of their own types, numbered as they were given.
QString SalvageRows::keysSql() const
{
    QStringList typed;
    QStringList joined;
    for (qsizetype i = 0; i < m_shape.key.size(); ++i) {
        typed += QStringLiteral("(e.value->>%1)::%2 as k%1").arg(i).arg(m_shape.key.at(i).type);
        joined += QStringLiteral("t.%1 = k.k%2").arg(m_shape.key.at(i).name, QString::number(i));
    }
    return QStringLiteral("(select e.ordinality as place, %1 from json_array_elements($1::json) "
                          "with ordinality e) k join only %2 t on %3")
        .arg(typed.join(QStringLiteral(", ")), m_shape.name, joined.join(QStringLiteral(" and ")));
}

QString SalvageRows::valuesSql() const
{
    QStringList parts;
    for (qsizetype from = 0; from < m_columns.size(); from += formatArguments) {
        const QStringList columns = m_columns.mid(from, formatArguments);
        QStringList places;
        QStringList arguments;
        for (const QString &column : columns) {
            places += QStringLiteral("%L");
            arguments += QStringLiteral("t.%1").arg(column);
        }
        parts += QStringLiteral("format('%1', ").arg(places.join(QStringLiteral(", "))) +
                 arguments.join(QStringLiteral(", ")) + QLatin1Char(')');
    }
    return QStringLiteral("'(' || ") + parts.join(QStringLiteral(" || ', ' || ")) +
           QStringLiteral(" || ')'");
}

QString SalvageRows::parameter(qsizetype from, qsizetype count) const
{
    QJsonArray all;
    for (qsizetype i = from; i < from + count; ++i) {
        QJsonArray key;
        for (const PgTable::Cell &cell : m_keys.at(i))
            key.append(cell.value_or(QString()));
        all.append(key);
    }
    return QString::fromUtf8(QJsonDocument(all).toJson(QJsonDocument::Compact));
}

Result<Unit> SalvageRows::flush()
{
    if (m_keys.isEmpty())
        return Unit{};
    const QString sizes =
        QStringLiteral("select k.place, octet_length(row(%1)::text) as size from ")
            .arg(m_columns.isEmpty()
                     ? QStringLiteral("0")
                     : QStringLiteral("t.") + m_columns.join(QStringLiteral(", t.")));
    const Result<PgTable> answer =
        m_session.askHeldApart(sizes + keysSql() + QStringLiteral(" order by k.place"), left(),
                               {parameter(0, m_keys.size())});
    if (!answer)
        return fail(answer.error());
    qsizetype from = 0;
    qint64 bytes = 0;
    for (qsizetype row = 0; row < answer->rows.size(); ++row) {
        const qsizetype place =
            answer->at(row, QStringLiteral("place")).value_or(QString()).toLongLong() - 1;
        const qint64 size =
            answer->at(row, QStringLiteral("size")).value_or(QString()).toLongLong();
        if (place > from && bytes + size > portionBytes) {
            if (Result<Unit> done = writePortion(from, place - from); !done)
                return done;
            from = place;
            bytes = 0;
        }
        if (size > mostBytesOfRow) {
            ++m_tooLarge;
            from = place + 1;
            bytes = 0;
            continue;
        }
        bytes += size;
    }
    if (from < m_keys.size()) {
        if (Result<Unit> done = writePortion(from, m_keys.size() - from); !done)
            return done;
    }
    m_keys.clear();
    return Unit{};
}

Result<Unit> SalvageRows::writePortion(qsizetype from, qsizetype count)
{
    const Result<PgTable> rows =
        m_session.askHeldApart(QStringLiteral("select ") + valuesSql() + QStringLiteral(" from ") +
                                   keysSql() + QStringLiteral(" order by k.place desc"),
                               left(), {parameter(from, count)});
    if (!rows)
        return fail(rows.error());
    QString text;
    for (const QList<PgTable::Cell> &row : rows->rows) {
        if (!m_statementOpen)
            text += QStringLiteral("insert into %1 (%2) overriding system value values\n")
                        .arg(m_shape.name, m_columns.join(QStringLiteral(", ")));
        else
            text += QStringLiteral(",\n");
        m_statementOpen = true;
        text += row.value(0).value_or(QString());
        ++m_written;
    }
    if (!m_whole && m_statementOpen) {
        text += QStringLiteral("\non conflict do nothing;\n");
        m_statementOpen = false;
    }
    return m_write(text);
}

} // namespace understudy::integrity
