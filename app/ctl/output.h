// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QJsonDocument>
#include <QString>

namespace understudy::ctl {

/// Standard output is for the answer alone; words for people go to standard error. Each call writes
/// whole lines and flushes, so that a reader of a pipe sees them at once.
void print(const QString &text);
void printJson(const QJsonDocument &document, bool indented = false);
void tell(const QString &text);
void tell(const Error &error); ///< message, cause and what to do, on lines of their own
bool errorIsTerminal();

} // namespace understudy::ctl
