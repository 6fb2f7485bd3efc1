// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <QList>
#include <QStringList>

namespace understudy {

/// A Markdown document while it is written. Every text that is given is shown as it is: its signs are
/// escaped. Empty facts and empty tables leave no trace.
class MarkdownText
{
public:
    static QString escaped(const QString &text);
    static QString code(const QString &text); ///< inline code that holds any text
    /// An argument list as a line for a POSIX shell.
    static QString commandLine(const QStringList &command);

    /// "24 h", "5 min", "500 ms": whole, as a plan writes it.
    static QString duration(Milliseconds duration);

    const QString &text() const { return m_text; }
    void heading(int level, const QString &title);
    void paragraph(const QString &markdown); ///< markdown, not escaped here
    /// "- **Name:** value", value being markdown.
    void fact(const QString &name, const QString &markdown);
    void item(const QString &markdown);
    /// Cells are markdown.
    void table(const QStringList &columns, const QList<QStringList> &rows);
    /// As the continuation of a list item when indented.
    void codeBlock(const QString &text, int indent = 0);

private:
    void separate();

    QString m_text;
    bool m_inList = false;
};

} // namespace understudy
