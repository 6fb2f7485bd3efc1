// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace understudy {

/// Where a secret is found; never the secret. Written in a plan as {env: NAME}, {file: PATH},
/// {env_file: PATH, key: NAME, host: HOST} or {keychain: SERVICE/ACCOUNT}. A value that needs no
/// protection (a URL without a password) may stand in the plan as plain text.
struct SecretReference
{
    enum class Kind { None, Plain, Environment, File, EnvironmentFile, Keychain };
    Kind kind = Kind::None;
    QString name; ///< Plain: the text; Environment: variable; File, EnvironmentFile: path; Keychain: SERVICE/ACCOUNT
    QString key;  ///< EnvironmentFile only
    QString host; ///< EnvironmentFile only; empty: this machine

    bool isSet() const { return kind != Kind::None; }
    bool operator==(const SecretReference &) const = default;
    /// "environment variable REDIS_PASSWORD": for messages about a missing secret.
    QString describe() const;
};

} // namespace understudy
