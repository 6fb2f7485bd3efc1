// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

#include <QMap>
#include <QStringList>

namespace understudy {

/// The variables of an env file. Strict where the tools that read such files disagree: a value that
/// one of them would read in another way is refused, not guessed. Reads quotes (', ", `), values of
/// several lines in quotes, `export`, comments and CRLF; of several definitions the last one wins.
/// Neither errors nor notes ever hold a value.
class EnvVariables
{
public:
    static EnvVariables read(const QByteArray &text);

    /// NotFound when the file does not define it, InvalidInput when its value is ambiguous.
    [[nodiscard]] Result<Secret> value(const QString &key) const;
    /// What an operator should know about the file: definitions that are overridden, lines without a meaning.
    const QStringList &notes() const { return m_notes; }

private:
    struct Variable
    {
        QByteArray value;
        int line = 0;
        QString problem; ///< empty: the value is what every tool reads
    };
    class Lines;

    void add(const QString &key, const Variable &variable);
    static Variable quotedValue(Lines &lines, QByteArray rest);
    static Variable plainValue(const QByteArray &rest);

    QMap<QString, Variable> m_variables;
    QStringList m_notes;
};

} // namespace understudy
