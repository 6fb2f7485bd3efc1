// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/poolsinstance.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <charconv>

namespace understudy {

using namespace std::chrono_literals;
using Answer = InstanceView::Answer;

namespace {

constexpr Milliseconds longDeadline = 10s;
constexpr Milliseconds askReadyAgain =
    30s; ///< more often keeps the platform's crash-prone idle connection open
constexpr Milliseconds workersRemembered = 60s;

/// The number after "uptime": in a small JSON body, without reading all of it; -1 when not there.
qint64 uptimeOf(const QByteArray &body)
{
    const qsizetype at = body.indexOf("\"uptime\":");
    if (at < 0)
        return -1;
    qint64 value = -1;
    const char *begin = body.constData() + at + 9;
    std::from_chars(begin, body.constData() + body.size(), value);
    return value;
}

} // namespace

Answer answerOf(const Result<HttpReply> &outcome)
{
    if (outcome)
        return outcome->isOk()          ? Answer::Ok
               : outcome->status == 503 ? Answer::Unavailable
                                        : Answer::Other;
    switch (outcome.error().code) {
    case ErrorCode::ConnectionRefused:
        return Answer::Refused;
    case ErrorCode::TimedOut:
    case ErrorCode::Unreachable:
    case ErrorCode::NameNotFound:
    case ErrorCode::ConnectionLost:
        return Answer::NoAnswer;
    default:
        return Answer::Other;
    }
}

QString answerName(Answer answer)
{
    switch (answer) {
    case Answer::Unknown:
        return QStringLiteral("unknown");
    case Answer::Refused:
        return QStringLiteral("refused");
    case Answer::NoAnswer:
        return QStringLiteral("no answer");
    case Answer::Unavailable:
        return QStringLiteral("503");
    case Answer::Ok:
        return QStringLiteral("ok");
    case Answer::Other:
        return QStringLiteral("broken");
    }
    return {};
}

QString jsonField(const QByteArray &body, const QString &field)
{
    QJsonValue value = QJsonDocument::fromJson(body).object();
    for (const QString &part : field.split(QLatin1Char('.')))
        value = value.toObject().value(part);
    return value.isDouble() ? QString::number(value.toDouble(), 'g', 15) : value.toString();
}

PoolsInstance::PoolsInstance(const PoolInstance &plan, const ApplicationPlan &application,
                             const MonitoringPlan &monitoring, const QList<CostLimit> &cost,
                             const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_plan(plan)
    , m_application(application)
    , m_monitoring(monitoring)
    , m_clock(clock)
    , m_tickLength(std::min(application.health.every, monitoring.every))
    , m_metrics(application, monitoring, cost)
{
    m_view.url = plan.url;
    m_view.process = plan.process;
    m_liveRequest = request(application.health.live,
                            std::clamp<Milliseconds>(application.health.every, 2s, longDeadline));
    connect(&m_tick, &QTimer::timeout, this, &PoolsInstance::tick);
    m_secondScrape.setSingleShot(true);
    connect(&m_secondScrape, &QTimer::timeout, this, &PoolsInstance::scrape);
}

HttpRequest PoolsInstance::request(const QString &path, Milliseconds deadline,
                                   qint64 bodyLimit) const
{
    QUrl url(m_plan.url);
    url.setPath(path);
    return {.url = url, .deadline = deadline, .bodyLimit = bodyLimit};
}

void PoolsInstance::start(Milliseconds phase)
{
    lookNow();
    // After this first tick the interval is the whole one: see tick().
    m_tick.start(std::max<Milliseconds>(phase, 1ms));
}

void PoolsInstance::stop()
{
    m_tick.stop();
    m_secondScrape.stop();
    for (HttpConnection *one : {&m_live, &m_scrape, &m_ready})
        one->abort();
    m_liveBusy = m_scrapeBusy = m_readyBusy = m_startupBusy = false;
}

void PoolsInstance::lookNow()
{
    lookLive();
    lookReady();
    scrape();
}

bool PoolsInstance::isLookedAt() const
{
    // Whose /health/live is silent has been looked at: its start-up is silent too, and takes longer to say so.
    return m_view.live == Answer::NoAnswer || (m_view.live != Answer::Unknown && m_startupAsked);
}

void PoolsInstance::tick()
{
    if (m_tick.intervalAsDuration() != m_tickLength)
        m_tick.start(m_tickLength);
    // Half a tick early is due: timers of this kind may come a little before their time.
    const Milliseconds now = m_clock.monotonic() + m_tickLength / 2;
    if (now >= m_liveDue)
        lookLive();
    if (now >= m_readyDue)
        lookReady();
    if (now >= m_scrapeDue)
        scrape();
    else if (m_view.startup != Answer::Ok)
        askStartTime(false);
}

void PoolsInstance::lookLive()
{
    if (m_liveBusy)
        return;
    m_liveBusy = true;
    m_liveDue = m_clock.monotonic() + m_application.health.every;
    m_live.get(m_liveRequest, [this](const Result<HttpReply> &outcome) { liveAnswered(outcome); });
}

void PoolsInstance::lookReady()
{
    if (m_readyBusy)
        return;
    m_readyBusy = true;
    m_readyDue = m_clock.monotonic() + m_application.health.readyEvery;
    HttpRequest ready = request(m_application.health.ready, longDeadline);
    ready.freshConnection = true;
    m_ready.get(ready, [this](const Result<HttpReply> &outcome) { readyAnswered(outcome); });
}

void PoolsInstance::askStartTime(bool freshConnection)
{
    if (m_startupBusy || m_scrapeBusy)
        return;
    m_startupBusy = true;
    HttpRequest startup = request(m_application.health.startup, longDeadline);
    startup.freshConnection = freshConnection;
    m_scrape.get(startup, [this](const Result<HttpReply> &outcome) {
        m_startupBusy = false;
        startupAnswered(outcome);
    });
}

void PoolsInstance::scrape()
{
    if (m_scrapeBusy)
        return;
    m_scrapeBusy = true;
    ++m_scrapes;
    m_scrapeDue = m_clock.monotonic() + m_monitoring.every;
    m_scrape.get(request(m_application.health.startup, longDeadline),
                 [this](const Result<HttpReply> &outcome) {
                     const bool silent = answerOf(outcome) == Answer::NoAnswer;
                     // Who is silent once is not waited for a second time: one look takes one
                     // deadline.
                     if (silent)
                         m_scrape.abort();
                     startupAnswered(outcome);
                     if (!silent)
                         return;
                     m_scrapeBusy = false;
                     metricsAnswered(outcome);
                 });
    m_scrape.get(request(m_monitoring.metricsPath, longDeadline, 8 * 1024 * 1024),
                 [this](const Result<HttpReply> &outcome) {
                     m_scrapeBusy = false;
                     metricsAnswered(outcome);
                 });
}

void PoolsInstance::liveAnswered(const Result<HttpReply> &outcome)
{
    m_liveBusy = false;
    noteOwn(outcome);
    const Answer before = std::exchange(m_view.live, answerOf(outcome));
    m_view.lookedAt = m_clock.now();
    m_view.why.clear();
    bool restarted = false;
    if (outcome) {
        m_view.latencyMs = double(outcome->took.count()) / 1000;
        noteClock(*outcome);
        const qint64 uptime = uptimeOf(outcome->body);
        restarted = uptime >= 0 && uptime < m_uptime;
        m_uptime = uptime;
        if (!outcome->isOk())
            m_view.why = QStringLiteral("%1 answered %2")
                             .arg(m_application.health.live)
                             .arg(outcome->status);
        if (!m_application.build.header.isEmpty())
            m_view.build =
                QString::fromUtf8(outcome->header(m_application.build.header.toLatin1()));
    } else {
        m_view.why = outcome.error().message;
        processGone(outcome);
    }
    if (m_view.live != before) {
        emit answersChanged();
        if (before != Answer::Unknown && m_view.live == Answer::Ok)
            lookReady();
    }
    if (restarted || (before != Answer::Unknown && m_view.live != before))
        askStartTime(true);
    emit looked();
}

void PoolsInstance::noteOwn(const Result<HttpReply> &outcome)
{
    if (outcome)
        emit requestAnswered();
}

/// A port that refuses has no process: nothing that the old one said holds any more.
void PoolsInstance::processGone(const Result<HttpReply> &outcome)
{
    if (answerOf(outcome) != Answer::Refused)
        return;
    m_uptime = -1;
    // startTimes stay: answers counted through the entry a moment ago were its.
    m_view.startTime.clear();
    m_view.build.clear();
    m_view.startup = m_view.ready = Answer::Refused;
    m_view.readyAt = m_clock.now();
    m_startupAsked = true;
    m_view.latencyMs = -1;
}

void PoolsInstance::startupAnswered(const Result<HttpReply> &outcome)
{
    noteOwn(outcome);
    const Answer before = std::exchange(m_view.startup, answerOf(outcome));
    const bool first = !std::exchange(m_startupAsked, true);
    const QString processBefore = m_view.startTime;
    m_startupConnection = 0;
    if (outcome) {
        m_startupConnection = outcome->connection;
        const QString startTime = jsonField(outcome->body, QStringLiteral("startTime"));
        if (!startTime.isEmpty())
            noteProcess(startTime);
    }
    if (first || m_view.startup != before || m_view.startTime != processBefore)
        emit answersChanged();
    if (outcome && (m_view.startTime != processBefore || m_view.build.isEmpty()))
        askBuild();
    emit looked();
}

void PoolsInstance::noteProcess(const QString &startTime)
{
    const Milliseconds now = m_clock.monotonic();
    m_processSeen[startTime] = now;
    m_processSeen.removeIf(
        [now](const auto &one) { return now - one.value() > workersRemembered; });
    m_view.startTime = startTime;
    m_view.startTimes = m_processSeen.keys();
    std::sort(
        m_view.startTimes.begin(), m_view.startTimes.end(),
        [this](const QString &a, const QString &b) { return m_processSeen[a] > m_processSeen[b]; });
}

/// Date has whole seconds, rounded down, and was written somewhere between sending and receiving:
/// what is told is the least skew that this leaves possible.
void PoolsInstance::noteClock(const HttpReply &reply)
{
    const std::optional<QDateTime> date = reply.date();
    m_view.clockSkew.reset();
    if (!date)
        return;
    const double ahead = double(reply.receivedAt.msecsTo(*date)) / 1000;
    const double behind = double(reply.sentAt.msecsTo(*date) + 1000) / 1000;
    m_view.clockSkew = ahead > 0 ? ahead : behind < 0 ? behind : 0;
}

void PoolsInstance::askBuild()
{
    const BuildIdentity &build = m_application.build;
    if (build.path.isEmpty())
        return;
    m_scrape.get(request(build.path, longDeadline),
                 [this](const Result<HttpReply> &outcome) { buildAnswered(outcome); });
}

void PoolsInstance::buildAnswered(const Result<HttpReply> &outcome)
{
    noteOwn(outcome);
    const QString build = outcome && outcome->isOk()
                              ? jsonField(outcome->body, m_application.build.field)
                              : QString();
    if (build == m_view.build)
        return;
    m_view.build = build;
    emit answersChanged();
    emit looked();
}

void PoolsInstance::readyAnswered(const Result<HttpReply> &outcome)
{
    m_readyBusy = false;
    noteOwn(outcome);
    const Answer before = std::exchange(m_view.ready, answerOf(outcome));
    m_view.readyAt = m_clock.now();
    if (m_view.ready != Answer::Ok)
        m_readyDue = std::min(m_readyDue, m_clock.monotonic() + askReadyAgain);
    if (m_view.ready != before)
        emit answersChanged();
    emit looked();
}

void PoolsInstance::metricsAnswered(const Result<HttpReply> &outcome)
{
    const QDateTime now = m_clock.now();
    noteOwn(outcome);
    if (outcome) {
        const bool sameProcess =
            outcome->connection == m_startupConnection && m_startupConnection != 0;
        m_metrics.read(*outcome, m_plan.url + m_monitoring.metricsPath,
                       sameProcess ? m_view.startTime : QString(), now);
    } else {
        m_metrics.failed(outcome.error(), now);
    }
    const TrafficCounters &delta = m_metrics.sinceLastLook();
    m_view.errorRate = delta.errorRate();
    m_view.p95 = delta.quantile(0.95);
    m_view.requestsPerSecond = m_metrics.requestsPerSecond();
    const double all = delta.requests + delta.ownRequests;
    m_view.ownShare =
        delta.counted && all > 0 ? std::optional<double>(delta.ownRequests / all) : std::nullopt;
    // The second page comes soon, so that the first rates need not wait for a whole interval.
    if (m_scrapes == 1 && m_metrics.isReadable())
        m_secondScrape.start(std::min<Milliseconds>(m_monitoring.every, 1s));
    emit metricsLooked();
    emit looked();
}

} // namespace understudy
