// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/respreader.h"

#include <hiredis/hiredis.h>

namespace understudy {

namespace {

/// Of a status, an error or a header; hiredis looks for its end again after each piece.
constexpr qsizetype mostLine = 64 * 1024;

// hiredis 1.0 changed this type, and keeps its tasks behind pointers.
#if HIREDIS_MAJOR >= 1
using ElementCount = size_t;
const redisReadTask *currentTask(const redisReader &reader)
{
    return reader.ridx >= 0 ? reader.task[reader.ridx] : nullptr;
}
#else
using ElementCount = int;
const redisReadTask *currentTask(const redisReader &reader)
{
    return reader.ridx >= 0 ? &reader.rstack[reader.ridx] : nullptr;
}
#endif

/// What the object functions share during one reply; they have no other way to say why they refuse.
struct ReplyState
{
    qint64 announced = 0; ///< elements of all arrays of this reply
    std::optional<Error> refusal;
};

ReplyState &stateOf(const redisReadTask *task)
{
    return *static_cast<ReplyState *>(task->privdata);
}

void *refuse(const redisReadTask *task, ErrorCode code, const QString &message)
{
    stateOf(task).refusal = Error{code, message};
    return nullptr;
}

/// A root is owned by the reader until it is whole. A child lives in its parent's list, whose last
/// element is the only one still being filled, so that pointers to open arrays stay valid.
void *place(const redisReadTask *task, RespValue value)
{
    if (!task->parent)
        return new RespValue(std::move(value));
    RespValue *parent = static_cast<RespValue *>(task->parent->obj);
    parent->items.append(std::move(value));
    return &parent->items.last();
}

void *createString(const redisReadTask *task, char *text, size_t length)
{
    RespValue value;
    switch (task->type) {
    case REDIS_REPLY_STRING: value.kind = RespValue::Kind::Bulk; break;
    case REDIS_REPLY_STATUS: value.kind = RespValue::Kind::Status; break;
    case REDIS_REPLY_ERROR: value.kind = RespValue::Kind::Error; break;
    default:
        return refuse(task, ErrorCode::ProtocolViolation,
                      QStringLiteral("reply has a type of protocol version 3"));
    }
    value.text = QByteArray(text, qsizetype(length));
    return place(task, std::move(value));
}

void *createArray(const redisReadTask *task, ElementCount elements)
{
    if (task->type != REDIS_REPLY_ARRAY) {
        return refuse(task, ErrorCode::ProtocolViolation,
                      QStringLiteral("reply has a type of protocol version 3"));
    }
    int level = 1;
    for (const redisReadTask *up = task->parent; up; up = up->parent)
        ++level;
    if (level > RespReader::mostLevels) {
        return refuse(task, ErrorCode::TooLarge,
                      QStringLiteral("reply is nested deeper than %1 levels").arg(RespReader::mostLevels));
    }
    ReplyState &state = stateOf(task);
    if (quint64(elements) > quint64(RespReader::mostElements - state.announced)) {
        return refuse(task, ErrorCode::TooLarge,
                      QStringLiteral("reply announces an array of %1 elements, above the limit of %2")
                          .arg(quint64(elements))
                          .arg(RespReader::mostElements));
    }
    state.announced += qint64(elements);
    return place(task, RespValue{.kind = RespValue::Kind::Array});
}

void *createInteger(const redisReadTask *task, long long number)
{
    return place(task, RespValue{.kind = RespValue::Kind::Integer, .integer = number});
}

void *createNil(const redisReadTask *task)
{
    return place(task, RespValue{});
}

#if HIREDIS_MAJOR >= 1
void *createDouble(const redisReadTask *task, double, char *, size_t)
{
    return refuse(task, ErrorCode::ProtocolViolation,
                  QStringLiteral("reply has a type of protocol version 3"));
}

void *createBool(const redisReadTask *task, int)
{
    return refuse(task, ErrorCode::ProtocolViolation,
                  QStringLiteral("reply has a type of protocol version 3"));
}
#endif

/// Called for roots only.
void freeObject(void *object)
{
    delete static_cast<RespValue *>(object);
}

redisReplyObjectFunctions objectFunctions()
{
    redisReplyObjectFunctions functions{};
    functions.createString = createString;
    functions.createArray = createArray;
    functions.createInteger = createInteger;
    functions.createNil = createNil;
#if HIREDIS_MAJOR >= 1
    functions.createDouble = createDouble;
    functions.createBool = createBool;
#endif
    functions.freeObject = freeObject;
    return functions;
}

/// What is wrong with the reply that is still incomplete, judged by what it announces.
std::optional<Error> judgeIncomplete(const redisReader &reader)
{
    const redisReadTask *task = currentTask(reader);
    if (!task)
        return std::nullopt;
    // The type byte is consumed; the line after it is not until the element is whole.
    const QByteArrayView rest(reader.buf + reader.pos, qsizetype(reader.len - reader.pos));
    const qsizetype end = rest.first(qMin(rest.size(), mostLine)).indexOf(QByteArrayView("\r\n"));
    if (end < 0) {
        if (rest.size() < mostLine)
            return std::nullopt;
        return Error{ErrorCode::TooLarge, QStringLiteral("reply holds a line longer than %1 bytes").arg(mostLine)};
    }
    bool isNumber = false;
    const qint64 length = task->type == REDIS_REPLY_STRING ? rest.first(end).toLongLong(&isNumber) : 0;
    if (!isNumber || length <= RespReader::mostBytes)
        return std::nullopt;
    return Error{ErrorCode::TooLarge, QStringLiteral("reply announces %1 bytes, above the limit of %2")
                                          .arg(length)
                                          .arg(RespReader::mostBytes)};
}

} // namespace

struct RespReader::State
{
    redisReplyObjectFunctions functions = objectFunctions();
    ReplyState reply;
    std::unique_ptr<redisReader, decltype(&redisReaderFree)> reader{
        redisReaderCreateWithFunctions(&functions), &redisReaderFree};
    qint64 replyBytes = 0; ///< fed since the last whole reply
    std::optional<Error> failure;
};

RespReader::RespReader() : m_state(std::make_unique<State>())
{
    m_state->reader->privdata = &m_state->reply;
}

RespReader::~RespReader() = default;

void RespReader::feed(const QByteArray &bytes)
{
    State &state = *m_state;
    if (state.failure)
        return;
    state.replyBytes += bytes.size();
    if (state.replyBytes > mostBytes + 64) {
        state.failure = Error{ErrorCode::TooLarge,
                              QStringLiteral("reply is longer than %1 bytes").arg(mostBytes)};
        return;
    }
    redisReaderFeed(state.reader.get(), bytes.constData(), size_t(bytes.size()));
}

Result<std::optional<RespValue>> RespReader::next()
{
    State &state = *m_state;
    if (state.failure)
        return fail(*state.failure);
    void *object = nullptr;
    if (redisReaderGetReply(state.reader.get(), &object) != REDIS_OK) {
        state.failure = state.reply.refusal.value_or(
            Error{ErrorCode::ProtocolViolation, QStringLiteral("reply is not of the Redis protocol"),
                  {}, QString::fromLatin1(state.reader->errstr)});
        return fail(*state.failure);
    }
    if (!object) {
        state.failure = judgeIncomplete(*state.reader);
        if (state.failure)
            return fail(*state.failure);
        return std::optional<RespValue>();
    }
    const std::unique_ptr<RespValue> whole(static_cast<RespValue *>(object));
    state.replyBytes = qint64(state.reader->len - state.reader->pos);
    state.reply.announced = 0;
    return std::optional<RespValue>(std::move(*whole));
}

} // namespace understudy
