// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/bisect/symptomquery.h"

#include "core/base/redact.h"
#include "core/recovery/integrity/readsession.h"

#include <QRegularExpression>

namespace understudy {
namespace {

using Kind = MomentSight::Kind;

constexpr qsizetype longestSymptom = 20'000;

/// Without what quotes the statement: it is known, and here one line longer.
QString wordsOfServer(const Error &error)
{
    static const QRegularExpression quotation(QStringLiteral(" LINE [0-9]+: .*$"));
    return redacted(serverWordsOf(error).remove(quotation));
}

tl::unexpected<Error> badSymptom(const QString &what, const QString &hint = {})
{
    return fail(ErrorCode::InvalidInput, QStringLiteral("the symptom query %1").arg(what),
                hint.isEmpty() ? QStringLiteral("Write one SELECT that answers true when the symptom is there: select count(*) = 0 from scenes.") : hint);
}

bool isIdentifierPart(QChar one) { return one.isLetterOrNumber() || one == QLatin1Char('_') || one == QLatin1Char('$'); }

/// Walks over SQL as PostgreSQL's own scanner divides it, and tells what stands outside of quotes and comments.
class SymptomScanner
{
public:
    explicit SymptomScanner(const QString &sql) : m_sql(sql) {}

    /// The statement with blanks in place of comments at its ends, and without a last ';'.
    Result<QString> scan()
    {
        while (m_at < m_sql.size()) {
            if (const Result<bool> passed = passQuoted(); !passed)
                return fail(passed.error());
            else if (*passed)
                continue;
            if (const Result<Unit> fit = takePlain(); !fit)
                return fail(fit.error());
        }
        if (m_first.isEmpty())
            return badSymptom(QStringLiteral("is empty"));
        static const QStringList readers{QStringLiteral("select"), QStringLiteral("with"), QStringLiteral("values"), QStringLiteral("table")};
        if (!readers.contains(m_first.toLower()))
            return badSymptom(QStringLiteral("begins with '%1': it may only read").arg(m_first.left(20)));
        return m_sql.left(m_end < 0 ? m_sql.size() : m_end);
    }

private:
    bool startsHere(const char *text) const { return m_sql.mid(m_at, qsizetype(qstrlen(text))) == QLatin1String(text); }

    /// Over one quoted thing or comment that begins here. False: none does.
    Result<bool> passQuoted()
    {
        if (startsHere("--")) {
            const qsizetype end = m_sql.indexOf(QLatin1Char('\n'), m_at);
            m_at = end < 0 ? m_sql.size() : end;
            return true;
        }
        if (startsHere("/*"))
            return passComment();
        const QChar one = m_sql.at(m_at);
        if (one == QLatin1Char('\'') || one == QLatin1Char('"'))
            return passQuotes(one);
        // A dollar inside a name is part of it.
        static const QRegularExpression tag(QStringLiteral("\\G\\$(?:[A-Za-z_\\x80-\\x{ffff}][A-Za-z_0-9\\x80-\\x{ffff}]*)?\\$"));
        if (one != QLatin1Char('$') || (m_at > 0 && isIdentifierPart(m_sql.at(m_at - 1))))
            return false;
        const QRegularExpressionMatch match = tag.match(m_sql, m_at);
        if (!match.hasMatch())
            return false;
        const qsizetype end = m_sql.indexOf(match.captured(), match.capturedEnd());
        if (end < 0)
            return badSymptom(QStringLiteral("has a quote that does not end"));
        if (const Result<Unit> fit = mustNotFollow(); !fit)
            return fail(fit.error());
        m_at = end + match.capturedLength();
        return true;
    }

    Result<bool> passComment()
    {
        int depth = 0;
        for (; m_at < m_sql.size(); ++m_at) {
            if (startsHere("/*")) {
                ++depth;
                ++m_at;
            } else if (startsHere("*/")) {
                ++m_at;
                if (--depth == 0) {
                    ++m_at;
                    return true;
                }
            }
        }
        return badSymptom(QStringLiteral("has a comment that does not end"));
    }

    Result<bool> passQuotes(QChar quote)
    {
        if (const Result<Unit> fit = mustNotFollow(); !fit)
            return fail(fit.error());
        // E'…' knows backslashes; a doubled quote is two quotations here, which comes to the same.
        const bool isEscaped = quote == QLatin1Char('\'') && m_at > 0 && m_sql.at(m_at - 1).toLower() == QLatin1Char('e')
                               && (m_at < 2 || !isIdentifierPart(m_sql.at(m_at - 2)));
        for (++m_at; m_at < m_sql.size(); ++m_at) {
            if (isEscaped && m_sql.at(m_at) == QLatin1Char('\\'))
                ++m_at;
            else if (m_sql.at(m_at) == quote) {
                ++m_at;
                // The escapes go on behind a doubled quote.
                if (!isEscaped || m_at >= m_sql.size() || m_sql.at(m_at) != quote)
                    return true;
            }
        }
        return badSymptom(QStringLiteral("has a quote that does not end"));
    }

    Result<Unit> mustNotFollow() const
    {
        return m_end < 0 ? Result<Unit>(Unit{}) : badSymptom(QStringLiteral("has several statements"));
    }

    Result<Unit> takePlain()
    {
        const QChar one = m_sql.at(m_at);
        if (one.isNull())
            return badSymptom(QStringLiteral("holds a character without meaning"));
        if (!one.isSpace() && one != QLatin1Char(';')) {
            if (const Result<Unit> fit = mustNotFollow(); !fit)
                return fit;
        }
        const bool beginsParameter = one == QLatin1Char('$') && m_at + 1 < m_sql.size() && m_sql.at(m_at + 1).isDigit()
                                     && (m_at == 0 || !isIdentifierPart(m_sql.at(m_at - 1)));
        if (beginsParameter)
            return badSymptom(QStringLiteral("has a parameter"), QStringLiteral("Write the value itself in place of $1."));
        if (one == QLatin1Char(';') && m_end < 0)
            m_end = m_at;
        // The first word; an opening bracket may stand before it.
        if (m_first.isEmpty() && (one.isLetter() || !(one.isSpace() || one == QLatin1Char('(')))) {
            qsizetype end = m_at + 1;
            while (one.isLetter() && end < m_sql.size() && isIdentifierPart(m_sql.at(end)))
                ++end;
            m_first = m_sql.mid(m_at, end - m_at);
        }
        ++m_at;
        return Unit{};
    }

    const QString &m_sql;
    qsizetype m_at = 0;
    qsizetype m_end = -1; ///< where the ';' stands behind which nothing may follow
    QString m_first;
};

/// The server's word for a statement that would change something.
bool isChangeRefused(const Error &error)
{
    // libpqxx 6 forgets the state.
    return sqlStateOf(error) == QLatin1String("25006") || error.cause.contains(QLatin1String("read-only transaction"))
           || error.cause.contains(QLatin1String("transaction read-write mode")) || error.cause.contains(QLatin1String("data-modifying statement"));
}

MomentSight cannotTell(const QString &why) { return {Kind::CannotTell, why}; }

} // namespace

Result<SymptomQuery> SymptomQuery::parse(const QString &sql)
{
    if (sql.size() > longestSymptom)
        return badSymptom(QStringLiteral("is longer than 20000 characters"));
    const Result<QString> one = SymptomScanner(sql).scan();
    if (!one)
        return fail(one.error());
    return SymptomQuery(one->trimmed());
}

Result<MomentSight> SymptomQuery::ask(PgConnection &session, Milliseconds deadline, bool errorIsBad) const
{
    // With a parameter the server takes one statement only, and inside brackets no change. The line feeds
    // end a comment; two rows are one too many already.
    const Result<PgTable> answer = session.query(QStringLiteral("select * from (\n%1\n) as symptom where $1::boolean limit 2").arg(m_sql), deadline,
                                                 {QStringLiteral("true")});
    if (answer)
        return read(*answer);
    const Error &error = answer.error();
    const QString words = wordsOfServer(error);
    if (isChangeRefused(error))
        return fail(ErrorCode::PermissionDenied, QStringLiteral("the symptom query would change something: %1").arg(words), QStringLiteral("Write one that only reads."));
    switch (error.code) {
    case ErrorCode::Cancelled: return fail(error);
    case ErrorCode::SqlError:
    case ErrorCode::PermissionDenied: return MomentSight{errorIsBad ? Kind::Bad : Kind::CannotTell, QStringLiteral("error: ") + words};
    default: return cannotTell(error.message);
    }
}

MomentSight SymptomQuery::read(const PgTable &answer)
{
    if (answer.rows.isEmpty())
        return cannotTell(QStringLiteral("the query returns no row"));
    if (answer.rows.size() > 1)
        return cannotTell(QStringLiteral("the query returns more than one row"));
    if (answer.rows.first().isEmpty())
        return cannotTell(QStringLiteral("the query returns no column"));
    const PgTable::Cell cell = answer.rows.first().first();
    if (!cell)
        return cannotTell(QStringLiteral("the query returns null"));
    const QString text = cell->trimmed().toLower();
    if (text == QLatin1String("t") || text == QLatin1String("true"))
        return {Kind::Bad, QStringLiteral("the query says true")};
    if (text == QLatin1String("f") || text == QLatin1String("false"))
        return {Kind::Good, QStringLiteral("the query says false")};
    bool isNumber = false;
    const double number = text.toDouble(&isNumber);
    if (!isNumber || number != number)
        return cannotTell(QStringLiteral("the query returns neither a boolean nor a number"));
    return {number == 0 ? Kind::Good : Kind::Bad, QStringLiteral("the query says %1").arg(text.left(40))};
}

} // namespace understudy
