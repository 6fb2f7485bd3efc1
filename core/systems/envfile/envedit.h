// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

#include <QHash>
#include <QStringList>

#include <functional>

namespace understudy {

/// Gives keys of an env file new values, and changes nothing else: comments, order, `export`, line ends
/// and the other lines stay byte for byte. Pure: text in, text out.
///
/// Every definition of a key is changed, since readers disagree which of several counts (dotenv: the last;
/// a shell that sources the file: the last; some parsers: the first), and no reader may find the old value.
class EnvEdit
{
public:
    /// What changes, fit for the screen: passwords are masked, and what is no URL is hidden whole.
    struct Line
    {
        int number = 0; ///< 1-based, where the definition begins
        QString before, after;
        bool operator==(const Line &) const = default;
    };

    /// `values` by key. NotFound when a key is not defined; InvalidInput when a definition is one that tools
    /// read differently (an unclosed quotation mark, say), or when no quotation can hold the new value.
    static Result<EnvEdit> make(const QByteArray &text, const QHash<QString, Secret> &values);
    /// The new value of a definition from its old one, without its quotation marks. The message of an Error
    /// goes on the sentence "KEY on line 3 …" and never quotes the value.
    using Change = std::function<Result<Secret>(const QString &key, const Secret &old)>;
    static Result<EnvEdit> make(const QByteArray &text, const QStringList &keys, const Change &change);

    const QByteArray &text() const { return m_text; } ///< the whole file as it is to be
    const QList<Line> &preview() const { return m_preview; }
    bool changesAnything() const { return !m_preview.isEmpty(); }

private:
    QByteArray m_text;
    QList<Line> m_preview;
};

} // namespace understudy
