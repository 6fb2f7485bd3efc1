// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/standin/requestbook.h"

#include <QDateTime>

namespace understudy::lab {

/// Gemini use as this process knows it: nothing before its own first call.
struct GeminiUse
{
    double dailyUsd = 0;
    double monthlyUsd = 0;
    qint64 requests = 0;
    qint64 inputTokens = 0;
    qint64 outputTokens = 0;
    bool alerted = false;
};

struct ProcessFigures
{
    QDateTime startedAt;
    int activeRequests = 0; ///< includes those that a client gave up on
    double eventLoopLagSeconds = -1; ///< none before the first look
};

/// The platform's /metrics: all its 74 families in its order, also those that it declares and never
/// sets: an unlabelled one stands there as 0, a labelled one has no sample at all.
QByteArray metricsPage(const RequestBook &book, const GeminiUse &gemini, const ProcessFigures &process);

} // namespace understudy::lab
