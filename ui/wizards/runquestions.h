// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runview.h"
#include "ui/parts/prompter.h"

namespace understudy::ui::runquestions {

/// What is asked before a step is left out, acts are undone, or a run is ended by hand.
Question skip(const RunView &run);
Question undo(const RunView &run);
Question end(const RunView &run);

} // namespace understudy::ui::runquestions
