// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/nginxflag.h"
#include "tests/traffic/trafficstand.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTest>
#include <QThread>

using namespace understudy;

/// Users ask without a pause while the colours change, there and back.
class SwitchLoadTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<test::TrafficStand> m_stand;
    Plan m_plan;

    QString begin(const QString &kind)
    {
        if (kind == QLatin1String("haproxy")) {
            m_plan = m_stand->plan(kind, {{QStringLiteral("socket"), m_stand->haproxySocket()}, {QStringLiteral("backend"), QStringLiteral("app")}});
            return m_stand->startHaproxy("frontend f\n  bind 127.0.0.1:FRONT\n  default_backend app\nbackend app\n  server one 127.0.0.1:BLUE\n  server two 127.0.0.1:GREEN disabled\n");
        }
        QMap<QString, QString> values = m_stand->nginxValues();
        if (kind == QLatin1String("nginx_file")) {
            values.insert(QStringLiteral("path"), m_stand->at(QStringLiteral("sites/shop")));
            m_plan = m_stand->plan(kind, values);
            return m_stand->startNginx("upstream app { server 127.0.0.1:BLUE; }\nserver {\n    listen 127.0.0.1:FRONT;\n    location / { proxy_pass http://app; }\n}\n");
        }
        QDir(m_stand->at({})).mkdir(QStringLiteral("flags"));
        values.insert(QStringLiteral("path"), m_stand->at(QStringLiteral("flags/green")));
        values.insert(QStringLiteral("colour"), QStringLiteral("green"));
        m_plan = m_stand->plan(kind, values);
        const QByteArray snippet = NginxFlag::snippet(m_plan)->toUtf8();
        const qsizetype inServer = snippet.indexOf("set $pool");
        return m_stand->startNginx(snippet.left(snippet.lastIndexOf("# In the server", inServer)) + "server {\n    listen 127.0.0.1:FRONT;\n" + snippet.mid(inServer) + "}\n");
    }

private slots:
    void init() { m_stand = std::make_unique<test::TrafficStand>(); }
    void cleanup() { m_stand.reset(); }

    void noRequestFailsBecauseOfTheSwitch_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<bool>("keepAlive");
        QTest::addColumn<double>("lastOldWithin"); // ms after switchTo has returned
        // A reload leaves the old workers accepting for 100 ms; a kept-alive connection it may break is nobody's promise.
        QTest::newRow("nginx_file, fresh connections") << QStringLiteral("nginx_file") << false << 1500.;
        QTest::newRow("nginx_flag, fresh connections") << QStringLiteral("nginx_flag") << false << 50.;
        QTest::newRow("nginx_flag, kept alive") << QStringLiteral("nginx_flag") << true << 50.;
        QTest::newRow("haproxy, fresh connections") << QStringLiteral("haproxy") << false << 50.;
        QTest::newRow("haproxy, kept alive") << QStringLiteral("haproxy") << true << 50.;
    }
    void noRequestFailsBecauseOfTheSwitch()
    {
        QFETCH(QString, kind);
        QFETCH(bool, keepAlive);
        QFETCH(double, lastOldWithin);
        QCOMPARE(begin(kind), QString());
        const Result<std::unique_ptr<TrafficProvider>> traffic = TrafficProvider::forPlan(m_plan);
        QVERIFY(traffic);
        test::TrafficLoad load(m_stand->front(), 4, keepAlive);
        QTRY_VERIFY(load.answered() > 200);
        QList<double> late;
        for (const auto &[colour, old] : {std::pair{QStringLiteral("green"), 'b'}, {QStringLiteral("blue"), 'g'}, {QStringLiteral("green"), 'b'}}) {
            const Result<QString> done = (*traffic)->switchTo(colour, *(*traffic)->look({}), QStringLiteral("tag-%1").arg(late.size()), {});
            QVERIFY2(done, done ? "" : qPrintable(done.error().text()));
            const double switched = test::TrafficLoad::now();
            const int answered = load.answered();
            // Until the new colour alone has answered for a while.
            QTRY_VERIFY(load.answered() > answered + 500 && test::TrafficLoad::now() - load.lastAnswer(old) > 250);
            late.append(load.lastAnswer(old) - switched);
        }
        load.stop();
        qInfo("%d answers, %d failed; last old answer after the switch returned: %.1f, %.1f, %.1f ms", load.answered(), load.failed(), late.at(0), late.at(1), late.at(2));
        QCOMPARE(load.failed(), 0);
        QVERIFY(*std::max_element(late.begin(), late.end()) < lastOldWithin);
    }
};

QTEST_GUILESS_MAIN(SwitchLoadTest)
#include "tst_switchload.moc"
