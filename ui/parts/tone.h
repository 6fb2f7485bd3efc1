// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"

class QColor;

namespace understudy::ui {

struct Colours;

/// How loudly something is shown. Each has a sign of its own shape, so that no state is told by
/// colour alone; Plain has none.
enum class Tone { Plain, Healthy, Warning, Critical, Unknown };

QString toneSign(Tone tone);                          ///< "●" "▲" "✖" "◌"; "" for Plain
QString toneKey(Tone tone);                           ///< for style sheets: "healthy", …
QColor toneColour(Tone tone, const Colours &colours); ///< as text or line on a panel

Tone toneOf(Health health);
Tone toneOf(ObjectiveState::State state);
Tone toneOf(Event::Weight weight);
/// Abnormal is a warning; stale, absent and unknown are never healthy.
Tone toneOf(const Reading &reading, const QDateTime &now);

QString healthWord(Health health); ///< "Healthy", as printed
/// A reading's label (or name) as a title: "Newest restorable point".
QString readingTitle(const Reading &reading);

} // namespace understudy::ui
