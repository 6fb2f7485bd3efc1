// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/httpcall.h"
#include "app/lab/labstate.h"
#include "app/lab/pgcall.h"
#include "app/lab/rediscall.h"
#include "app/lab/standin/misbehaviour.h"

#include <functional>

namespace understudy::lab {

/// A running lab as faults see it: what its processes are and what its servers say. Every call blocks,
/// with a deadline; a fault is broken and mended in the program that was asked to, never in the supervisor.
class LabDesk
{
public:
    [[nodiscard]] static Result<LabDesk> open(const LabFolder &folder);

    const LabFolder &folder() const { return m_folder; }
    const LabState &state() const { return m_state; }
    /// Reads lab.json anew.
    void refresh();

    bool isOnline(const QString &process);
    /// Down because of a fault that is not mended yet.
    bool isHeld(const QString &process) const;
    [[nodiscard]] Result<Unit> kill(const QString &process) const;
    [[nodiscard]] Result<Unit> stop(const QString &process) const;   ///< SIGSTOP, children included
    [[nodiscard]] Result<Unit> resume(const QString &process) const; ///< SIGCONT
    [[nodiscard]] Result<Unit> start(const QString &process) const;
    /// Returns when another process has the name and answers on its port.
    [[nodiscard]] Result<Unit> restart(const QString &process);

    /// Looks every 50 ms until it is so; else NotProved with `what`, which names what did not happen.
    [[nodiscard]] static Result<Unit> waitUntil(const QString &what, Milliseconds deadline, const std::function<bool()> &isSo);

    Result<RespValue> redis(const QString &node, const QList<QByteArray> &command) const;
    Result<RespValue> sentinel(const QString &name, const QList<QByteArray> &command) const;
    Result<PgRows> sql(const QString &text, Milliseconds deadline = std::chrono::seconds(10), const QString &server = QStringLiteral("postgres")) const;
    Result<HttpAnswer> http(const QString &process, const QString &path, Milliseconds deadline = std::chrono::seconds(2)) const;

    /// The colour that users reach, by the traffic file; "blue" when that names both.
    QString liveColour() const;
    QStringList instancesOf(const QString &colour) const;
    /// Reads the instance's misbehaviour, lets `change` change it, and writes it.
    [[nodiscard]] Result<Unit> misbehave(const QString &instance, const std::function<void(Misbehaviour &)> &change) const;
    /// What a monitoring of the lab would tell the pager about a fault: that it is there, or over.
    [[nodiscard]] Result<Unit> page(const QString &fault, const QString &summary, bool over) const;

private:
    LabDesk(const LabFolder &folder, LabState state) : m_folder(folder), m_state(std::move(state)) {}

    LabFolder m_folder;
    LabState m_state;
    Secret m_redisPassword;
    Secret m_sentinelPassword;
    Secret m_databasePassword;
    Secret m_routingKey;
};

} // namespace understudy::lab
