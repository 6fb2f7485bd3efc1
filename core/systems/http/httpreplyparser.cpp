// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/http/httpreplyparser.h"

namespace understudy {
namespace {

constexpr qsizetype headLimit = 64 * 1024;
constexpr qsizetype lineLimit = 4 * 1024;

QByteArrayView trimmedBlanks(QByteArrayView text)
{
    while (!text.isEmpty() && (text.front() == ' ' || text.front() == '\t'))
        text = text.sliced(1);
    while (!text.isEmpty() && (text.back() == ' ' || text.back() == '\t'))
        text.chop(1);
    return text;
}

bool isToken(QByteArrayView text)
{
    static constexpr char others[] = "!#$%&'*+-.^_`|~";
    if (text.isEmpty())
        return false;
    for (const char c : text) {
        const bool letter =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (c == '\0' || !strchr(others, c)))
            return false;
    }
    return true;
}

/// Whole and not negative, digits only, at most 15 of them; -1 otherwise.
qint64 digits(QByteArrayView text)
{
    if (text.isEmpty() || text.size() > 15)
        return -1;
    qint64 value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

bool listHas(const QByteArray &list, const char *word)
{
    for (const QByteArray &one : list.toLower().split(',')) {
        if (one.trimmed() == word)
            return true;
    }
    return false;
}

/// The start of something that is not HTTP, printable and short.
QString sample(QByteArrayView bytes)
{
    QString out;
    for (const char c : bytes.first(qMin(qsizetype(24), bytes.size())))
        out += c >= 0x20 && c < 0x7f ? QLatin1Char(c) : QLatin1Char('.');
    return out;
}

} // namespace

void HttpReplyParser::start(qint64 bodyLimit)
{
    *this = HttpReplyParser();
    m_bodyLimit = bodyLimit;
}

qsizetype HttpReplyParser::feed(QByteArrayView bytes)
{
    qsizetype used = 0;
    while (used < bytes.size() && m_state != State::Complete && m_state != State::Failed) {
        m_begun = true;
        const QByteArrayView rest = bytes.sliced(used);
        switch (m_state) {
        case State::Head:
            used += feedHead(rest);
            break;
        case State::ChunkSize:
        case State::ChunkEnd:
        case State::Trailer:
            used += feedLine(rest);
            break;
        default:
            used += feedBody(rest);
        }
    }
    return used;
}

qsizetype HttpReplyParser::feedHead(QByteArrayView bytes)
{
    // An empty line ends the head. It may be cut anywhere, so the search starts 3 bytes back.
    const qsizetype before = m_head.size();
    const qsizetype room = headLimit - m_headBytes - before;
    const QByteArrayView taken = bytes.first(qMin(bytes.size(), room + 1));
    m_head.append(taken.data(), taken.size());
    if (!QByteArrayView("HTTP/1.").startsWith(
            QByteArrayView(m_head).first(qMin(qsizetype(7), m_head.size())))) {
        refuse(ErrorCode::ProtocolViolation,
               QStringLiteral("does not speak HTTP: '%1'").arg(sample(m_head)));
        return taken.size();
    }
    qsizetype at = qMax(qsizetype(0), before - 3);
    while ((at = m_head.indexOf('\n', at)) >= 0) {
        const qsizetype next = at + 1;
        const bool bare = next < m_head.size() && m_head.at(next) == '\n';
        const bool full =
            next + 1 < m_head.size() && m_head.at(next) == '\r' && m_head.at(next + 1) == '\n';
        if (bare || full) {
            const qsizetype end = next + (bare ? 1 : 2);
            m_head.truncate(next);
            m_headBytes += end;
            headEnded();
            return end - before;
        }
        at = next;
    }
    if (m_head.size() + m_headBytes > headLimit)
        refuse(ErrorCode::TooLarge, QStringLiteral("sent a head above 64 KB"));
    return taken.size();
}

void HttpReplyParser::headEnded()
{
    m_reply.headers.clear();
    bool first = true;
    qsizetype at = 0;
    while (at < m_head.size()) {
        const qsizetype end = m_head.indexOf('\n', at);
        QByteArrayView line = QByteArrayView(m_head).sliced(at, end - at);
        if (line.endsWith('\r'))
            line.chop(1);
        if (first ? !readStatusLine(line) : !readHeader(line))
            return;
        first = false;
        at = end + 1;
    }
    m_head.clear();
    if (m_reply.status < 200)
        return; // an interim reply: the real one follows
    chooseBody();
}

bool HttpReplyParser::readStatusLine(QByteArrayView line)
{
    // "HTTP/1.1 200 OK"; the reason may be missing.
    const bool version = line.size() >= 12 && line.startsWith("HTTP/1.") && line.at(8) == ' ' &&
                         (line.at(7) == '0' || line.at(7) == '1');
    const qint64 status = version ? digits(line.sliced(9, 3)) : -1;
    if (status < 100 || status > 599 || (line.size() > 12 && line.at(12) != ' ')) {
        refuse(ErrorCode::ProtocolViolation,
               QStringLiteral("sent a broken status line: '%1'").arg(sample(line)));
        return false;
    }
    m_keepAlive = line.at(7) == '1';
    m_reply.status = int(status);
    return true;
}

bool HttpReplyParser::readHeader(QByteArrayView line)
{
    const qsizetype colon = line.indexOf(':');
    if (colon <= 0 || !isToken(line.first(colon)) || line.contains('\0')) {
        refuse(ErrorCode::ProtocolViolation,
               QStringLiteral("sent a broken header: '%1'").arg(sample(line)));
        return false;
    }
    m_reply.headers.append(
        {line.first(colon).toByteArray(), trimmedBlanks(line.sliced(colon + 1)).toByteArray()});
    return true;
}

void HttpReplyParser::chooseBody()
{
    qint64 length = -1;
    bool chunked = false;
    for (const HttpHeader &one : std::as_const(m_reply.headers)) {
        const QByteArray name = one.name.toLower();
        if (name == "content-length") {
            const qint64 told = digits(one.value);
            if (told < 0 || (length >= 0 && told != length))
                return refuse(ErrorCode::ProtocolViolation,
                              QStringLiteral("sent a broken Content-Length"));
            length = told;
        } else if (name == "transfer-encoding") {
            if (one.value.toLower() != "chunked" || chunked)
                return refuse(ErrorCode::ProtocolViolation,
                              QStringLiteral("uses a transfer coding that was not asked for"));
            chunked = true;
        } else if (name == "content-encoding" && one.value.toLower() != "identity") {
            return refuse(ErrorCode::ProtocolViolation,
                          QStringLiteral("uses a compression that was not asked for"));
        } else if (name == "connection") {
            m_keepAlive =
                (m_keepAlive || listHas(one.value, "keep-alive")) && !listHas(one.value, "close");
        }
    }
    if (chunked && length >= 0)
        return refuse(ErrorCode::ProtocolViolation,
                      QStringLiteral("sent both a length and chunks"));
    if (m_reply.status == 204 || m_reply.status == 304 || length == 0) {
        m_state = State::Complete;
    } else if (chunked) {
        m_state = State::ChunkSize;
    } else if (length > m_bodyLimit) {
        tooLarge();
    } else if (length > 0) {
        m_remaining = length;
        m_state = State::Length;
    } else {
        m_keepAlive = false;
        m_state = State::UntilClose;
    }
}

qsizetype HttpReplyParser::feedBody(QByteArrayView bytes)
{
    if (m_state == State::UntilClose) {
        if (m_reply.body.size() + bytes.size() > m_bodyLimit)
            tooLarge();
        else
            m_reply.body.append(bytes.data(), bytes.size());
        return bytes.size();
    }
    const qsizetype take = qsizetype(qMin(qint64(bytes.size()), m_remaining));
    m_reply.body.append(bytes.data(), take);
    m_remaining -= take;
    if (m_remaining == 0)
        m_state = m_state == State::Length ? State::Complete : State::ChunkEnd;
    return take;
}

qsizetype HttpReplyParser::feedLine(QByteArrayView bytes)
{
    const qsizetype newline = bytes.indexOf('\n');
    const qsizetype take = newline < 0 ? bytes.size() : newline + 1;
    if (m_head.size() + take > lineLimit) {
        refuse(ErrorCode::TooLarge, QStringLiteral("sent a chunk line above 4 KB"));
        return take;
    }
    m_head.append(bytes.data(), take);
    if (newline >= 0)
        lineEnded();
    return take;
}

void HttpReplyParser::lineEnded()
{
    const QByteArray whole = std::exchange(m_head, {});
    QByteArrayView line = QByteArrayView(whole).chopped(1);
    if (line.endsWith('\r'))
        line.chop(1);
    if (m_state == State::ChunkSize)
        return readChunkSize(line);
    if (m_state == State::ChunkEnd) {
        if (line.isEmpty())
            m_state = State::ChunkSize;
        else
            refuse(ErrorCode::ProtocolViolation,
                   QStringLiteral("sent a chunk longer than it said"));
        return;
    }
    m_headBytes += whole.size();
    if (line.isEmpty())
        m_state = State::Complete;
    else if (m_headBytes > headLimit)
        refuse(ErrorCode::TooLarge, QStringLiteral("sent a head above 64 KB"));
}

void HttpReplyParser::readChunkSize(QByteArrayView line)
{
    const qsizetype extension = line.indexOf(';');
    const QByteArrayView text = trimmedBlanks(extension < 0 ? line : line.first(extension));
    qint64 size = 0;
    for (const char c : text) {
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0)
            return refuse(ErrorCode::ProtocolViolation,
                          QStringLiteral("sent a broken chunk size: '%1'").arg(sample(line)));
        size = size * 16 + digit;
        if (size > m_bodyLimit)
            return tooLarge();
    }
    if (text.isEmpty())
        return refuse(ErrorCode::ProtocolViolation, QStringLiteral("sent an empty chunk size"));
    if (m_reply.body.size() + size > m_bodyLimit)
        return tooLarge();
    m_remaining = size;
    m_state = size == 0 ? State::Trailer : State::ChunkData;
}

void HttpReplyParser::connectionClosed()
{
    if (m_state == State::UntilClose)
        m_state = State::Complete;
    else if (m_state != State::Complete && m_state != State::Failed)
        refuse(ErrorCode::ConnectionLost,
               m_begun ? QStringLiteral("closed the connection in the middle of its reply")
                       : QStringLiteral("closed the connection without a reply"));
}

void HttpReplyParser::refuse(ErrorCode code, const QString &what)
{
    m_state = State::Failed;
    m_keepAlive = false;
    m_reply = {};
    m_head = {};
    m_error = {code, what};
}

void HttpReplyParser::tooLarge()
{
    refuse(ErrorCode::TooLarge,
           QStringLiteral("sent a body above the limit of %1 bytes").arg(m_bodyLimit));
}

HttpReply HttpReplyParser::takeReply()
{
    return std::exchange(m_reply, {});
}

} // namespace understudy
