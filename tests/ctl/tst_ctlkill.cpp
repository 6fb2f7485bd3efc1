// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/programs.h"
#include "tests/recovery/redisrun.h"

#include <QElapsedTimer>
#include <QRandomGenerator>

using namespace understudy;

/// The real command line, killed at random moments of a planned move and of its way back. Where exactly a
/// journal can end is gone through by tst_rediskill; here it is time that decides.
class CtlKillTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<RedisRun> m_run; ///< only its Redis
    QTemporaryDir m_folder;
    QProcessEnvironment m_environment = QProcessEnvironment::systemEnvironment();
    qint64 m_thereMs = 0, m_backMs = 0; ///< how long each takes when nobody is killed

    QString journals() const { return m_folder.filePath(QStringLiteral("state/understudy/journals")); }
    QStringList words(const QStringList &verb) const
    {
        QStringList all{QStringLiteral("--plan"), m_folder.filePath(QStringLiteral("plan.yaml"))};
        all += verb;
        all << QStringLiteral("--json");
        if (verb.first() == QLatin1String("recover") || verb.value(1) == QLatin1String("resume"))
            all << QStringLiteral("--confirm") << QStringLiteral("lab: fail over mymaster");
        return all;
    }
    test::Ended ctl(const QStringList &verb) const { return test::run(QStringLiteral("understudyctl"), words(verb), m_environment, 90); }
    void killAfter(const QStringList &verb, qint64 ms) const
    {
        QProcess process;
        process.setProcessEnvironment(m_environment);
        process.setStandardInputFile(QProcess::nullDevice());
        process.start(test::program(QStringLiteral("understudyctl")), words(verb));
        if (!process.waitForFinished(int(ms)))
            process.kill();
        process.waitForFinished();
    }
    QStringList move() const { return {QStringLiteral("recover"), QStringLiteral("redis"), QStringLiteral("--planned")}; }
    QStringList decide(const char *verb, const QString &id) const { return {QStringLiteral("run"), QString::fromLatin1(verb), id}; }

    /// The run that is not in `known`; empty: it was killed before it began.
    QString newRun(const QStringList &known) const
    {
        for (const RunRecord &record : runstore::all(journals())) {
            if (!known.contains(record.view.id))
                return record.view.id;
        }
        return {};
    }
    QStringList runs() const
    {
        QStringList ids;
        for (const RunRecord &record : runstore::all(journals()))
            ids.append(record.view.id);
        return ids;
    }
    qint64 epoch() const
    {
        qint64 newest = 0;
        for (int sentinel = 0; sentinel < 3; ++sentinel)
            newest = qMax(newest, m_run->epoch(sentinel));
        return newest;
    }
    bool asBefore() const
    {
        for (int node = 0; node < 3; ++node) {
            if (m_run->config(node, "min-replicas-to-write") != "0" || m_run->config(node, "replica-priority") != "100")
                return false;
        }
        return true;
    }
    /// Goes there, the whole way; the run's id.
    QString go()
    {
        const QStringList known = runs();
        const test::Ended there = ctl(move());
        if (there.code != 0)
            qWarning("%s", there.said().constData());
        return newRun(known);
    }

private slots:
    void initTestCase()
    {
        m_run = std::make_unique<RedisRun>(RedisFixtureOptions{.downAfterMs = 5000, .infoPeriodMs = 500});
        QCOMPARE(m_run->start(), QString());
        m_environment.insert(QStringLiteral("XDG_STATE_HOME"), m_folder.filePath(QStringLiteral("state")));
        m_environment.insert(QStringLiteral("XDG_CONFIG_HOME"), m_folder.filePath(QStringLiteral("config")));
        QByteArray sentinels;
        for (int sentinel = 0; sentinel < 3; ++sentinel)
            sentinels += (sentinel > 0 ? ", \"" : "\"") + m_run->redis.sentinel(sentinel).text().toUtf8() + '"';
        const QByteArray text = "understudy: 1\nplan: {name: Killed}\nmode: lab\nredis: {master: mymaster, sentinels: [" + sentinels + "]}\n";
        for (const QString &name : {QStringLiteral("plan.yaml"), QStringLiteral("short.yaml")}) {
            QFile plan(m_folder.filePath(name));
            QVERIFY(plan.open(QIODevice::WriteOnly));
            plan.write(text + (name.startsWith(QLatin1Char('s')) ? "commit_window: {length: 3s, then: keep}\n" : ""));
        }
        QElapsedTimer timer;
        timer.start();
        const QString id = go();
        m_thereMs = timer.restart();
        const test::Ended back = ctl(decide("undo", id));
        m_backMs = timer.elapsed();
        QVERIFY2(back.code == 1, back.said());
        qInfo("there %lld ms, back %lld ms", m_thereMs, m_backMs);
    }
    void cleanupTestCase() { m_run.reset(); }

    void killedAtAnyMomentItIsDoneOnceAndGoneBackOnce_data()
    {
        QTest::addColumn<bool>("back");
        QTest::addColumn<double>("part"); // of the time that it takes
        bool given = false;
        const int seed = qEnvironmentVariableIntValue("UNDERSTUDY_TEST_SEED", &given);
        const quint32 used = given ? quint32(seed) : QRandomGenerator::system()->generate() & 0xffffffU;
        qInfo("UNDERSTUDY_TEST_SEED=%u", used);
        QRandomGenerator random(used);
        for (int i = 0; i < 8; ++i) {
            const double part = random.bounded(1.0);
            const bool back = i % 2 == 1;
            QTest::addRow("%d: %s, after %d %%", i, back ? "going back" : "moving", int(part * 100)) << back << part;
        }
    }

    void killedAtAnyMomentItIsDoneOnceAndGoneBackOnce()
    {
        QFETCH(bool, back);
        QFETCH(double, part);
        const QStringList known = runs();
        const qint64 before = epoch();
        const int master = m_run->redis.masterNode();
        QString id;
        if (back) {
            id = go();
            killAfter(decide("undo", id), qint64(part * double(m_backMs)));
        } else {
            killAfter(move(), qint64(part * double(m_thereMs)));
            id = newRun(known);
            if (id.isEmpty()) {
                QCOMPARE(epoch(), before); // killed before it began: then it has done nothing
                return;
            }
        }
        const Result<RunRecord> record = runstore::one(journals(), id);
        QVERIFY(record.has_value());
        if (!record->closed) {
            const test::Ended ended = ctl(decide(back ? "undo" : "resume", id));
            QVERIFY2(ended.code == (back ? 1 : 0), ended.said());
        }
        QCOMPARE(epoch(), before + (back ? 2 : 1));
        QCOMPARE(m_run->redis.masterNode() == master, back);
        QTRY_VERIFY_WITH_TIMEOUT(asBefore(), 15'000);
        QCOMPARE(ctl({QStringLiteral("journal"), QStringLiteral("verify"), runstore::fileOf(journals(), id)}).code, 0);
        if (!back)
            QCOMPARE(ctl(decide("keep", id)).code, 0);
    }

    void holdStaysUntilTheWindowHasPassed()
    {
        QElapsedTimer timer;
        timer.start();
        const test::Ended held = test::run(QStringLiteral("understudyctl"),
            {QStringLiteral("--plan"), m_folder.filePath(QStringLiteral("short.yaml")), QStringLiteral("recover"), QStringLiteral("redis"), QStringLiteral("--planned"),
             QStringLiteral("--hold"), QStringLiteral("--json"), QStringLiteral("--confirm"), QStringLiteral("lab: fail over mymaster")}, m_environment, 90);
        QVERIFY2(held.code == 0, held.said());
        QVERIFY2(timer.elapsed() > 3'000, qPrintable(QString::number(timer.elapsed())));
        const Result<RunRecord> record = runstore::one(journals(), held.lastLine().value(QLatin1String("run")).toString());
        QVERIFY2(record && record->closed, held.said());
    }
};

QTEST_GUILESS_MAIN(CtlKillTest)
#include "tst_ctlkill.moc"
