// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/plane/planeserver.h"

#include "app/lab/terminal.h"

#include <QFuture>
#include <QFutureInterface>
#include <QHttpServerRequest>
#include <QHttpServerResponse>
#include <QTcpServer>

namespace understudy::lab {
namespace {

PlaneCall planeCallFrom(const QHttpServerRequest &request)
{
    using Method = QHttpServerRequest::Method;
    const Method method = request.method();
    const QByteArray name = method == Method::Get ? "GET" : method == Method::Post ? "POST" : method == Method::Patch ? "PATCH"
                            : method == Method::Delete ? "DELETE" : "OTHER";
    return {name, request.url().path(), QUrlQuery(request.url()), request.value("Authorization"), request.value("X-Request-ID"), request.body()};
}

QHttpServerResponse planeResponse(const PlaneAnswer &answer)
{
    return {QByteArrayLiteral("application/json"), answer.body, QHttpServerResponse::StatusCode(answer.status)};
}

/// Spread evenly instead of by chance, so that a rate of a quarter is one in four, always.
bool isDue(double &debt, double rate)
{
    debt = rate > 0 ? debt + rate : 0;
    if (debt < 1)
        return false;
    debt -= 1;
    return true;
}

} // namespace

PlaneServer::PlaneServer(PlaneBook &book, const BranchMaker &maker, const QString &misbehaviourFile, QObject *parent)
    : QObject(parent), m_book(book), m_maker(maker), m_misbehaviourFile(misbehaviourFile)
{
    // As in AppServer: a future, so that an answer can come late, and not a QPromise.
    m_server.route(QStringLiteral("/<arg>"), [this](const QUrl &, const QHttpServerRequest &request) {
        const auto later = std::make_shared<QFutureInterface<QHttpServerResponse>>();
        later->reportStarted();
        // Late is only the answer: what was asked for is begun, as it is when an answer is lost on its way.
        const PlaneCall call = planeCallFrom(request);
        const PlaneMisbehaviour misbehaviour = PlaneMisbehaviour::read(m_misbehaviourFile);
        const PlaneAnswer answered = answer(call, misbehaviour);
        say(QStringLiteral("%1 %2 %3 %4").arg(toRfc3339(QDateTime::currentDateTimeUtc()), QString::fromLatin1(call.method), call.path).arg(answered.status));
        work();
        const auto finish = [later, answered, caller = m_callers->caller()] { CallerWatch::finish(caller, later, planeResponse(answered)); };
        if (misbehaviour.slowMs > 0)
            QTimer::singleShot(misbehaviour.slowMs, this, finish);
        else
            finish();
        return later->future();
    });
    m_tick.setInterval(200);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        m_book.expire();
        work();
    });
    m_tick.start();
}

PlaneServer::~PlaneServer()
{
    if (m_worker)
        m_worker->wait();
}

PlaneAnswer PlaneServer::answer(const PlaneCall &call, const PlaneMisbehaviour &misbehaviour)
{
    if (isDue(m_errorDebt, misbehaviour.unavailable))
        return PlaneBook::refusal(503, QStringLiteral("service is temporarily unavailable"), call.requestId);
    if (isDue(m_limitDebt, misbehaviour.rateLimited))
        return PlaneBook::refusal(429, QStringLiteral("too many requests"), call.requestId);
    if (misbehaviour.isLocked && PlaneBook::isChange(call))
        return PlaneBook::refusal(423, PlaneBook::lockedMessage(), call.requestId);
    m_book.setWrongBy(Moment(misbehaviour.wrongBySeconds) * 1'000'000);
    return m_book.answer(call);
}

void PlaneServer::work()
{
    if (m_worker)
        return;
    const std::optional<BranchTask> task = m_book.takeTask();
    if (!task)
        return;
    const auto outcome = std::make_shared<Result<Unit>>(Unit{});
    m_worker.reset(QThread::create([this, task = *task, outcome] { *outcome = m_maker.perform(task); }));
    connect(m_worker.get(), &QThread::finished, this, [this, task = *task, outcome] {
        m_worker->wait();
        m_worker.release()->deleteLater();
        say(QStringLiteral("%1 %2 of branch-%3: %4").arg(toRfc3339(QDateTime::currentDateTimeUtc()), task.action).arg(task.slot)
                .arg(*outcome ? QStringLiteral("finished") : outcome->error().text()));
        m_book.endTask(*outcome);
        work();
    });
    m_worker->start();
}

Result<quint16> PlaneServer::listen(quint16 port)
{
    auto server = std::make_unique<CallerWatch>();
    if (!server->listen(QHostAddress::LocalHost, port))
        return fail(ErrorCode::Busy, QStringLiteral("cannot listen on port %1").arg(port), {}, server->errorString());
    const quint16 taken = server->serverPort();
    m_callers = server.get();
    m_server.bind(server.release());
    return taken;
}

} // namespace understudy::lab
