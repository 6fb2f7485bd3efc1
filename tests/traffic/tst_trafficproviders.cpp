// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/nginxflag.h"
#include "core/systems/traffic/nginxinclude.h"
#include "tests/shell/sshfixture.h"
#include "tests/traffic/trafficstand.h"

#include <QTest>

using namespace understudy;

namespace {

const QByteArray includingSite = "include DIR/live.conf;\nserver {\n    listen 127.0.0.1:FRONT;\n    location / { proxy_pass http://app; }\n}\n";

} // namespace

/// Each way to direct traffic, with a real nginx or HAProxy before two colours.
class TrafficProvidersTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<test::TrafficStand> m_stand;
    std::unique_ptr<SshFixture> m_ssh;
    Plan m_plan;

    std::unique_ptr<TrafficProvider> provider() const
    {
        Result<std::unique_ptr<TrafficProvider>> made = TrafficProvider::forPlan(m_plan);
        if (!made)
            qWarning("%s", qPrintable(made.error().text()));
        return made ? std::move(*made) : nullptr;
    }
    QMap<QString, QString> withNginx(QMap<QString, QString> values) const
    {
        values.insert(m_stand->nginxValues());
        return values;
    }
    /// "ssh nginx_flag": the same, on a host that a real sshd leads to.
    QString begin(const QString &kind)
    {
        if (!kind.startsWith(QLatin1String("ssh ")))
            return beginHere(kind);
        const QString problem = beginHere(kind.mid(4));
        if (!problem.isEmpty())
            return problem;
        m_ssh = std::make_unique<SshFixture>();
        m_plan.hosts = {m_ssh->host()};
        m_plan.application->traffic.values.insert(QStringLiteral("host"), m_ssh->host().name);
        return m_ssh->start();
    }
    QString beginHere(const QString &kind)
    {
        if (kind == QLatin1String("nginx_file")) {
            m_plan = m_stand->plan(kind, withNginx({{QStringLiteral("path"), m_stand->at(QStringLiteral("sites/shop"))}}));
            return m_stand->startNginx("upstream app { server 127.0.0.1:BLUE; }\nserver {\n    listen 127.0.0.1:FRONT;\n    location / { proxy_pass http://app; }\n}\n");
        }
        if (kind == QLatin1String("nginx_include")) {
            m_stand->write(QStringLiteral("live-blue.conf"), "upstream app { server 127.0.0.1:BLUE; }\n");
            m_stand->write(QStringLiteral("live-green.conf"), "upstream app { server 127.0.0.1:GREEN; }\n");
            QFile::link(QStringLiteral("live-blue.conf"), m_stand->at(QStringLiteral("live.conf")));
            m_plan = m_stand->plan(kind, withNginx({{QStringLiteral("path"), m_stand->at(QStringLiteral("live.conf"))}}));
            return m_stand->startNginx(includingSite);
        }
        if (kind == QLatin1String("nginx_flag")) {
            QDir(m_stand->at({})).mkdir(QStringLiteral("flags"));
            m_plan = m_stand->plan(kind, withNginx({{QStringLiteral("path"), m_stand->at(QStringLiteral("flags/green"))}, {QStringLiteral("colour"), QStringLiteral("green")}}));
            const QByteArray snippet = NginxFlag::snippet(m_plan)->toUtf8();
            const qsizetype inServer = snippet.indexOf("set $pool");
            return m_stand->startNginx(snippet.left(snippet.lastIndexOf("# In the server", inServer)) + "server {\n    listen 127.0.0.1:FRONT;\n" + snippet.mid(inServer) + "}\n");
        }
        if (kind == QLatin1String("haproxy")) {
            m_plan = m_stand->plan(kind, {{QStringLiteral("socket"), m_stand->haproxySocket()}, {QStringLiteral("backend"), QStringLiteral("app")}});
            return m_stand->startHaproxy("frontend f\n  bind 127.0.0.1:FRONT\n  default_backend app\nbackend app\n  server one 127.0.0.1:BLUE\n  server two 127.0.0.1:GREEN disabled\n");
        }
        if (kind == QLatin1String("haproxy map")) {
            m_stand->write(QStringLiteral("live.map"), "live app_blue\n");
            m_plan = m_stand->plan(QStringLiteral("haproxy"), {{QStringLiteral("socket"), m_stand->haproxySocket()}, {QStringLiteral("map"), m_stand->at(QStringLiteral("live.map"))}});
            return m_stand->startHaproxy("frontend f\n  bind 127.0.0.1:FRONT\n  use_backend %[str(live),map(DIR/live.map)]\nbackend app_blue\n  server one 127.0.0.1:BLUE\nbackend app_green\n  server two 127.0.0.1:GREEN\n");
        }
        return QStringLiteral("unknown");
    }

    static void offerKinds()
    {
        QTest::addColumn<QString>("kind");
        for (const char *kind : {"nginx_file", "nginx_include", "nginx_flag", "haproxy", "haproxy map"})
            QTest::newRow(kind) << QString::fromLatin1(kind);
    }

private slots:
    void init()
    {
        m_stand = std::make_unique<test::TrafficStand>();
    }
    void cleanup()
    {
        m_stand.reset();
        m_ssh.reset();
    }

    void switchesAndPutsBack_data()
    {
        offerKinds();
        for (const char *kind : {"ssh nginx_file", "ssh nginx_include", "ssh nginx_flag", "ssh haproxy"})
            QTest::newRow(kind) << QString::fromLatin1(kind);
    }
    void switchesAndPutsBack()
    {
        QFETCH(QString, kind);
        QCOMPARE(begin(kind), QString());
        const auto traffic = provider();
        const Result<TrafficLook> seen = traffic->look({});
        QVERIFY2(seen, seen ? "" : qPrintable(seen.error().text()));
        QCOMPARE(seen->colours, QStringList{QStringLiteral("blue")});
        const Result<QString> checked = traffic->check(QStringLiteral("green"), {});
        QVERIFY2(checked, checked ? "" : qPrintable(checked.error().text()));
        QCOMPARE(m_stand->serves(), QByteArray("blue"));
        const Result<QString> done = traffic->switchTo(QStringLiteral("green"), *seen, QStringLiteral("one"), {});
        QVERIFY2(done, done ? "" : qPrintable(done.error().text()));
        QCOMPARE(traffic->look({})->colours, QStringList{QStringLiteral("green")});
        QTRY_VERIFY(m_stand->servesOnly("green"));
        const Result<QString> back = traffic->putBack(QStringLiteral("blue"), QStringLiteral("one"), {});
        QVERIFY2(back, back ? "" : qPrintable(back.error().text()));
        QTRY_VERIFY(m_stand->servesOnly("blue"));
        QCOMPARE(traffic->look({})->state.isEmpty(), false);
    }

    void doneTwiceIsDoneOnce_data() { offerKinds(); }
    void doneTwiceIsDoneOnce()
    {
        QFETCH(QString, kind);
        QCOMPARE(begin(kind), QString());
        const auto traffic = provider();
        for (int i = 0; i < 2; ++i)
            QVERIFY(traffic->switchTo(QStringLiteral("green"), *traffic->look({}), QStringLiteral("one"), {}));
        QTRY_VERIFY(m_stand->servesOnly("green"));
    }

    void whatWasChangedSinceTheLookIsRefused_data() { offerKinds(); }
    void whatWasChangedSinceTheLookIsRefused()
    {
        QFETCH(QString, kind);
        QCOMPARE(begin(kind), QString());
        const auto traffic = provider();
        const TrafficLook seen = *traffic->look({});
        QVERIFY(traffic->switchTo(QStringLiteral("green"), seen, QStringLiteral("one"), {})); // by somebody else
        const Result<QString> done = traffic->switchTo(QStringLiteral("blue"), seen, QStringLiteral("two"), {});
        if (done) // what was wanted there stands there already, as it was seen
            QCOMPARE(traffic->look({})->colours, QStringList{QStringLiteral("blue")});
        else
            QCOMPARE(done.error().code, ErrorCode::TargetChanged);
    }

    void linkStaysWhenItsNewFileIsRefused()
    {
        QCOMPARE(begin(QStringLiteral("nginx_include")), QString());
        m_stand->write(QStringLiteral("live-green.conf"), "upstream app { server 127.0.0.1:GREEN; no_such_directive on; }\n");
        const auto traffic = provider();
        QVERIFY(!traffic->check(QStringLiteral("green"), {}));
        QVERIFY(!traffic->switchTo(QStringLiteral("green"), *traffic->look({}), QStringLiteral("one"), {}));
        QCOMPARE(QFile(m_stand->at(QStringLiteral("live.conf"))).symLinkTarget(), m_stand->at(QStringLiteral("live-blue.conf")));
    }
    void linkToFileOfAnotherColourIsRefused()
    {
        QCOMPARE(begin(QStringLiteral("nginx_include")), QString());
        m_stand->write(QStringLiteral("live-green.conf"), "upstream app { server 127.0.0.1:BLUE; }\n");
        const Result<QString> checked = provider()->check(QStringLiteral("green"), {});
        QVERIFY(!checked);
        QCOMPARE(checked.error().code, ErrorCode::PreflightFailed);
    }
    void linkIsPutBackWhenNginxDoesNotReload()
    {
        QCOMPARE(begin(QStringLiteral("nginx_include")), QString());
        QCOMPARE(m_stand->stopNginx(), QString());
        const auto traffic = provider();
        QVERIFY(!traffic->switchTo(QStringLiteral("green"), *traffic->look({}), QStringLiteral("one"), {}));
        QCOMPARE(QFile(m_stand->at(QStringLiteral("live.conf"))).symLinkTarget(), m_stand->at(QStringLiteral("live-blue.conf")));
    }
    void namesOfOtherColours_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("other");
        QTest::newRow("relative") << QStringLiteral("live-blue.conf") << QStringLiteral("live-green.conf");
        QTest::newRow("with a folder of that name") << QStringLiteral("/etc/blue/up.blue") << QStringLiteral("/etc/blue/up.green");
        QTest::newRow("part of a word") << QStringLiteral("bluebird.conf") << QString();
    }
    void namesOfOtherColours()
    {
        QFETCH(QString, target);
        QTEST(NginxInclude::targetFor(target, {QStringLiteral("blue"), QStringLiteral("green")}, QStringLiteral("green")), "other");
    }

    void flagThatNginxDoesNotKnowIsRefused()
    {
        QCOMPARE(begin(QStringLiteral("nginx_flag")), QString());
        m_plan.application->traffic.values.insert(QStringLiteral("path"), m_stand->at(QStringLiteral("flags/other")));
        const Result<QString> checked = provider()->check(QStringLiteral("green"), {});
        QVERIFY(!checked);
        QCOMPARE(checked.error().code, ErrorCode::NotFound);
    }
    void flagInFolderThatIsNotThereIsUnknown()
    {
        QCOMPARE(begin(QStringLiteral("nginx_flag")), QString());
        m_plan.application->traffic.values.insert(QStringLiteral("path"), m_stand->at(QStringLiteral("nowhere/green")));
        QVERIFY(!provider()->look({}));
    }

    void backendThatIsNotThereIsSaid()
    {
        QCOMPARE(begin(QStringLiteral("haproxy")), QString());
        m_plan.application->traffic.values.insert(QStringLiteral("backend"), QStringLiteral("nix"));
        const Result<TrafficLook> seen = provider()->look({});
        QVERIFY(!seen);
        QCOMPARE(seen.error().code, ErrorCode::NotFound);
    }
    void serverThatWasDrainingOrInMaintenanceIsSoAgainOnTheWayBack()
    {
        m_stand = std::make_unique<test::TrafficStand>();
        m_plan = m_stand->plan(QStringLiteral("haproxy"), {{QStringLiteral("socket"), m_stand->haproxySocket()}, {QStringLiteral("backend"), QStringLiteral("app")}});
        QCOMPARE(m_stand->startHaproxy("frontend f\n  bind 127.0.0.1:FRONT\n  default_backend app\nbackend app\n  server one 127.0.0.1:BLUE\n  server spare 127.0.0.1:BLUE disabled\n  server two 127.0.0.1:GREEN disabled\n"), QString());
        const auto haproxy = provider();
        const Result<TrafficLook> before = haproxy->look({});
        QVERIFY(before);
        QVERIFY(before->state.contains("app/spare maint"));
        const QByteArray noted = haproxy->stateToNote(*before);
        QVERIFY(haproxy->switchTo(QStringLiteral("green"), *before, QStringLiteral("one"), {}));
        QTRY_VERIFY(m_stand->servesOnly("green"));
        const Result<QString> back = haproxy->putBackState(noted, QStringLiteral("blue"), QStringLiteral("one"), {});
        QVERIFY2(back, back ? "" : qPrintable(back.error().text()));
        QCOMPARE(haproxy->look({})->state, before->state);
        QTRY_VERIFY(m_stand->servesOnly("blue"));
    }
    void silentSocketIsSaidAtOnce()
    {
        QCOMPARE(begin(QStringLiteral("haproxy")), QString());
        m_plan.application->traffic.values.insert(QStringLiteral("socket"), m_stand->at(QStringLiteral("nobody.sock")));
        const Result<TrafficLook> seen = provider()->look({});
        QVERIFY(!seen);
        QCOMPARE(seen.error().code, ErrorCode::Unreachable);
    }
    void wordsOfThePlanCannotBecomeCommands()
    {
        QCOMPARE(begin(QStringLiteral("haproxy")), QString());
        m_plan.application->traffic.values.insert(QStringLiteral("backend"), QStringLiteral("app;shutdown"));
        const Result<TrafficLook> seen = provider()->look({});
        QVERIFY(!seen);
        QCOMPARE(seen.error().code, ErrorCode::InvalidInput);
    }
};

QTEST_GUILESS_MAIN(TrafficProvidersTest)
#include "tst_trafficproviders.moc"
