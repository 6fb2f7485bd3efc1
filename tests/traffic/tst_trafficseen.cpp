// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/trafficseen.h"
#include "tests/http/scriptedserver.h"

#include <QTest>

using namespace understudy;

/// Counters of two workers behind one port, who take turns.
class TrafficSeenTest : public QObject
{
    Q_OBJECT

    std::atomic<int> m_first{1000}, m_second{1500}; ///< requests that each has answered
    std::atomic<int> m_secondBegan{200};
    std::unique_ptr<ScriptedServer> m_port;
    Plan m_plan;

    TrafficSeen look() const { return trafficOf(m_plan, QStringLiteral("blue"), {}).value_or(TrafficSeen()); }

private slots:
    void init()
    {
        m_first = 1000;
        m_second = 1500;
        m_secondBegan = 200;
        m_port = std::make_unique<ScriptedServer>([this](const ScriptedServer::Request &request) {
            const bool first = request.nth % 2;
            const QByteArray body = "# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds " + QByteArray::number(first ? 100 : m_secondBegan.load())
                                    + "\n# TYPE http_requests_total counter\nhttp_requests_total{route=\"/api\",status_code=\"200\"} " + QByteArray::number(first ? m_first : m_second) + "\n";
            request.socket.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        });
        m_plan = {};
        m_plan.application.emplace();
        m_plan.application->pools = {{.colour = QStringLiteral("blue"), .instances = {{.url = m_port->url()}}}};
        m_plan.monitoring.emplace();
    }

    void bothAreMetAndCountedApart()
    {
        QCOMPARE(look().byProcess.size(), 2);
        QCOMPARE(look().all().requests, 2500.0);
    }
    void idleWorkersHaveAnsweredNothingWhoeverIsMetFirst()
    {
        const TrafficSeen before = look();
        const std::optional<TrafficCounters> since = look().since(before);
        QVERIFY(since);
        QCOMPARE(since->requests, 0.0);
    }
    void whatOneHasAnsweredIsCounted()
    {
        const TrafficSeen before = look();
        m_second += 7;
        QCOMPARE(look().since(before)->requests, 7.0);
    }
    void startedAnewIsAnotherProcess()
    {
        const TrafficSeen before = look();
        m_secondBegan = 300;
        m_second = 3;
        m_first += 2;
        QCOMPARE(look().since(before)->requests, 2.0);
    }
    void nobodyMetAgainIsNotNone()
    {
        TrafficSeen before;
        before.byProcess[QStringLiteral("gone")] = {};
        QVERIFY(!look().since(before));
    }
    void factsHoldWhatIsNeeded()
    {
        const TrafficSeen before = TrafficSeen::fromJson(look().toJson());
        m_first += 5;
        QCOMPARE(look().since(before)->requests, 5.0);
    }
};

QTEST_GUILESS_MAIN(TrafficSeenTest)
#include "tst_trafficseen.moc"
