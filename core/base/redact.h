// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace understudy {

/// Takes passwords out of text from outside before it is shown, logged or journaled: the password
/// in any scheme://user:password@host URL, password=… and similar key/value pairs, Bearer tokens.
QString redacted(const QString &text);

/// "user@host:port/database" of a connection URL: enough to recognise it by, nothing secret.
QString urlForDisplay(const QString &url);

} // namespace understudy
