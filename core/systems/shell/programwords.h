// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/program.h"

namespace understudy {

/// What a script's own words say against its exit code. Plans name scripts that do not exist, and some that say
/// themselves that they only pretended, and end with 0.
struct ProgramWords
{
    enum class Verdict { Plausible, Simulated, Missing, Failed };
    Verdict verdict = Verdict::Plausible;
    QString why; ///< the line that says so; empty when plausible. Redacted
};

/// The end of what it said on standard error, in one line, redacted: an Error's cause.
QString complaintOf(const ProgramOutput &output);

/// Simulated: "[MOCK]", "mock mode", "(simulated)", "dry run". Missing: npm's "Missing script", a shell's "not found".
/// Plausible is no proof of anything.
[[nodiscard]] ProgramWords judgeWords(const ProgramOutput &output);

} // namespace understudy
