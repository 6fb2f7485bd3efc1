// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMap>
#include <QStringList>

namespace understudy {

/// Every key that a plan file may hold, by the path of its mapping: "" is the file itself, "redis.tls"
/// a section, "cost[]" the items of a list, "hosts.*" the values of a mapping whose keys are names.
/// Shared shapes have a path of their own: "secret". The schema for editors is held to this table.
const QMap<QString, QStringList> &planKeys();
/// The scenarios that a plan may have procedures for, in the order of a document.
QStringList procedureNames();

} // namespace understudy
