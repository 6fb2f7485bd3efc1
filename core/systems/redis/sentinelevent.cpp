// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/sentinelevent.h"

#include "core/systems/redis/wiretext.h"

namespace understudy {

namespace {

SentinelEvent::Subject subjectOf(const QByteArray &type)
{
    if (type == "master")
        return SentinelEvent::Subject::Master;
    if (type == "slave" || type == "replica")
        return SentinelEvent::Subject::Replica;
    if (type == "sentinel")
        return SentinelEvent::Subject::Sentinel;
    return SentinelEvent::Subject::None;
}

QString rest(const QList<QByteArray> &words, qsizetype from)
{
    return wiretext::clean(words.mid(from).join(' '));
}

} // namespace

SentinelEvent parseSentinelEvent(const QByteArray &channel, const QByteArray &payload)
{
    SentinelEvent event;
    event.name = wiretext::clean(channel, 60);
    event.text = wiretext::clean(payload);
    const QList<QByteArray> words = payload.left(1000).simplified().split(' ');
    if (channel == "+switch-master") {
        if (words.size() < 5)
            return event;
        event.subject = SentinelEvent::Subject::Master;
        event.instance = event.masterName = wiretext::clean(words[0], 100);
        event.address = event.masterAddress = wiretext::endpoint(words[1], words[2]);
        event.newMaster = wiretext::endpoint(words[3], words[4]);
        return event;
    }
    if (words.size() < 4 || subjectOf(words[0]) == SentinelEvent::Subject::None)
        return event;
    event.subject = subjectOf(words[0]);
    event.instance = wiretext::clean(words[1], 300);
    event.address = wiretext::endpoint(words[2], words[3]);
    if (event.subject == SentinelEvent::Subject::Master) {
        event.masterName = event.instance;
        event.masterAddress = event.address;
        event.note = rest(words, 4);
    } else if (words.size() >= 8 && words[4] == "@") {
        event.masterName = wiretext::clean(words[5], 100);
        event.masterAddress = wiretext::endpoint(words[6], words[7]);
        event.note = rest(words, 8);
    }
    return event;
}

} // namespace understudy
