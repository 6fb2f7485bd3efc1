// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/poolsqueues.h"

#include "core/systems/secrets/secretresolver.h"

#include <algorithm>

namespace understudy {

using namespace std::chrono_literals;

namespace {

constexpr Milliseconds deadline = 5s;
constexpr int deadWhenInRow = 3;
constexpr qint64 longestAnswer = 64 * 1024;

} // namespace

QueuesAnswer queuesAnswerOf(const Result<HttpReply> &outcome, const QDateTime &at)
{
    if (!outcome)
        return {.why = outcome.error().message, .at = at};
    if (outcome->isOk())
        return {.state = QueuesAnswer::State::Alive, .at = at};
    if (outcome->status >= 500)
        return {.state = QueuesAnswer::State::Dead,
                .why = QStringLiteral("answers %1").arg(outcome->status),
                .at = at};
    return {.why = outcome->status == 401 || outcome->status == 403
                       ? QStringLiteral("the plan's token is not let in (%1)").arg(outcome->status)
                       : QStringLiteral("answers %1, which tells nothing").arg(outcome->status),
            .at = at};
}

PoolsQueues::PoolsQueues(const ApplicationPlan &application, const SecretResolver *secrets,
                         const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_application(application)
    , m_secrets(secrets)
    , m_clock(clock)
{
    for (const Pool &pool : application.pools) {
        for (const PoolInstance &one : pool.instances) {
            m_places.push_back(std::make_unique<Place>());
            m_places.back()->url = one.url;
        }
    }
    m_worker.setMaxThreadCount(1);
    m_tick.setInterval(application.health.readyEvery);
    connect(&m_tick, &QTimer::timeout, this, &PoolsQueues::lookNow);
    m_soon.setSingleShot(true);
    m_soon.setInterval(3s);
    connect(&m_soon, &QTimer::timeout, this, &PoolsQueues::lookNow);
}

PoolsQueues::~PoolsQueues()
{
    stop();
    m_worker.waitForDone();
}

void PoolsQueues::start()
{
    if (m_running)
        return;
    m_running = true;
    m_tick.start();
    if (m_secrets)
        findToken();
    else
        m_tokenFound = true;
    lookNow();
}

void PoolsQueues::stop()
{
    m_running = false;
    m_tick.stop();
    m_soon.stop();
    for (const std::unique_ptr<Place> &place : m_places) {
        place->connection.abort();
        place->busy = false;
    }
}

void PoolsQueues::findToken()
{
    m_worker.start([this, reference = m_application.queuesToken] {
        const Secret token = m_secrets->resolve(reference).value_or(Secret());
        QMetaObject::invokeMethod(
            this,
            [this, token] {
                m_token = token;
                m_tokenFound = true;
                lookNow();
            },
            Qt::QueuedConnection);
    });
}

void PoolsQueues::lookNow()
{
    for (int i = 0; i < int(m_places.size()); ++i)
        lookAt(i);
}

void PoolsQueues::lookSoon()
{
    if (m_running && !m_soon.isActive())
        m_soon.start();
}

void PoolsQueues::lookAt(int number)
{
    Place &place = *m_places[size_t(number)];
    if (!m_running || !m_tokenFound || place.busy)
        return;
    place.busy = true;
    QUrl url(place.url);
    url.setPath(m_application.queuesPath);
    HttpRequest request{.url = url, .deadline = deadline, .bodyLimit = longestAnswer, .freshConnection = true};
    if (!m_token.isEmpty())
        request.headers.append({"Authorization", "Bearer " + m_token.reveal()});
    place.connection.get(request, [this, number](const Result<HttpReply> &outcome) { answered(number, outcome); });
}

void PoolsQueues::answered(int number, const Result<HttpReply> &outcome)
{
    Place &place = *m_places[size_t(number)];
    place.busy = false;
    const QueuesAnswer now = queuesAnswerOf(outcome, m_clock.now());
    const bool news = now.state == QueuesAnswer::State::Dead && place.answer.state != QueuesAnswer::State::Dead;
    place.deadInRow = news ? place.deadInRow + 1 : 0;
    // A build that fails some of its requests fails this one as well now and then: dead queues never answer.
    if (news && place.deadInRow < deadWhenInRow) {
        QMetaObject::invokeMethod(this, [this, number] { lookAt(number); }, Qt::QueuedConnection);
        return;
    }
    place.deadInRow = 0;
    place.answer = now;
    emit looked(number);
}

bool PoolsQueues::isLookedAt() const
{
    return std::all_of(m_places.begin(), m_places.end(),
                       [](const std::unique_ptr<Place> &place) { return place->answer.at.isValid(); });
}

} // namespace understudy
