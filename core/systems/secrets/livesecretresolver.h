// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/secrets/keychainreader.h"
#include "core/systems/secrets/secretresolver.h"

#include <QHash>
#include <QMutex>

namespace understudy {

/// Looks where the plan says: this program's environment, files here, env files here or on a host by
/// the operator's own ssh, the desktop's keychain. Nothing is cached but what the operator typed: a
/// file may change under a recovery, and the next look must see it. Relative paths start at the plan.
class LiveSecretResolver : public SecretResolver
{
public:
    explicit LiveSecretResolver(const Plan &plan);
    [[nodiscard]] Result<Secret> resolve(const SecretReference &reference) const override;
    void provide(const SecretReference &reference, const Secret &secret) override;

private:
    [[nodiscard]] Result<Secret> find(const SecretReference &reference) const;
    [[nodiscard]] Result<Secret> fromEnvironment(const SecretReference &reference) const;
    [[nodiscard]] Result<Secret> fromFile(const SecretReference &reference) const;
    [[nodiscard]] Result<Secret> fromEnvFile(const SecretReference &reference) const;
    [[nodiscard]] Result<Secret> fromKeychain(const SecretReference &reference) const;
    [[nodiscard]] Result<QByteArray> readLocal(const QString &path) const;
    [[nodiscard]] Result<QByteArray> readRemote(const Host &host, const QString &path) const;
    QString absolute(const QString &path) const;

    QString m_folder;
    QHash<QString, Host> m_hosts;
    mutable QMutex m_mutex; ///< guards what follows
    QHash<QString, Secret> m_provided;
    mutable std::unique_ptr<KeychainReader> m_keychain; ///< made when first needed
};

} // namespace understudy
