// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"

#include <QThread>

#include <memory>

namespace understudy {

/// Reads the desktop's keychain. Its service answers through an event loop, so one thread with its
/// own is kept for that; `read` blocks the caller, up to the deadline, and runs no loop of its own.
class KeychainReader
{
public:
    KeychainReader();
    ~KeychainReader();
    KeychainReader(const KeychainReader &) = delete;
    KeychainReader &operator=(const KeychainReader &) = delete;

    [[nodiscard]] Result<Secret> read(const QString &service, const QString &account, Milliseconds deadline);

private:
    std::unique_ptr<QThread> m_thread;
    QObject *m_worker = nullptr; ///< lives in m_thread, which deletes it when it ends
};

} // namespace understudy
