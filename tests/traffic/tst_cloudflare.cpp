// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/cloudflare/cloudflaretraffic.h"
#include "tests/http/scriptedserver.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QMutex>
#include <QTest>

using namespace understudy;

namespace {

const QByteArray token = "cf-token-0123456789";

class OneSecret : public SecretResolver
{
public:
    Result<Secret> resolve(const SecretReference &) const override { return Secret(token); }
    void provide(const SecretReference &, const Secret &) override {}
};

/// A stand-in for Cloudflare's API v4 with one load balancer: its envelope, its errors, PATCH that sets what is
/// supplied and each list whole.
class BalancerStand
{
public:
    enum class Fault { None, Refused, Invalid, RateLimited, Broken, AnswerLost, Ignored, NoJson, PoolsForbidden };

    BalancerStand()
        : m_server([this](const ScriptedServer::Request &request) { answer(request); })
    {
        balancer = QJsonDocument::fromJson(R"({"id": "lb", "name": "shop.example", "enabled": true, "proxied": true, "steering_policy": "off", "session_affinity": "none",
            "fallback_pool": "P-blue", "default_pools": ["P-blue", "P-green", "P-else"], "region_pools": {"WEU": ["P-else", "P-blue"]},
            "rules": [{"name": "r", "overrides": {"default_pools": ["P-blue"]}}], "created_on": "2026-01-01T00:00:00Z"})").object();
    }
    QString address() const { return m_server.url("/client/v4"); }
    QJsonObject now() const
    {
        const QMutexLocker guard(&m_mutex);
        return balancer;
    }
    void set(const QString &key, const QJsonValue &value)
    {
        const QMutexLocker guard(&m_mutex);
        balancer.insert(key, value);
    }
    std::atomic<Fault> fault{Fault::None};
    std::atomic<int> patches{0};
    // As they stand before the first request.
    QJsonObject pool{{QStringLiteral("id"), QStringLiteral("P-green")}, {QStringLiteral("enabled"), true}};
    QJsonObject health;

private:
    static void reply(QTcpSocket &socket, int status, const QJsonObject &body, const QByteArray &more = {})
    {
        const QByteArray text = QJsonDocument(body).toJson(QJsonDocument::Compact);
        socket.write("HTTP/1.1 " + QByteArray::number(status) + " X\r\nContent-Type: application/json\r\n" + more + "Content-Length: " + QByteArray::number(text.size()) + "\r\n\r\n" + text);
    }
    static QJsonObject success(const QJsonObject &result)
    {
        return {{QStringLiteral("success"), true}, {QStringLiteral("errors"), QJsonArray()}, {QStringLiteral("messages"), QJsonArray()}, {QStringLiteral("result"), result}};
    }
    static QJsonObject refusal(int code, const QString &message)
    {
        return {{QStringLiteral("success"), false}, {QStringLiteral("errors"), QJsonArray{QJsonObject{{QStringLiteral("code"), code}, {QStringLiteral("message"), message}}}}, {QStringLiteral("messages"), QJsonArray()}, {QStringLiteral("result"), QJsonValue()}};
    }
    void answer(const ScriptedServer::Request &request)
    {
        const QMutexLocker guard(&m_mutex);
        const bool patch = request.head.startsWith("PATCH");
        patches += patch ? 1 : 0;
        if (!request.head.contains(QByteArray("Bearer " + token)) || fault == Fault::Refused)
            return reply(request.socket, 403, refusal(10000, QStringLiteral("Authentication error")));
        if (request.path.contains("/accounts/acc/load_balancers/pools/P-green"))
            return fault == Fault::PoolsForbidden ? reply(request.socket, 403, refusal(10000, QStringLiteral("Authentication error")))
                                                  : reply(request.socket, 200, success(request.path.endsWith("/health") ? health : pool));
        if (!request.path.endsWith("/zones/zone/load_balancers/lb"))
            return reply(request.socket, 404, refusal(1001, QStringLiteral("load balancer not found")));
        if (fault == Fault::RateLimited)
            return reply(request.socket, 429, refusal(971, QStringLiteral("rate limited")), "Retry-After: 300\r\n");
        if (fault == Fault::Broken)
            return reply(request.socket, 502, {});
        if (fault == Fault::NoJson) {
            request.socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<htm");
            return;
        }
        if (patch && fault == Fault::Invalid)
            return reply(request.socket, 400, refusal(1002, QStringLiteral("default_pools: validation failed")));
        if (patch && fault != Fault::Ignored) {
            const QJsonObject changes = QJsonDocument::fromJson(request.body).object();
            for (auto it = changes.begin(); it != changes.end(); ++it)
                balancer.insert(it.key(), it.value());
        }
        if (patch && fault == Fault::AnswerLost)
            return request.socket.abort();
        reply(request.socket, 200, success(balancer));
    }

    QJsonObject balancer;
    mutable QMutex m_mutex;
    ScriptedServer m_server;
};

} // namespace

class CloudflareTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<BalancerStand> m_stand;
    OneSecret m_secrets;
    Plan m_plan;

    CloudflareTraffic traffic() const { return CloudflareTraffic(m_plan, m_secrets); }
    static QStringList poolsIn(const QJsonValue &list)
    {
        QStringList names;
        for (const QJsonValue &one : list.toArray())
            names.append(one.toString());
        return names;
    }
    Result<QString> switchTo(const QString &colour) const
    {
        const CloudflareTraffic now = traffic();
        const Result<TrafficLook> seen = now.look({});
        return seen ? now.switchTo(colour, *seen, {}, {}) : fail(seen.error());
    }

private slots:
    void init()
    {
        m_stand = std::make_unique<BalancerStand>();
        m_plan = {};
        m_plan.application.emplace();
        m_plan.application->traffic = {.kind = QStringLiteral("cloudflare"),
                                       .values = {{QStringLiteral("zone"), QStringLiteral("zone")}, {QStringLiteral("load_balancer"), QStringLiteral("lb")}, {QStringLiteral("api"), m_stand->address()},
                                                  {QStringLiteral("pools.blue"), QStringLiteral("P-blue")}, {QStringLiteral("pools.green"), QStringLiteral("P-green")}},
                                       .token = {.kind = SecretReference::Kind::Environment, .name = QStringLiteral("CF_TOKEN")},
                                       .command = {}};
    }

    void poolsOwnHealthDecidesWhetherTheListsMatter_data()
    {
        QTest::addColumn<QByteArray>("health");
        QTest::addColumn<bool>("passes");
        QTest::addColumn<QString>("said");
        const QByteArray well = R"("Amsterdam, NL": {"healthy": true, "origins": [{"192.0.2.1": {"healthy": true, "failure_reason": "No failures", "response_code": 200}}]})";
        const QByteArray ill = R"("Paris, FR": {"healthy": false, "origins": [{"192.0.2.1": {"healthy": false, "failure_reason": "TCP connection failed", "response_code": 0}}]})";
        QTest::newRow("well everywhere") << QByteArray("{" + well + "}") << true << "healthy from 1 of 1 place";
        QTest::newRow("ill in one place") << QByteArray("{" + well + "," + ill + "}") << true << "healthy from 1 of 2 places (Paris, FR: TCP connection failed)";
        QTest::newRow("ill everywhere") << QByteArray("{" + ill + "}") << false << "healthy from 0 of 1 place (Paris, FR: TCP connection failed)";
        QTest::newRow("no monitor") << QByteArray("{}") << true << "checked by none of its monitors";
        QTest::newRow("flat, as the documentation draws it") << QByteArray(R"({"healthy": true, "origins": []})") << true << "checked by none of its monitors";
    }
    void poolsOwnHealthDecidesWhetherTheListsMatter()
    {
        QFETCH(QByteArray, health);
        QFETCH(bool, passes);
        QFETCH(QString, said);
        m_plan.application->traffic.values.insert(QStringLiteral("account"), QStringLiteral("acc"));
        m_stand->health = {{QStringLiteral("pool_id"), QStringLiteral("P-green")}, {QStringLiteral("pop_health"), QJsonDocument::fromJson(health).object()}};
        const Result<QString> checked = traffic().check(QStringLiteral("green"), {});
        QCOMPARE(checked.has_value(), passes);
        const QString words = checked ? *checked : checked.error().text();
        QVERIFY2(words.contains(said), qPrintable(words));
    }
    void poolThatIsSwitchedOffIsRefused()
    {
        m_plan.application->traffic.values.insert(QStringLiteral("account"), QStringLiteral("acc"));
        m_stand->pool.insert(QStringLiteral("enabled"), false);
        const Result<QString> checked = traffic().check(QStringLiteral("green"), {});
        QVERIFY(!checked);
        QVERIFY2(checked.error().message.contains(QLatin1String("switched off")), qPrintable(checked.error().text()));
    }
    void poolsThatMayNotBeReadHoldUpNoRecovery()
    {
        m_plan.application->traffic.values.insert(QStringLiteral("account"), QStringLiteral("acc"));
        m_stand->fault = BalancerStand::Fault::PoolsForbidden;
        const Result<QString> checked = traffic().check(QStringLiteral("green"), {});
        QVERIFY2(checked, checked ? "" : qPrintable(checked.error().text()));
        QVERIFY2(checked->contains(QLatin1String("is not known")) && checked->contains(QLatin1String("Monitors and Pools Read")), qPrintable(*checked));
    }
    void everyListPrefersTheColour()
    {
        const Result<QString> done = switchTo(QStringLiteral("green"));
        QVERIFY2(done, done ? "" : qPrintable(done.error().text()));
        const QJsonObject now = m_stand->now();
        QCOMPARE(poolsIn(now[QStringLiteral("default_pools")]), QStringList({QStringLiteral("P-green"), QStringLiteral("P-blue"), QStringLiteral("P-else")}));
        QCOMPARE(poolsIn(now[QStringLiteral("region_pools")].toObject()[QStringLiteral("WEU")]), QStringList({QStringLiteral("P-else"), QStringLiteral("P-green")}));
        QCOMPARE(poolsIn(now[QStringLiteral("rules")].toArray().at(0).toObject()[QStringLiteral("overrides")].toObject()[QStringLiteral("default_pools")]), QStringList{QStringLiteral("P-green")});
        QCOMPARE(now[QStringLiteral("fallback_pool")].toString(), QStringLiteral("P-green"));
        QCOMPARE(now[QStringLiteral("name")].toString(), QStringLiteral("shop.example"));
    }
    void wayBackIsExact()
    {
        const QJsonObject before = m_stand->now();
        const Result<TrafficLook> seen = traffic().look({});
        QVERIFY(seen);
        const QByteArray noted = traffic().stateToNote(*seen);
        QVERIFY(!noted.contains(token));
        QVERIFY(switchTo(QStringLiteral("green")));
        const Result<QString> back = traffic().putBackState(noted, QStringLiteral("blue"), {}, {});
        QVERIFY2(back, back ? "" : qPrintable(back.error().text()));
        QCOMPARE(m_stand->now(), before);
    }
    void wayBackKeepsWhatOthersChangedSince()
    {
        const QByteArray noted = traffic().stateToNote(*traffic().look({}));
        QVERIFY(switchTo(QStringLiteral("green")));
        m_stand->set(QStringLiteral("default_pools"), QJsonArray{QStringLiteral("P-green"), QStringLiteral("P-blue"), QStringLiteral("P-new")});
        QVERIFY(traffic().putBackState(noted, QStringLiteral("blue"), {}, {}));
        QCOMPARE(poolsIn(m_stand->now()[QStringLiteral("default_pools")]), QStringList({QStringLiteral("P-blue"), QStringLiteral("P-green"), QStringLiteral("P-new")}));
    }
    void policyThatSpreadsLeavesOneColour()
    {
        m_stand->set(QStringLiteral("steering_policy"), QStringLiteral("random"));
        QCOMPARE(traffic().look({})->colours.size(), 2);
        QVERIFY(switchTo(QStringLiteral("green")));
        QCOMPARE(poolsIn(m_stand->now()[QStringLiteral("default_pools")]), QStringList({QStringLiteral("P-green"), QStringLiteral("P-else")}));
    }
    void lostAnswerIsFoundByReadingAgain()
    {
        const CloudflareTraffic now = traffic();
        const TrafficLook seen = *now.look({});
        m_stand->fault = BalancerStand::Fault::AnswerLost;
        const Result<QString> done = now.switchTo(QStringLiteral("green"), seen, {}, {});
        QVERIFY2(done, done ? "" : qPrintable(done.error().text()));
    }
    void answerIsNoProof()
    {
        const CloudflareTraffic now = traffic();
        const TrafficLook seen = *now.look({});
        m_stand->fault = BalancerStand::Fault::Ignored;
        const Result<QString> done = now.switchTo(QStringLiteral("green"), seen, {}, {});
        QVERIFY(!done);
        QCOMPARE(done.error().code, ErrorCode::NotProved);
    }
    void changedSinceTheLookIsRefused()
    {
        const CloudflareTraffic now = traffic();
        const TrafficLook seen = *now.look({});
        m_stand->set(QStringLiteral("default_pools"), QJsonArray{QStringLiteral("P-else"), QStringLiteral("P-blue")});
        const Result<QString> done = now.switchTo(QStringLiteral("green"), seen, {}, {});
        QVERIFY(!done);
        QCOMPARE(done.error().code, ErrorCode::TargetChanged);
        QCOMPARE(m_stand->patches.load(), 0);
    }
    void faultsAreWorded_data()
    {
        using Fault = BalancerStand::Fault;
        QTest::addColumn<int>("fault");
        QTest::addColumn<int>("code");
        QTest::newRow("token") << int(Fault::Refused) << int(ErrorCode::AuthenticationFailed);
        QTest::newRow("limit") << int(Fault::RateLimited) << int(ErrorCode::Busy);
        QTest::newRow("broken") << int(Fault::Broken) << int(ErrorCode::HttpStatus);
        QTest::newRow("no JSON") << int(Fault::NoJson) << int(ErrorCode::ProtocolViolation);
    }
    void faultsAreWorded()
    {
        QFETCH(int, fault);
        QFETCH(int, code);
        m_stand->fault = BalancerStand::Fault(fault);
        const Result<TrafficLook> seen = traffic().look({});
        QVERIFY(!seen);
        QCOMPARE(int(seen.error().code), code);
        QVERIFY(!seen.error().text().contains(QString::fromLatin1(token)));
    }
    void refusalSaysItsCode()
    {
        const CloudflareTraffic now = traffic();
        const TrafficLook seen = *now.look({});
        m_stand->fault = BalancerStand::Fault::Invalid;
        const Result<QString> done = now.switchTo(QStringLiteral("green"), seen, {}, {});
        QVERIFY2(!done && done.error().text().contains(QLatin1String("1002")), done ? qPrintable(*done) : qPrintable(done.error().text()));
    }
    void usersWhoStayAreSaid()
    {
        m_stand->set(QStringLiteral("session_affinity"), QStringLiteral("cookie"));
        const Result<QString> checked = traffic().check(QStringLiteral("green"), {});
        QVERIFY2(checked && checked->contains(QLatin1String("23 h")), checked ? qPrintable(*checked) : qPrintable(checked.error().text()));
    }
    void byHandNamesTheVariableOnly()
    {
        const QString line = traffic().byHand(QStringLiteral("green")).join(QLatin1Char(' '));
        QVERIFY(line.contains(QLatin1String("$CF_TOKEN")) && !line.contains(QString::fromLatin1(token)));
    }
};

QTEST_GUILESS_MAIN(CloudflareTest)
#include "tst_cloudflare.moc"
