// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <utility>

namespace understudy {

/// Holds a password or a key. It has no conversion to text, no stream operator and no comparison,
/// so it cannot reach a log by accident; `reveal` is the one way out and is easy to search for.
class Secret
{
public:
    Secret() = default;
    explicit Secret(QByteArray value) : m_value(std::move(value)) {}
    bool isEmpty() const { return m_value.isEmpty(); }
    const QByteArray &reveal() const { return m_value; }

private:
    QByteArray m_value;
};

} // namespace understudy
