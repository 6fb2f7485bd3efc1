// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/poolsentry.h"

#include "core/health/poolsinstance.h"

#include <algorithm>

namespace understudy {

using namespace std::chrono_literals;

PoolsEntry::PoolsEntry(const ApplicationPlan &application, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_every(std::max<Milliseconds>(application.health.every, 2s))
{
    QUrl url(application.entry);
    url.setPath(application.health.startup);
    m_request = {.url = url,
                 .deadline = std::clamp<Milliseconds>(m_every, 2s, 10s),
                 .bodyLimit = 256 * 1024,
                 .freshConnection = true};
    connect(&m_timer, &QTimer::timeout, this, &PoolsEntry::lookNow);
}

void PoolsEntry::start()
{
    lookNow();
    m_timer.start(m_every);
}

void PoolsEntry::stop()
{
    m_timer.stop();
    m_connection.abort();
    m_busy = false;
    m_toAsk = 0;
}

void PoolsEntry::lookNow()
{
    m_toAsk = round;
    if (!m_busy)
        ask();
}

void PoolsEntry::ask()
{
    m_busy = true;
    m_connection.get(m_request, [this](const Result<HttpReply> &outcome) { answered(outcome); });
}

void PoolsEntry::answered(const Result<HttpReply> &outcome)
{
    m_busy = false;
    --m_toAsk;
    EntryAnswer answer{.at = m_clock.now()};
    if (!outcome) {
        answer.failure = outcome.error().message;
        answer.code = outcome.error().code;
        // A silent entry costs a whole deadline a request: one is enough to know, and says more
        // than the answers before it.
        if (answerOf(outcome) == InstanceView::Answer::NoAnswer) {
            m_toAsk = 0;
            m_answers.clear();
        }
    } else {
        answer.startTime = jsonField(outcome->body, QStringLiteral("startTime"));
        if (answer.startTime.isEmpty())
            answer.failure = QStringLiteral("%1 answered %2 without a start time")
                                 .arg(m_request.name())
                                 .arg(outcome->status);
    }
    m_answers.append(answer);
    while (m_answers.size() > round)
        m_answers.removeFirst();
    if (m_toAsk <= 0)
        ++m_rounds;
    emit counted();
    if (m_toAsk > 0 && !m_busy)
        ask();
}

} // namespace understudy
