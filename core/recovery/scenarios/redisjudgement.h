// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/recipe.h"
#include "core/recovery/scenarios/redislook.h"

namespace understudy {

/// What a look at Redis means for a recovery.
struct RedisJudgement
{
    enum class Need {
        Nothing, ///< a master is there and most Sentinels name it
        Move,    ///< another has to be promoted, through a Sentinel
        Promote, ///< by hand: no Sentinel answers
        Wait,    ///< the world is on the move: look again
        Cannot   ///< neither can be done; `problem` says why
    };
    Need need = Need::Cannot;
    Endpoint master;       ///< that most Sentinels name
    QString why;
    bool changed = false;  ///< something has happened lately: a node is silent
    bool unseen = false;   ///< silent for this console only: Sentinels see the master
    Error problem = {};
};

/// Pure. `waited` is how long the judge has been looking on.
RedisJudgement judgeRedis(const RedisLook &look, const RunOptions &options, Milliseconds waited);

} // namespace understudy
