// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/redis/redissession.h"
#include "tests/redis/redisfixture.h"

#include <QThread>

#include <atomic>
#include <thread>
#include <vector>

namespace understudy {

/// A client of its own thread that writes about a thousand keys a second and remembers which writes were
/// acknowledged. One that follows asks Sentinel again after an error; one that stays does not.
class RedisWriter
{
public:
    RedisWriter(const RedisFixture &redis, QByteArray name, bool follows)
        : m_redis(redis), m_name(std::move(name)), m_follows(follows), m_target(redis.nodeTarget(0)), m_thread([this] { work(); })
    {
    }
    ~RedisWriter() { stop(); }

    void stop()
    {
        m_stop = true;
        if (m_thread.joinable())
            m_thread.join();
    }

    int written() const { return m_written; }

    /// After stop(): acknowledged keys that `master` does not hold.
    int missingOn(const RedisTarget &master) const
    {
        const Result<std::unique_ptr<RedisSession>> session = RedisSession::connect(master, Milliseconds(2000));
        int missing = 0;
        for (const QByteArray &key : m_acknowledged) {
            const Result<RespValue> there = session ? (*session)->call({"EXISTS", key}, Milliseconds(2000)) : fail(session.error());
            missing += there && there->integer == 1 ? 0 : 1;
        }
        return missing;
    }

private:
    void work()
    {
        std::unique_ptr<RedisSession> session;
        for (int i = 0; !m_stop; ++i) {
            if (!session && !connect(session))
                continue;
            const QByteArray key = m_name + ':' + QByteArray::number(i);
            const Result<RespValue> reply = session->call({"SET", key, "1"}, Milliseconds(1000));
            if (reply && !reply->isError()) {
                m_acknowledged.push_back(key);
                ++m_written;
                QThread::usleep(800);
                continue;
            }
            if (!reply || m_follows)
                session.reset();
            QThread::msleep(2);
        }
    }

    bool connect(std::unique_ptr<RedisSession> &session)
    {
        if (m_follows) {
            const Result<RespValue> named = m_redis.ask(m_redis.sentinelTarget(0), {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster"});
            if (named && named->items.size() == 2)
                m_target.address = {named->items.at(0).string(), quint16(named->items.at(1).text.toUInt())};
        }
        Result<std::unique_ptr<RedisSession>> made = RedisSession::connect(m_target, Milliseconds(500));
        if (!made) {
            QThread::msleep(5);
            return false;
        }
        session = std::move(*made);
        return true;
    }

    const RedisFixture &m_redis;
    QByteArray m_name;
    bool m_follows;
    RedisTarget m_target;
    std::vector<QByteArray> m_acknowledged;
    std::atomic_int m_written = 0;
    std::atomic_bool m_stop = false;
    std::thread m_thread; ///< last: it uses all of the above
};

} // namespace understudy
