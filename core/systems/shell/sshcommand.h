// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

#include <QStringList>

namespace understudy {

/// Arguments of an ssh that runs nothing on the host and takes connections to everywhere on a Unix
/// socket at `socket`. Names, keys, jump hosts and what is known of host keys come from the
/// operator's configuration; nothing is asked, and nothing outlives this one ssh.
QStringList sshForwardArguments(const Host &host, const QString &socket);

/// "ssh -F FILE DESTINATION", for a person to try.
QString sshByHand(const Host &host);
/// Before the words of a command that is to run there: no terminal, no question, 8 s to connect.
QStringList sshRunArguments(const Host &host);

} // namespace understudy
