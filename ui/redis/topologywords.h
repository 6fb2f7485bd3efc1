// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/redistopology.h"
#include "ui/parts/tone.h"

#include <QStringList>

namespace understudy::ui {

/// What one card of the drawing says. The accessible name is all of it in reading order.
struct CardText
{
    Tone tone = Tone::Unknown;
    QString role; ///< "master", "replica", "Sentinel"
    QString address;
    QStringList lines; ///< most important first
    QString more;      ///< the system's own words, too long for the card: on hover and when spoken
    QString accessible() const;
    bool operator==(const CardText &) const = default;
};

CardText nodeCard(const RedisTopology &topology, const RedisNode &node);
CardText sentinelCard(const RedisTopology &topology, const SentinelOpinion &sentinel);

/// The more serious of two; unknown outranks a warning, because nothing is known to be well.
Tone worseOf(Tone a, Tone b);
QString toneWord(Tone tone); ///< "well", "warning", "critical", "unknown"
/// "quorum 2 · 3 of 3 answer"
QString quorumLine(const RedisTopology &topology);
/// The whole drawing in sentences, for a screen reader and for the clipboard; names everything.
QString topologySummary(const RedisTopology &topology);

} // namespace understudy::ui
