// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/parts/restorablewindow.h"

namespace understudy::ui {

/// "2026-11-22 14:00:00 UTC"; milliseconds only when there are some.
QString utcText(const QDateTime &moment);
/// "2026-11-22T14:00:00Z": what ctl, plan and phrase understand.
QString exactText(const QDateTime &moment);
/// "2026-11-22 14:00:00 UTC · 17:00:00 +03, Europe/Istanbul · 20 min ago". Another day in the local
/// zone is named.
QString momentText(const QDateTime &moment, const QDateTime &now);
/// "Restorable from … to …", or what of it is not known.
QString windowText(const RestorableWindow &window);

} // namespace understudy::ui
