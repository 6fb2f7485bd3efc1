// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/journal.h"

#include <functional>

namespace understudy {

/// A copy that a bisection has asked for, or was about to.
struct ProbeCopy
{
    QString run;  ///< "B-20261126-081900-7f3a"
    QString step; ///< "probe-3"
    QString name; ///< at the provider: "understudy-probe-20261126-081900-7f3a-3"
    bool operator==(const ProbeCopy &) const = default;
};

/// The record of one bisection: a journal of its own, "B-….jsonl", beside those of the runs. A copy's name
/// is on disk (intent) before the copy is asked for, and its end (undone) after it was seen to be gone:
/// what lies between outlives a crash. One thread.
class ProbeBook
{
public:
    /// `opening` describes the bisection; its "resource" is by what leftovers are found again.
    [[nodiscard]] static Result<std::unique_ptr<ProbeBook>> open(const QString &folder, const QJsonObject &opening, const Clock &clock,
                                                                 std::function<void(const JournalEntry &)> onEntry = {});
    QString run() const { return m_run; }
    /// The next copy, named and on disk.
    [[nodiscard]] Result<ProbeCopy> announce(const QDateTime &moment, const QDateTime &expiresAt);
    [[nodiscard]] Result<Unit> record(const QString &step, const QString &event, const QJsonObject &detail);
    [[nodiscard]] Result<Unit> recordGone(const ProbeCopy &copy, const QString &evidence);

    /// Copies of that resource whose end no bisection has recorded, whichever; also of one that runs just
    /// now: the resource's lock tells. Unreadable journals are left out (and logged); their copies expire.
    static QList<ProbeCopy> left(const QString &folder, const QString &resource);
    /// In the journal of the bisection that made it, which is over.
    [[nodiscard]] static Result<Unit> recordGoneLater(const QString &folder, const ProbeCopy &copy, const QString &evidence, const Clock &clock);

private:
    ProbeBook(QString run, std::unique_ptr<JournalWriter> journal, std::function<void(const JournalEntry &)> onEntry);

    const QString m_run;
    const std::unique_ptr<JournalWriter> m_journal;
    const std::function<void(const JournalEntry &)> m_onEntry;
    int m_announced = 0;
};

} // namespace understudy
