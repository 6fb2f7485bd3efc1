// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/redislink.h"

#include "core/base/log.h"
#include "core/systems/redis/redisfault.h"
#include "core/systems/redis/redistls.h"
#include "core/systems/redis/respcommand.h"
#include "core/systems/redis/tcpdial.h"
#include "core/systems/shell/socksdial.h"

#include <QPointer>

#include <utility>

#include <cerrno>

#include <unistd.h>

namespace understudy {

RedisLink::RedisLink(const RedisTarget &target, const RedisLinkTiming &timing, QObject *parent)
    : QObject(parent), m_target(target), m_timing(timing), m_nextRetry(timing.firstRetry)
{
    m_retry.setSingleShot(true);
    m_deadlines.setSingleShot(true);
    m_pinger.setInterval(timing.pingEvery);
    connect(&m_retry, &QTimer::timeout, this, &RedisLink::connectNow);
    connect(&m_deadlines, &QTimer::timeout, this, &RedisLink::deadlinePassed);
    connect(&m_pinger, &QTimer::timeout, this, &RedisLink::ping);
}

RedisLink::~RedisLink()
{
    stop();
}

void RedisLink::start()
{
    if (m_state != State::Stopped)
        return;
    m_nextRetry = m_timing.firstRetry;
    connectNow();
}

void RedisLink::stop()
{
    m_state = State::Stopped;
    m_calls.clear();
    m_retry.stop();
    m_deadlines.stop();
    m_pinger.stop();
    m_fault.reset();
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->abort();
        // The stop may come from one of the socket's own signals.
        m_socket.release()->deleteLater();
    }
}

void RedisLink::connectNow()
{
    m_state = State::Connecting;
    m_reader = std::make_unique<RespReader>();
    m_insideReply = false;
    m_socket = std::make_unique<QSslSocket>();
    m_socket->setReadBufferSize(socketReadBuffer);
    connect(m_socket.get(), &QSslSocket::connected, this, &RedisLink::socketConnected);
    connect(m_socket.get(), &QSslSocket::encrypted, this, &RedisLink::shakeHands);
    connect(m_socket.get(), &QSslSocket::readyRead, this, &RedisLink::read);
    connect(m_socket.get(), &QSslSocket::disconnected, this, &RedisLink::socketClosed);
    connect(m_socket.get(), &QSslSocket::errorOccurred, this, &RedisLink::socketFailed);
    m_connectUntil = QDeadlineTimer(m_timing.connect);
    watchDeadlines();
    if (m_target.tls) {
        const Result<Unit> prepared = prepareRedisTls(*m_socket, m_target);
        if (!prepared) {
            breakOff(prepared.error());
            return;
        }
    }
    if (m_target.via)
        reach();
    else
        m_socket->connectToHost(m_target.address.host, m_target.address.port);
}

void RedisLink::reach()
{
    const Result<QByteArray> question = socksQuestion(m_target.address);
    const Result<int> descriptor = question ? m_target.via->connectToSsh() : Result<int>(fail(question.error()));
    if (!descriptor) {
        breakOff(descriptor.error());
        return;
    }
    if (!m_socket->setSocketDescriptor(*descriptor)) {
        ::close(*descriptor);
        breakOff(redisfault::ofSocket(m_target.address, *m_socket, false));
        return;
    }
    m_state = State::Reaching;
    m_socket->write(*question);
}

void RedisLink::reached()
{
    if (m_socket->bytesAvailable() < socksAnswerSize)
        return;
    if (!socksGrants(m_socket->read(socksAnswerSize))) {
        notReached();
        return;
    }
    m_state = State::Connecting;
    socketConnected();
}

void RedisLink::notReached()
{
    // What ssh says of it may arrive a moment after its end of the connection.
    QTimer::singleShot(SshTunnel::wordsFollow, this, [this, socket = m_socket.get()] {
        if (m_state == State::Reaching && m_socket.get() == socket)
            breakOff(m_target.via->notReached(m_target.address));
    });
}

void RedisLink::socketConnected()
{
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    if (m_target.tls)
        m_socket->startClientEncryption();
    else
        shakeHands();
}

void RedisLink::shakeHands()
{
    m_state = State::HandShaking;
    QList<QByteArray> command{"PING"};
    if (!m_target.password.isEmpty()) {
        command = {"AUTH"};
        if (!m_target.user.isEmpty())
            command.append(m_target.user.toUtf8());
        command.append(m_target.password.reveal());
    }
    m_socket->write(respCommand(command));
}

void RedisLink::handShaken(const RespValue &reply)
{
    if (const std::optional<Error> refused = redisfault::authentication(m_target, reply)) {
        breakOff(*refused);
        return;
    }
    if (!isSubscriber()) {
        becomeReady();
        return;
    }
    // Ready follows when the server has confirmed: see takePushed().
    m_state = State::Subscribing;
    m_socket->write(respCommand(QList<QByteArray>{"PSUBSCRIBE"} + m_patterns));
}

void RedisLink::becomeReady()
{
    m_state = State::Ready;
    m_fault.reset();
    m_connectUntil = QDeadlineTimer(QDeadlineTimer::Forever);
    if (isSubscriber())
        m_pinger.start();
    for (const Call &waiting : std::as_const(m_calls))
        write(waiting);
    watchDeadlines();
    emit ready();
}

void RedisLink::call(const QList<QByteArray> &command, Milliseconds deadline, Answer answer)
{
    Q_ASSERT(!isSubscriber());
    if (m_state == State::Stopped)
        return;
    if (m_state == State::Waiting) {
        const Error why = m_fault.value_or(redisfault::lost(m_target.address, false));
        answer(fail(why));
        return;
    }
    m_calls.append({command, QDeadlineTimer(deadline), deadline, std::move(answer)});
    if (m_state == State::Ready)
        write(m_calls.last());
    watchDeadlines();
}

void RedisLink::write(const Call &call)
{
    m_socket->write(respCommand(call.command));
}

void RedisLink::read()
{
    if (m_state == State::Reaching) {
        reached();
        return;
    }
    // Once around and back to the event loop: a peer that never pauses must not starve the others.
    m_reader->feed(m_socket->read(socketReadBuffer));
    m_insideReply = true;
    const QSslSocket *const socket = m_socket.get();
    while (m_state != State::Stopped && m_socket.get() == socket) {
        const Result<std::optional<RespValue>> reply = m_reader->next();
        if (!reply) {
            breakOff(redisfault::ofReply(m_target.address, reply.error()));
            return;
        }
        if (!*reply)
            return;
        m_insideReply = false;
        take(**reply);
    }
}

void RedisLink::take(const RespValue &reply)
{
    if (m_state == State::HandShaking) {
        handShaken(reply);
        return;
    }
    if (m_state == State::Subscribing && reply.isError()) {
        breakOff(redisfault::ofErrorReply(m_target.address, reply));
        return;
    }
    if (isSubscriber()) {
        takePushed(reply);
        return;
    }
    if (m_calls.isEmpty()) {
        breakOff(redisfault::ofReply(
            m_target.address, {ErrorCode::ProtocolViolation, QStringLiteral("reply that nobody asked for")}));
        return;
    }
    m_nextRetry = m_timing.firstRetry;
    const Call answered = m_calls.takeFirst();
    watchDeadlines();
    answered.answer(reply);
}

void RedisLink::takePushed(const RespValue &message)
{
    const QByteArray kind = message.items.isEmpty() ? QByteArray() : message.items.first().text;
    if (kind == "pong") {
        m_nextRetry = m_timing.firstRetry;
        m_pongUntil = QDeadlineTimer(QDeadlineTimer::Forever);
        watchDeadlines();
    } else if (kind == "psubscribe") {
        if (m_state == State::Subscribing)
            becomeReady();
    } else if (kind == "pmessage" && message.items.size() == 4) {
        emit pushed(message.items[2].text, message.items[3].text);
    } else {
        breakOff(redisfault::ofReply(
            m_target.address, {ErrorCode::ProtocolViolation, QStringLiteral("message that belongs to no subscription")}));
    }
}

void RedisLink::ping()
{
    if (m_state != State::Ready || !m_pongUntil.isForever())
        return;
    m_pongUntil = QDeadlineTimer(m_timing.pingDeadline);
    m_socket->write(respCommand({"PING"}));
    watchDeadlines();
}

void RedisLink::watchDeadlines()
{
    QDeadlineTimer first = qMin(m_connectUntil, m_pongUntil);
    for (const Call &waiting : std::as_const(m_calls))
        first = qMin(first, waiting.until);
    if (first.isForever())
        m_deadlines.stop();
    else
        m_deadlines.start(Milliseconds(qMax(qint64(0), first.remainingTime())));
}

void RedisLink::deadlinePassed()
{
    for (const Call &waiting : std::as_const(m_calls)) {
        if (waiting.until.hasExpired()) {
            breakOff(redisfault::timedOut(m_target.address, QString::fromLatin1(waiting.command.value(0)), waiting.deadline));
            return;
        }
    }
    if (m_connectUntil.hasExpired()) {
        if (m_state == State::Reaching || (m_state == State::Connecting && m_socket->state() != QAbstractSocket::ConnectedState)) {
            breakOff(redisfault::notConnected(m_target.address, ETIMEDOUT));
            return;
        }
        const QString what = m_state == State::Connecting ? QStringLiteral("the start of TLS")
                             : m_state == State::Subscribing ? QStringLiteral("PSUBSCRIBE")
                             : m_target.password.isEmpty() ? QStringLiteral("PING")
                                                           : QStringLiteral("AUTH");
        breakOff(redisfault::timedOut(m_target.address, what, m_timing.connect));
        return;
    }
    if (m_pongUntil.hasExpired()) {
        breakOff(redisfault::timedOut(m_target.address, QStringLiteral("PING"), m_timing.pingDeadline));
        return;
    }
    watchDeadlines();
}

void RedisLink::socketFailed()
{
    // A peer that closes in order is told by disconnected(), after its last bytes were read.
    if (m_socket->error() == QAbstractSocket::RemoteHostClosedError && m_state != State::Connecting)
        return;
    Error error = redisfault::ofSocket(m_target.address, *m_socket, m_insideReply);
    if (m_state == State::Connecting && m_target.tls && error.code == ErrorCode::ConnectionLost) {
        error = {ErrorCode::TlsFailed,
                 QStringLiteral("%1 closed the connection instead of starting TLS").arg(m_target.address.text()),
                 QStringLiteral("See whether this port speaks TLS.")};
    }
    breakOff(error);
}

void RedisLink::socketClosed()
{
    if (m_state == State::Reaching) {
        notReached();
        return;
    }
    breakOff(redisfault::lost(m_target.address, m_insideReply));
}

void RedisLink::breakOff(const Error &error)
{
    if (m_state == State::Stopped || m_state == State::Waiting || m_state == State::Again)
        return;
    log::debug("redis", error.text());
    // A connection that worked is tried again at once: a restarted server and a killed client
    // connection are back within milliseconds, and a dead one is proved dead as fast.
    const bool worked = m_state == State::Ready && m_nextRetry == m_timing.firstRetry;
    m_state = worked ? State::Again : State::Waiting;
    m_fault = error;
    m_pinger.stop();
    m_connectUntil = QDeadlineTimer(QDeadlineTimer::Forever);
    m_pongUntil = QDeadlineTimer(QDeadlineTimer::Forever);
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket.release()->deleteLater();
    m_retry.start(worked ? Milliseconds(0) : m_nextRetry);
    m_nextRetry = qMin(m_timing.lastRetry, 2 * m_nextRetry);
    const QList<Call> ended = std::exchange(m_calls, {});
    watchDeadlines();
    const QPointer<RedisLink> self(this);
    for (const Call &call : ended) {
        call.answer(fail(error));
        if (!self || m_state == State::Stopped)
            return;
    }
    emit lost(error);
}

} // namespace understudy
