// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/systems/http/httpreply.h"

namespace understudy {

/// Reads one HTTP/1.x reply to any request but HEAD, fed as bytes arrive in pieces of any size. Knows length,
/// chunked and until-close bodies, and skips 1xx replies. Heads (trailers counted in) are bounded
/// to 64 KB, bodies by the caller's limit, and a length is judged before anything is stored. What
/// is ambiguous (two lengths, a length beside chunks, a folded header) is refused, not guessed.
class HttpReplyParser
{
public:
    void start(qint64 bodyLimit);
    /// How many of the bytes belong to this reply. Stops at its end or at the first fault.
    qsizetype feed(QByteArrayView bytes);
    /// The server has closed: the end of an until-close body, else a fault (ConnectionLost).
    void connectionClosed();

    bool isComplete() const { return m_state == State::Complete; }
    bool hasFailed() const { return m_state == State::Failed; }
    bool hasBegun() const { return m_begun; }
    /// Whether the connection may carry another request after this reply.
    bool keepsConnection() const { return m_keepAlive; }
    /// What is wrong, as the end of a sentence that begins with the server's name.
    const Error &error() const { return m_error; }
    HttpReply takeReply();

private:
    enum class State {
        Head,
        Length,
        UntilClose,
        ChunkSize,
        ChunkData,
        ChunkEnd,
        Trailer,
        Complete,
        Failed
    };
    qsizetype feedHead(QByteArrayView bytes);
    qsizetype feedBody(QByteArrayView bytes);
    qsizetype feedLine(QByteArrayView bytes);
    void headEnded();
    bool readStatusLine(QByteArrayView line);
    bool readHeader(QByteArrayView line);
    void chooseBody();
    void lineEnded();
    void readChunkSize(QByteArrayView line);
    void refuse(ErrorCode code, const QString &what);
    void tooLarge();

    State m_state = State::Head;
    bool m_begun = false;
    bool m_keepAlive = false;
    qint64 m_bodyLimit = 0;
    qint64 m_remaining = 0;    ///< of the body or of the present chunk
    qsizetype m_headBytes = 0; ///< heads, chunk lines and trailers read so far
    QByteArray m_head;         ///< the unfinished head, chunk-size line or trailer line
    HttpReply m_reply;
    Error m_error;
};

} // namespace understudy
