// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/poolsview.h"
#include "ui/parts/tone.h"

#include <QString>
#include <QStringList>

namespace understudy::ui {

/// How pools and instances are told in words. A pool is known by letter, shape and word, never by
/// being painted in its colour: red and amber mean alarms only.

/// "B" and "G"; two letters where one would not tell two pools apart.
QString poolLetter(const PoolsView &view, int index);
QString answerWord(
    InstanceView::Answer answer); ///< "200", "503", "refused", "no answer", "other", "unknown"
QString
queuesWord(const QueuesAnswer &queues); ///< "alive", "dead", "unknown"; "–": the plan names none
/// "live", "warm", "down": what the pool is to the traffic.
QString poolRole(const PoolsView &view, const PoolView &pool);
QString
poolLine(const PoolView &pool); ///< "2 of 2 up · 2 warm · build v412 · errors 0.02 % · p95 212 ms"
/// "400 of 400 answers from blue", "mixed: …", or why nobody could be counted.
QString servingLine(const PoolsView &view);
QString poolsSummary(const PoolsView &view); ///< everything the drawing shows, in sentences

/// What is known by looking of the gates of a switch to each colour that does not serve: "green can take over: ✔ warm,
/// 2 of 2 · ✔ another build · …". The schema and the configuration are asked by the recovery itself.
QString gatesLine(const PoolsView &view, int minimumServing);

/// What is wrong with how many, the worst first: "3 refused · 2 no answer"; empty: nothing.
QString troubleCounts(const QList<PoolView> &pools);
/// Names of those that are not well, the worst first.
QStringList troubledNames(const PoolView &pool);
/// What a screen reader says of one: "blue-6, /health/live refuses connections", "green-1, well".
QString instanceSentence(const InstanceView &instance);
/// Why it is not well, without the address that stands beside it: "/health/live refuses the
/// connection".
QString instanceWhy(const InstanceView &instance);
/// Its name for the process manager, else its address.
QString instanceName(const InstanceView &instance);
/// Critical: does not serve. Warning: serves, but is not ready or fails too often. Unknown: not
/// asked.
Tone toneOf(const InstanceView &instance);

/// 0: well; greater is worse. Abnormal instances come first in the table.
int badness(const InstanceView &instance);
QString ratioText(const std::optional<double> &ratio);    ///< "0.02 %", "–" when there is none
QString millisText(const std::optional<double> &ms);      ///< "212 ms"
QString rateText(const std::optional<double> &perSecond); ///< "14.2/s"

} // namespace understudy::ui
