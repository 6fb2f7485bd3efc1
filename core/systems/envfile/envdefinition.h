// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace understudy {

/// Where one NAME=VALUE of an env file stands, in bytes of the whole text.
struct EnvDefinition
{
    QString key;
    int line = 0;            ///< 1-based, of the name
    qsizetype begin = 0;     ///< of the value, its opening quotation mark included
    qsizetype end = 0;       ///< just after it, its closing quotation mark included
    char quote = 0;          ///< ' " ` or 0
    bool closed = true;      ///< false: the quotation mark is never closed
    bool operator==(const EnvDefinition &) const = default;
};

/// All definitions in the order of the text. Linear in its size; understands what EnvVariables reads.
QList<EnvDefinition> envDefinitions(const QByteArray &text);

} // namespace understudy
