// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/programs.h"
#include "tests/redis/redisfixture.h"

#include <QHash>
#include <QTcpServer>

using namespace understudy;

namespace {

constexpr const char *nodeSecret = "node-secret", *watcherSecret = "watcher-secret", *sentinelSecret = "sentinel-secret";

RedisFixtureOptions asOthersSetItUp()
{
    return {.sentinels = 5, .quorum = 3, .downAfterMs = 5000, .password = nodeSecret, .sentinelPassword = sentinelSecret, .user = "watcher",
            .userPassword = watcherSecret, .tls = true};
}

/// What redis-cli is told, by name: the truth that `status` is measured by.
struct Truth
{
    QHash<QString, QString> facts;   ///< that stand still: masters, roles, epochs, quorum
    QHash<QString, double> offsets;  ///< that rise
};

} // namespace

/// `status --json` against a Redis that somebody else has set up: five Sentinels with a quorum of three,
/// passwords on both, a user of its own, TLS by a private authority.
class CtlStatusTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<RedisFixture> m_redis;
    QTemporaryDir m_folder;
    QProcessEnvironment m_environment = QProcessEnvironment::systemEnvironment();

    QList<QByteArray> cli(const Endpoint &peer, bool sentinel, const QStringList &words) const
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("REDISCLI_AUTH"), QString::fromLatin1(sentinel ? sentinelSecret : watcherSecret));
        process.setProcessEnvironment(environment);
        QStringList arguments{QStringLiteral("-h"), peer.host, QStringLiteral("-p"), QString::number(peer.port), QStringLiteral("--tls"),
                              QStringLiteral("--cacert"), m_redis->authorityFile()};
        if (!sentinel)
            arguments += {QStringLiteral("--user"), QStringLiteral("watcher")};
        process.start(QStringLiteral("redis-cli"), arguments + words);
        if (!process.waitForFinished(10'000)) {
            process.kill();
            process.waitForFinished();
        }
        return process.readAllStandardOutput().trimmed().split('\n');
    }
    QHash<QByteArray, QByteArray> cliMap(const Endpoint &peer, const QStringList &words) const
    {
        const QList<QByteArray> lines = cli(peer, true, words);
        QHash<QByteArray, QByteArray> map;
        for (qsizetype i = 0; i + 1 < lines.size(); i += 2)
            map.insert(lines.at(i), lines.at(i + 1));
        return map;
    }
    static QString infoOf(const QList<QByteArray> &info, const QByteArray &name)
    {
        for (const QByteArray &line : info) {
            if (line.startsWith(QByteArray(name + ':')))
                return QString::fromUtf8(line.mid(name.size() + 1).trimmed());
        }
        return {};
    }

    Truth truth() const
    {
        Truth told;
        const QString master = QStringLiteral("mymaster");
        for (int i = 0; i < m_redis->sentinels(); ++i) {
            const Endpoint peer = m_redis->sentinel(i);
            const QHash<QByteArray, QByteArray> view = cliMap(peer, {QStringLiteral("SENTINEL"), QStringLiteral("MASTER"), master});
            if (!view.contains("ip"))
                continue;
            const QString name = QStringLiteral("sentinel %1 ").arg(peer.text());
            told.facts.insert(name + QStringLiteral("master"), QString::fromUtf8(QByteArray(view["ip"] + ':' + view["port"])));
            told.facts.insert(name + QStringLiteral("epoch"), QString::fromUtf8(view["config-epoch"]));
            told.facts.insert(name + QStringLiteral("flags"), QString::fromUtf8(view["flags"]));
            const QByteArray quorum = cli(peer, true, {QStringLiteral("SENTINEL"), QStringLiteral("CKQUORUM"), master}).first();
            if (quorum.startsWith("OK "))
                told.facts.insert(name + QStringLiteral("quorum"), QString::fromUtf8(quorum));
        }
        for (int i = 0; i < m_redis->nodes(); ++i) {
            const QList<QByteArray> info = cli(m_redis->node(i), false, {QStringLiteral("INFO"), QStringLiteral("replication")});
            const QString role = infoOf(info, "role"), name = QStringLiteral("node %1 ").arg(m_redis->node(i).text());
            if (role.isEmpty())
                continue;
            told.facts.insert(name + QStringLiteral("role"), role == QLatin1String("slave") ? QStringLiteral("replica") : role);
            if (role == QLatin1String("slave"))
                told.facts.insert(name + QStringLiteral("link"), infoOf(info, "master_link_status"));
            told.offsets.insert(name + QStringLiteral("offset"), infoOf(info, role == QLatin1String("slave") ? "slave_repl_offset" : "master_repl_offset").toDouble());
        }
        return told;
    }

    static QString plain(const QJsonValue &value)
    {
        return value.isDouble() ? QString::number(value.toDouble(), 'f', 0) : value.toString();
    }

    /// One status between two looks by redis-cli that tell the same; what it gets wrong.
    QStringList mistakes(QJsonObject &status, int *code = nullptr) const
    {
        for (int attempt = 0; attempt < 20; ++attempt) {
            const Truth before = truth();
            const test::Ended ended = test::run(QStringLiteral("understudyctl"),
                {QStringLiteral("--plan"), m_folder.filePath(QStringLiteral("plan.yaml")), QStringLiteral("status"), QStringLiteral("--json")}, m_environment);
            const Truth after = truth();
            if (before.facts != after.facts)
                continue;
            status = ended.json();
            if (code)
                *code = ended.code;
            QStringList wrong;
            if (ended.said().contains("-secret"))
                wrong.append(QStringLiteral("a secret is told"));
            wrong += compare(readings(status), before, after);
            return wrong;
        }
        return {QStringLiteral("the truth does not stand still")};
    }

    static QHash<QString, QJsonObject> readings(const QJsonObject &status)
    {
        QHash<QString, QJsonObject> found;
        const QJsonArray systems = status.value(QLatin1String("systems")).toArray();
        for (const QJsonValue &reading : systems.at(0).toObject().value(QLatin1String("readings")).toArray())
            found.insert(reading.toObject().value(QLatin1String("name")).toString(), reading.toObject());
        return found;
    }

    static QStringList compare(const QHash<QString, QJsonObject> &told, const Truth &before, const Truth &after)
    {
        QStringList wrong;
        int down = 0;
        for (auto fact = before.facts.cbegin(); fact != before.facts.cend(); ++fact) {
            if (fact.key().endsWith(QLatin1String(" flags"))) {
                down += fact.value().contains(QLatin1String("s_down")) ? 1 : 0;
                continue;
            }
            const QString said = plain(told.value(fact.key()).value(QLatin1String("value")));
            if (said != fact.value())
                wrong.append(QStringLiteral("%1 is %2, status says '%3'").arg(fact.key(), fact.value(), said));
        }
        for (auto offset = before.offsets.cbegin(); offset != before.offsets.cend(); ++offset) {
            const QJsonValue said = told.value(offset.key()).value(QLatin1String("value"));
            if (!said.isDouble() || said.toDouble() < offset.value() || said.toDouble() > after.offsets.value(offset.key()))
                wrong.append(QStringLiteral("%1 is between %2 and %3, status says '%4'").arg(offset.key()).arg(offset.value(), 0, 'f', 0)
                                 .arg(after.offsets.value(offset.key()), 0, 'f', 0).arg(plain(said)));
        }
        const QString saidDown = plain(told.value(QStringLiteral("sentinels saying down")).value(QLatin1String("value")));
        if (saidDown != QString::number(down))
            wrong.append(QStringLiteral("%1 Sentinels say down, status says '%2'").arg(down).arg(saidDown));
        return wrong;
    }

    QString value(const QJsonObject &status, const char *name) const
    {
        return plain(readings(status).value(QString::fromLatin1(name)).value(QLatin1String("value")));
    }
    QString masterByCli(int sentinel) const
    {
        const QHash<QByteArray, QByteArray> view = cliMap(m_redis->sentinel(sentinel), {QStringLiteral("SENTINEL"), QStringLiteral("MASTER"), QStringLiteral("mymaster")});
        return QString::fromUtf8(QByteArray(view["ip"] + ':' + view["port"]));
    }

private slots:
    void init()
    {
        m_redis = std::make_unique<RedisFixture>(asOthersSetItUp());
        QCOMPARE(m_redis->start(), QString());
        m_environment.insert(QStringLiteral("XDG_STATE_HOME"), m_folder.filePath(QStringLiteral("state")));
        m_environment.insert(QStringLiteral("XDG_CONFIG_HOME"), m_folder.filePath(QStringLiteral("config")));
        m_environment.insert(QStringLiteral("WATCHER"), QString::fromLatin1(watcherSecret));
        m_environment.insert(QStringLiteral("SENTINEL"), QString::fromLatin1(sentinelSecret));
        QByteArray sentinels;
        for (int i = 0; i < m_redis->sentinels(); ++i)
            sentinels += (i > 0 ? ", \"" : "\"") + m_redis->sentinel(i).text().toUtf8() + '"';
        QFile plan(m_folder.filePath(QStringLiteral("plan.yaml")));
        QVERIFY(plan.open(QIODevice::WriteOnly | QIODevice::Truncate));
        plan.write("understudy: 1\nplan: {name: Theirs}\nmode: staging\nredis:\n  master: mymaster\n  sentinels: [" + sentinels
                   + "]\n  user: watcher\n  password: {env: WATCHER}\n  sentinel_password: {env: SENTINEL}\n  tls: {ca: "
                   + m_redis->authorityFile().toUtf8() + "}\n");
    }
    void cleanup() { m_redis.reset(); }

    void everyReadingIsTheTruth()
    {
        QJsonObject status;
        int code = -1;
        QCOMPARE(mistakes(status, &code).join(QLatin1Char('\n')), QString());
        QCOMPARE(code, 0);
        QCOMPARE(value(status, "master"), m_redis->node(0).text());
        QCOMPARE(value(status, "sentinels naming it"), QStringLiteral("5"));
        QVERIFY2(value(status, qPrintable(QStringLiteral("sentinel %1 quorum").arg(m_redis->sentinel(4).text()))).startsWith(QLatin1String("OK 5 usable")),
                 QJsonDocument(status).toJson());

        // The newest configuration counts: another master, a higher epoch, the same on all five.
        const QByteArray epoch = value(status, qPrintable(QStringLiteral("sentinel %1 epoch").arg(m_redis->sentinel(0).text()))).toUtf8();
        QCOMPARE(cli(m_redis->sentinel(1), true, {QStringLiteral("SENTINEL"), QStringLiteral("FAILOVER"), QStringLiteral("mymaster")}).first(), QByteArray("OK"));
        for (int i = 0; i < 5; ++i)
            QTRY_VERIFY_WITH_TIMEOUT(masterByCli(i) != m_redis->node(0).text(), 20'000);
        QCOMPARE(mistakes(status).join(QLatin1Char('\n')), QString());
        QCOMPARE(value(status, "master"), masterByCli(0));
        QCOMPARE(value(status, qPrintable(QStringLiteral("sentinel %1 epoch").arg(m_redis->sentinel(0).text()))).toInt(), epoch.toInt() + 1);
    }

    void lyingSentinelIsShownAndOutvoted()
    {
        QTcpServer trap;
        QVERIFY(trap.listen(QHostAddress::LocalHost));
        const QString address = QStringLiteral("127.0.0.1:%1").arg(trap.serverPort());
        cli(m_redis->sentinel(4), true, {QStringLiteral("SENTINEL"), QStringLiteral("REMOVE"), QStringLiteral("mymaster")});
        cli(m_redis->sentinel(4), true, {QStringLiteral("SENTINEL"), QStringLiteral("MONITOR"), QStringLiteral("mymaster"), QStringLiteral("127.0.0.1"),
                                         QString::number(trap.serverPort()), QStringLiteral("3")});
        QJsonObject status;
        int code = -1;
        QCOMPARE(mistakes(status, &code).join(QLatin1Char('\n')), QString());
        QCOMPARE(code, 1);
        QCOMPARE(value(status, "master"), m_redis->node(0).text());
        QCOMPARE(value(status, "sentinels naming it"), QStringLiteral("4"));
        QCOMPARE(value(status, qPrintable(QStringLiteral("sentinel %1 master").arg(m_redis->sentinel(4).text()))), address);
        const QJsonArray contradictions = status.value(QLatin1String("contradictions")).toArray();
        QVERIFY2(contradictions.size() == 1 && QJsonDocument(contradictions).toJson().contains(address.toUtf8()), QJsonDocument(status).toJson());
    }

    void minorityWithADeadMasterIsNotBelieved()
    {
        for (int i = 2; i < 5; ++i)
            m_redis->killSentinel(i);
        m_redis->killNode(0);
        const auto flags = [this](int i) {
            return cliMap(m_redis->sentinel(i), {QStringLiteral("SENTINEL"), QStringLiteral("MASTER"), QStringLiteral("mymaster")}).value("flags");
        };
        QTRY_VERIFY_WITH_TIMEOUT(flags(0).contains("s_down") && flags(1).contains("s_down"), 20'000);
        QJsonObject status;
        int code = -1;
        QCOMPARE(mistakes(status, &code).join(QLatin1Char('\n')), QString());
        QCOMPARE(code, 2);
        QCOMPARE(value(status, "master"), QString());
        QCOMPARE(value(status, "quorum"), QStringLiteral("not reachable"));
        QCOMPARE(value(status, "sentinels answering"), QStringLiteral("2"));
    }
};

QTEST_GUILESS_MAIN(CtlStatusTest)
#include "tst_ctlstatus.moc"
