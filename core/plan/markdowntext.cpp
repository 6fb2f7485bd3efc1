// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/markdowntext.h"

#include "core/plan/planwriter.h"

#include <QRegularExpression>

namespace understudy {
namespace {

/// A fence longer than any run of back quotes inside.
QString fenceFor(const QString &text, int shortest)
{
    int longest = 0;
    int run = 0;
    for (const QChar c : text) {
        run = c == QLatin1Char('`') ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return QString(std::max(shortest, longest + 1), QLatin1Char('`'));
}

} // namespace

QString MarkdownText::escaped(const QString &text)
{
    static const QRegularExpression signs(QStringLiteral("([\\\\`*_{}\\[\\]<>|~])"));
    static const QRegularExpression lineStart(QStringLiteral("^(\\s*)(#{1,6}\\s|[+-]\\s|[0-9]+[.)]\\s|=+$|-+$)"),
                                              QRegularExpression::MultilineOption);
    QString out = text;
    out.replace(signs, QStringLiteral("\\\\1"));
    out.replace(lineStart, QStringLiteral("\\1\\\\2"));
    return out.replace(QLatin1Char('\n'), QStringLiteral("  \n"));
}

QString MarkdownText::code(const QString &text)
{
    const QString oneLine = text.simplified();
    const QString fence = fenceFor(oneLine, 1);
    const QString pad = oneLine.contains(QLatin1Char('`')) ? QStringLiteral(" ") : QString();
    return fence + pad + oneLine + pad + fence;
}

QString MarkdownText::commandLine(const QStringList &command)
{
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_./:=@%+,-]+$"));
    QStringList words;
    for (QString word : command) {
        if (!plain.match(word).hasMatch())
            word = QLatin1Char('\'') + word.replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\'');
        words.append(word);
    }
    return words.join(QLatin1Char(' '));
}

QString MarkdownText::duration(Milliseconds duration)
{
    const QString text = durationForPlan(duration);
    const qsizetype unit = text.indexOf(QRegularExpression(QStringLiteral("[a-z]")));
    const QString name = text.mid(unit);
    return text.left(unit) + QLatin1Char(' ') + (name == QLatin1String("m") ? QStringLiteral("min") : name);
}

void MarkdownText::separate()
{
    if (!m_text.isEmpty())
        m_text += QLatin1Char('\n');
    m_inList = false;
}

void MarkdownText::heading(int level, const QString &title)
{
    separate();
    m_text += QString(level, QLatin1Char('#')) + QLatin1Char(' ') + escaped(title.simplified()) + QLatin1Char('\n');
}

void MarkdownText::paragraph(const QString &markdown)
{
    if (markdown.isEmpty())
        return;
    separate();
    m_text += markdown + QLatin1Char('\n');
}

void MarkdownText::item(const QString &markdown)
{
    if (!m_inList)
        separate();
    m_inList = true;
    m_text += QStringLiteral("- ") + markdown + QLatin1Char('\n');
}

void MarkdownText::fact(const QString &name, const QString &markdown)
{
    if (!markdown.isEmpty())
        item(QStringLiteral("**") + escaped(name) + QStringLiteral(":** ") + markdown);
}

void MarkdownText::table(const QStringList &columns, const QList<QStringList> &rows)
{
    if (rows.isEmpty())
        return;
    separate();
    const auto line = [](const QStringList &cells) -> QString {
        return QStringLiteral("| ") + cells.join(QStringLiteral(" | ")) + QStringLiteral(" |\n");
    };
    m_text += line(columns);
    m_text += line(QStringList(columns.size(), QStringLiteral("---")));
    for (QStringList row : rows)
        m_text += line(row.replaceInStrings(QStringLiteral("\n"), QStringLiteral(" ")));
}

void MarkdownText::codeBlock(const QString &text, int indent)
{
    const QString margin(indent, QLatin1Char(' '));
    const QString fence = fenceFor(text, 3);
    if (indent == 0)
        separate();
    m_text += margin + fence + QStringLiteral("sh\n");
    const QStringList lines = text.split(QLatin1Char('\n'));
    for (const QString &line : lines)
        m_text += margin + line + QLatin1Char('\n');
    m_text += margin + fence + QLatin1Char('\n');
}

} // namespace understudy
