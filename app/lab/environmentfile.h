// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QMap>
#include <QString>

namespace understudy::lab {

/// KEY=value lines as the platform's loader reads them: comments and blank lines are passed over, a
/// value may stand in single or double quotes, nothing is expanded, the last of two keys wins.
QMap<QString, QString> readEnvironment(const QByteArray &text);
/// An unreadable file is an empty one, as for the platform.
QMap<QString, QString> readEnvironmentFile(const QString &path);

} // namespace understudy::lab
