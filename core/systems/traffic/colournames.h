// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

/// How a configuration of whatever program names the plan's colours: by an instance's address, or as a word. Pure.
namespace understudy::colournames {

QStringList of(const QList<Pool> &pools);
/// "localhost" and any loopback address are one host.
bool isSameHost(const QString &one, const QString &other);
/// The colour that has an instance at this address; empty: none of the plan's.
QString ofServer(const QString &host, int port, const QList<Pool> &pools);

/// The colour that stands in the text as a word of its own ("app_blue", not "bluebird"); empty: none does.
QString in(const QString &text, const QStringList &colours);
/// The text with that word replaced; empty: it names none.
QString replaced(const QString &text, const QStringList &colours, const QString &colour);

} // namespace understudy::colournames
