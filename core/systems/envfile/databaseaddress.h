// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

namespace understudy {

/// Where an application's addresses of its database are to lead.
struct DatabaseTarget
{
    Secret direct; ///< a URL with user and password
    Secret pooled; ///< the same through the provider's pooler; empty: there is none
    Secret formerPooled =
        {}; ///< the old database's pooler, where its host's name does not tell; may be empty
};

/// The value that takes `old`'s place under `key`. Pure.
///
/// A URL keeps its scheme and its driver's parameters; user, password, host, port and database come
/// from the target: from the pooled address when the old one was pooled ("-pooler" in its host,
/// pgbouncer=true), else from the direct one. Parameters that would lead back (host=,
/// options=endpoint%3D…) are left out. A value that is no URL is changed when its key says which
/// part it is (…_HOST, …_PORT, …_USER, …_PASSWORD, …_DB, …_DATABASE). Anything else is
/// InvalidInput; the message goes on the sentence "KEY …".
[[nodiscard]] Result<Secret> movedValue(const QString &key, const Secret &old,
                                        const DatabaseTarget &target);

/// "ep-x.example:5432/thecopy": which database an address leads to, the same for a pooled and a
/// direct one. Empty: it cannot be read. Holds no secret.
QString databasePlace(const Secret &url);
/// The server in it: "ep-x.example:5432".
QString databaseServer(const Secret &url);
/// Whether what stands under `key` leads to the target: a URL to its place, a part of one to that
/// part.
bool leadsTo(const QString &key, const Secret &value, const DatabaseTarget &target);
/// The address for a look of ours: without the provider's pooler in its host name, and without what
/// libpq would refuse. What is no URL comes back as it is.
Secret directAddress(const Secret &url);
bool isPooledAddress(const Secret &url);

} // namespace understudy
