// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/journal.h"
#include "core/recovery/runresult.h"

namespace understudy::ctl {

/// Tells of a run as it goes: JSON lines on standard output, or words for people.
class RunPrinter
{
public:
    explicit RunPrinter(bool json) : m_json(json) {}
    void entry(const JournalEntry &entry);
    void view(const RunView &view); ///< new lines of live output, for people only
    /// The last line, and the exit code.
    int end(const RunResult &result);

private:
    bool m_json;
    QHash<QString, QString> m_names;    ///< step id to name
    QHash<QString, QDateTime> m_told;   ///< newest line of live output told, by step
};

} // namespace understudy::ctl
