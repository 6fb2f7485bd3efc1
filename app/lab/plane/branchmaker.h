// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labfolder.h"
#include "app/lab/plane/planerecords.h"
#include "core/base/clock.h"
#include "core/base/result.h"

namespace understudy::lab {

struct LabState;

/// Makes and removes the servers of branches: copies the lab's base backup, has PostgreSQL recover it
/// from the WAL archive to the wanted moment, and asks the lab's supervisor to run it. Every call blocks,
/// up to two minutes, so it belongs on a thread of its own; every task may be done twice.
class BranchMaker
{
public:
    struct Settings
    {
        LabFolder folder;
        quint16 controlPort = 0;
        Secret supervisorToken; ///< for branches' servers only
        Secret databaseAdmin, databaseApplication;
    };
    explicit BranchMaker(const Settings &settings) : m_settings(settings) {}

    [[nodiscard]] Result<Unit> perform(const BranchTask &task) const;

private:
    [[nodiscard]] Result<Unit> create(const BranchTask &task) const;
    /// Everything that the parent has committed so far is in its archive afterwards. False when the parent
    /// does not answer: then its archive stays as it is.
    [[nodiscard]] Result<bool> flushParent(const BranchTask &task) const;
    [[nodiscard]] Result<Unit> layOut(const BranchTask &task, bool toTheEnd) const;
    [[nodiscard]] Result<Unit> recover(const BranchTask &task) const;
    [[nodiscard]] Result<Unit> startCompute(const BranchTask &task) const;
    [[nodiscard]] Result<Unit> removeServer(int slot) const;
    [[nodiscard]] Result<Unit> removeFolder(int slot) const;
    [[nodiscard]] Result<Unit> ask(const QString &what, int slot) const;
    /// The last that a server said before it gave up, from its log behind `from`.
    QString lastWords(int slot, qint64 from) const;
    bool isRunning(int slot) const { return ask(QStringLiteral("look"), slot).has_value(); }
    QString archiveOf(int slot) const;

    const Settings m_settings;
    SystemClock m_clock;
};

} // namespace understudy::lab
