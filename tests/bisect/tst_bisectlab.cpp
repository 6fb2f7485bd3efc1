// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/bisect/momentbisector.h"
#include "tests/lab/planecaller.h"

#include <QElapsedTimer>
#include <QRegularExpression>

using namespace understudy;
using namespace understudy::lab;

/// The lab's whole window, searched through the program that people use.
class BisectLabTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<RehearsalLab> m_lab;
    QString m_plan;

    QProcessEnvironment environment() const
    {
        QProcessEnvironment own = QProcessEnvironment::systemEnvironment();
        own.insert(QStringLiteral("XDG_STATE_HOME"), m_lab->base() + QStringLiteral("/state"));
        return own;
    }
    void start(QProcess &process, const QStringList &more) const
    {
        process.setProcessEnvironment(environment());
        process.setStandardInputFile(QProcess::nullDevice());
        process.start(qEnvironmentVariable("UNDERSTUDY_BIN") + QStringLiteral("/understudyctl"),
                      QStringList{QStringLiteral("--plan"), m_plan, QStringLiteral("recover"), QStringLiteral("database")} + more);
    }
    LabAnswer search(const QStringList &more) const
    {
        QProcess process;
        start(process, more);
        if (!process.waitForFinished(100'000)) {
            process.kill();
            process.waitForFinished();
            return {-2, process.readAllStandardOutput(), "did not end"};
        }
        return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
    }
    static QByteArray said(const LabAnswer &answer) { return answer.out + answer.err; }
    int branches() const { return int(PlaneCaller(*m_lab).call("GET", QStringLiteral("/branches")).json[QStringLiteral("branches")].toArray().size()); }

private slots:
    void initTestCase()
    {
        m_lab = std::make_unique<RehearsalLab>();
        const LabAnswer up = m_lab->up();
        QVERIFY2(up.code == 0, up.err.constData());
        m_plan = up.json()[QStringLiteral("plan")].toString();
        // Until there is a past to search in.
        QTRY_COMPARE_WITH_TIMEOUT(search({QStringLiteral("--bisect"), QStringLiteral("select true"), QStringLiteral("--from"), QStringLiteral("6s ago"),
                                          QStringLiteral("--dry-run")}).code, 0, 20'000);
    }
    void cleanupTestCase() { m_lab.reset(); }

    void wrongUpdatesMomentIsFound()
    {
        const LabAnswer broken = m_lab->call({QStringLiteral("break"), QStringLiteral("database-corrupted")});
        QVERIFY2(broken.code == 0, broken.err.constData());
        const QRegularExpressionMatch at = QRegularExpression(QStringLiteral("changed at ([0-9TZ:.-]+Z)")).match(QString::fromUtf8(said(broken)));
        QVERIFY2(at.hasMatch(), said(broken).constData());
        const QDateTime commit = QDateTime::fromString(at.captured(1), Qt::ISODateWithMs).toUTC();
        QVERIFY(commit.isValid());
        // Until people have worked on for a while.
        QTRY_VERIFY_WITH_TIMEOUT(commit.secsTo(QDateTime::currentDateTimeUtc()) >= 6, 20'000);
        QElapsedTimer elapsed;
        elapsed.start();
        const LabAnswer found = search({QStringLiteral("--bisect"), QStringLiteral("select count(*) > 0 from projects where title = 'Untitled'"), QStringLiteral("--json")});
        QVERIFY2(found.code == 0, said(found).constData());
        const QJsonObject last = QJsonDocument::fromJson(found.out.trimmed().split('\n').last()).object();
        const QDateTime good = QDateTime::fromString(last[QStringLiteral("last_good")].toString(), Qt::ISODateWithMs);
        const QDateTime bad = QDateTime::fromString(last[QStringLiteral("first_bad")].toString(), Qt::ISODateWithMs);
        // The commit is told to the microsecond, and cut here.
        QVERIFY2(good <= commit && bad >= commit && good.msecsTo(bad) <= 1000, found.out.constData());
        QCOMPARE(last[QStringLiteral("first_checks")].toInt(), 5);
        const QDateTime from = QDateTime::fromString(last[QStringLiteral("from")].toString(), Qt::ISODateWithMs);
        const QDateTime to = QDateTime::fromString(last[QStringLiteral("to")].toString(), Qt::ISODateWithMs);
        QVERIFY2(last[QStringLiteral("probes")].toInt() <= MomentBisector::halvings(Milliseconds(from.msecsTo(to)), Milliseconds(1000)), found.out.constData());
        QCOMPARE(last[QStringLiteral("next")].toString(), QStringLiteral("understudyctl recover database --to %1").arg(last[QStringLiteral("last_good")].toString()));
        QVERIFY2(!found.out.contains("\"confirm\""), found.out.constData());
        QCOMPARE(branches(), 1);
        QVERIFY2(elapsed.elapsed() < 60'000, qPrintable(QString::number(elapsed.elapsed())));
    }

    void droppedTableIsASymptomOnlyWhenSaid()
    {
        const LabAnswer found = search({QStringLiteral("--bisect"), QStringLiteral("select count(*) = 0 from scenes"), QStringLiteral("--json")});
        QVERIFY2(found.code == 3, said(found).constData());
        QCOMPARE(QJsonDocument::fromJson(found.out.trimmed().split('\n').last())[QStringLiteral("outcome")].toString(), QStringLiteral("cannot_tell"));
        QCOMPARE(branches(), 1);
    }

    void endedSearchLeavesNoBranch_data()
    {
        QTest::addColumn<bool>("isKilled");
        QTest::addColumn<int>("left");
        QTest::newRow("interrupted") << false << 1;
        QTest::newRow("killed") << true << 2;
    }
    void endedSearchLeavesNoBranch()
    {
        QFETCH(bool, isKilled);
        QFETCH(int, left);
        QProcess process;
        start(process, {QStringLiteral("--bisect"), QStringLiteral("select pg_sleep(20) is null"), QStringLiteral("--json")});
        QByteArray out;
        QTRY_VERIFY_WITH_TIMEOUT((out += process.readAllStandardOutput()).contains("\"acted\""), 30'000);
        QCOMPARE(branches(), 2);
        isKilled ? process.kill() : process.terminate();
        QVERIFY(process.waitForFinished(15'000));
        QCOMPARE(branches(), left);
        // The next start, whatever it is asked.
        QCOMPARE(search({QStringLiteral("--bisect"), QStringLiteral("select false")}).code, 3);
        QCOMPARE(branches(), 1);
    }

    void wrongWordsAreRefused_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<int>("code");
        QTest::newRow("two statements") << QStringList{QStringLiteral("--bisect"), QStringLiteral("select 1; select 2")} << 64;
        QTest::newRow("with --to") << QStringList{QStringLiteral("--bisect"), QStringLiteral("select 1"), QStringLiteral("--to"), QStringLiteral("1m ago")} << 64;
        QTest::newRow("--from without --bisect") << QStringList{QStringLiteral("--to"), QStringLiteral("1m ago"), QStringLiteral("--from"), QStringLiteral("2m ago")} << 64;
        QTest::newRow("before the window") << QStringList{QStringLiteral("--bisect"), QStringLiteral("select 1"), QStringLiteral("--from"), QStringLiteral("30d ago")} << 65;
        QTest::newRow("a query that writes") << QStringList{QStringLiteral("--bisect"), QStringLiteral("select nextval('projects_id_seq')")} << 77;
    }
    void wrongWordsAreRefused()
    {
        QFETCH(QStringList, words);
        QFETCH(int, code);
        const LabAnswer answer = search(words);
        QVERIFY2(answer.code == code, said(answer).constData());
        QCOMPARE(branches(), 1);
    }

    void deadControlPlaneIsSaid()
    {
        QCOMPARE(m_lab->call({QStringLiteral("break"), QStringLiteral("control-plane-down")}).code, 0);
        const LabAnswer answer = search({QStringLiteral("--bisect"), QStringLiteral("select true"), QStringLiteral("--json")});
        QVERIFY2(answer.code == 69, said(answer).constData());
        QCOMPARE(m_lab->call({QStringLiteral("mend"), QStringLiteral("control-plane-down")}).code, 0);
    }
};

QTEST_GUILESS_MAIN(BisectLabTest)
#include "tst_bisectlab.moc"
