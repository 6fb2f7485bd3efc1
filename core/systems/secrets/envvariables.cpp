// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/secrets/envvariables.h"

#include <QRegularExpression>

namespace understudy {

/// The text line by line, without line ends.
class EnvVariables::Lines
{
public:
    explicit Lines(QByteArray text)
    {
        if (text.startsWith("\xef\xbb\xbf"))
            text.remove(0, 3);
        text.replace("\r\n", "\n");
        m_lines = text.split('\n');
    }
    bool atEnd() const { return m_next >= m_lines.size(); }
    QByteArray next() { return m_lines.at(m_next++); }
    int number() const { return int(m_next); } ///< 1-based, of the line that `next` gave
    void goBackTo(int number) { m_next = number; }

private:
    QList<QByteArray> m_lines;
    qsizetype m_next = 0;
};

namespace {

/// Where the quotation ends; a backslash before the same sign does not end it.
qsizetype closingQuote(const QByteArray &text, char quote, qsizetype from)
{
    for (qsizetype i = from; i < text.size(); ++i) {
        if (text.at(i) == '\\' && i + 1 < text.size() && text.at(i + 1) == quote)
            ++i;
        else if (text.at(i) == quote)
            return i;
    }
    return -1;
}

bool isEnvComment(const QByteArray &rest)
{
    const QByteArray trimmed = rest.trimmed();
    return trimmed.isEmpty() || trimmed.startsWith('#');
}

} // namespace

EnvVariables::Variable EnvVariables::quotedValue(Lines &lines, QByteArray rest)
{
    Variable variable;
    const char quote = rest.at(0);
    const int firstLine = lines.number();
    qsizetype end = closingQuote(rest, quote, 1);
    while (end < 0 && !lines.atEnd()) {
        const qsizetype from = rest.size();
        rest += '\n';
        rest += lines.next();
        end = closingQuote(rest, quote, from);
    }
    if (end < 0) {
        // Whoever forgot the sign meant one line; the lines after it are read as if nothing were wrong.
        lines.goBackTo(firstLine);
        variable.problem = QStringLiteral("its quotation mark is not closed");
        return variable;
    }
    variable.value = rest.mid(1, end - 1);
    if (!isEnvComment(rest.mid(end + 1)))
        variable.problem = QStringLiteral("text follows its closing quotation mark");
    else if (variable.value.contains(QByteArray("\\").append(quote)))
        variable.problem = QStringLiteral("a backslash stands before a quotation mark, which tools read differently");
    if (quote == '"')
        variable.value.replace("\\n", "\n").replace("\\r", "\r");
    return variable;
}

EnvVariables::Variable EnvVariables::plainValue(const QByteArray &rest)
{
    Variable variable;
    const qsizetype hash = rest.indexOf('#');
    if (hash > 0 && rest.at(hash - 1) != ' ' && rest.at(hash - 1) != '\t')
        variable.problem = QStringLiteral("it holds '#' without quotes, which tools read differently");
    variable.value = (hash < 0 ? rest : rest.left(hash)).trimmed();
    return variable;
}

void EnvVariables::add(const QString &key, const Variable &variable)
{
    const auto before = m_variables.constFind(key);
    if (before != m_variables.constEnd())
        m_notes.append(QStringLiteral("%1 is defined on line %2 and again on line %3; the last one counts")
                           .arg(key).arg(before->line).arg(variable.line));
    m_variables.insert(key, variable);
}

EnvVariables EnvVariables::read(const QByteArray &text)
{
    static const QRegularExpression form(
        QStringLiteral("^\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\\s*=\\s*(.*)$"),
        QRegularExpression::DotMatchesEverythingOption);
    EnvVariables file;
    Lines lines(text);
    while (!lines.atEnd()) {
        // Latin 1 maps every byte to one character and back, so that values keep their bytes.
        const QByteArray line = lines.next();
        const int number = lines.number();
        if (isEnvComment(line))
            continue;
        const QRegularExpressionMatch match = form.match(QString::fromLatin1(line));
        if (!match.hasMatch()) {
            file.m_notes.append(QStringLiteral("line %1 is neither NAME=VALUE nor a comment").arg(number));
            continue;
        }
        const QByteArray rest = match.captured(2).toLatin1();
        const bool quoted = rest.startsWith('"') || rest.startsWith('\'') || rest.startsWith('`');
        Variable variable = quoted ? quotedValue(lines, rest) : plainValue(rest);
        variable.line = number;
        file.add(match.captured(1), variable);
    }
    return file;
}

Result<Secret> EnvVariables::value(const QString &key) const
{
    const auto found = m_variables.constFind(key);
    if (found == m_variables.constEnd())
        return fail(ErrorCode::NotFound, QStringLiteral("%1 is not defined there").arg(key),
                    QStringLiteral("Correct the key in the plan, or define it in the file."));
    if (!found->problem.isEmpty())
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("%1 on line %2 is unclear: %3").arg(key).arg(found->line).arg(found->problem),
                    QStringLiteral("Put the value in single quotes."));
    return Secret(found->value);
}

} // namespace understudy
