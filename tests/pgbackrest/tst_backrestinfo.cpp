// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/pgbackrest/backrestinfo.h"
#include "core/systems/pgbackrest/backrestwords.h"

#include <QRandomGenerator>
#include <QTest>

using namespace understudy;

namespace {

const char *const sound = R"([{"archive":[{"database":{"id":1,"repo-key":1},"id":"15-1","max":"000000010000000000000007","min":"000000010000000000000003"}],
"backup":[{"archive":{"start":"000000010000000000000003","stop":"000000010000000000000003"},"database":{"id":1,"repo-key":1},"error":false,
"info":{"delta":23,"repository":{"delta":3,"size":3},"size":24000000},"label":"20261126-101500F","timestamp":{"start":1795688100,"stop":1795688110},"type":"full"}],
"cipher":"none","db":[{"id":1,"repo-key":1,"system-id":7000000000000000000,"version":"15"}],"name":"main","repo":[{"cipher":"none","key":1,"status":{"code":0,"message":"ok"}}],
"status":{"code":0,"lock":{"backup":{"held":false}},"message":"ok"}}])";

QByteArray withStatus(int code, const QByteArray &backups = "[]")
{
    return R"([{"archive":[],"backup":)" + backups + R"(,"db":[{"id":1}],"name":"main","status":{"code":)" + QByteArray::number(code) + R"(,"message":"said so"}}])";
}

} // namespace

class BackrestInfoTest : public QObject
{
    Q_OBJECT
private slots:
    void backupsAndArchiveAreRead()
    {
        const Result<BackrestInfo> info = parseBackrestInfo(sound, QStringLiteral("main"));
        QVERIFY(info);
        QCOMPARE(info->backups.size(), 1);
        QCOMPARE(info->backups.first().stopped, QDateTime::fromSecsSinceEpoch(1795688110, Qt::UTC));
        QCOMPARE(info->backups.first().bytes, 24'000'000);
        QCOMPARE(info->newestSegment, QStringLiteral("000000010000000000000007"));
    }

    void whatIsNoBackupIsSaid_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<int>("code");
        QTest::newRow("no stanza at all") << QByteArray("[]") << int(ErrorCode::NotFound);
        QTest::newRow("missing stanza path") << withStatus(1) << int(ErrorCode::NotFound);
        QTest::newRow("no backup") << withStatus(2) << int(ErrorCode::NotFound);
        QTest::newRow("repository cannot be read") << withStatus(99) << int(ErrorCode::ControlPlaneDown);
        QTest::newRow("no JSON") << QByteArray("ERROR: [037]: nothing") << int(ErrorCode::ProtocolViolation);
        QTest::newRow("an object") << QByteArray("{}") << int(ErrorCode::ProtocolViolation);
        QTest::newRow("nothing") << QByteArray() << int(ErrorCode::ProtocolViolation);
    }
    void whatIsNoBackupIsSaid()
    {
        QFETCH(QByteArray, json);
        QFETCH(int, code);
        const Result<BackrestInfo> info = parseBackrestInfo(json, QStringLiteral("main"));
        QVERIFY(!info);
        QCOMPARE(int(info.error().code), code);
    }

    void junkNeverCrashes()
    {
        QRandomGenerator random(20261126);
        for (int i = 0; i < 20'000; ++i) {
            QByteArray json = sound;
            for (int k = random.bounded(1, 6); k > 0; --k)
                json[random.bounded(json.size())] = char(random.bounded(256));
            (void)parseBackrestInfo(json.left(random.bounded(json.size() + 1)), QStringLiteral("main"));
            (void)parseBackrestCopies(json);
        }
    }

    void newestCommitIsFoundInTheDump_data()
    {
        QTest::addColumn<QByteArray>("dump");
        QTest::addColumn<QString>("expected");
        QTest::newRow("two, out of order")
            << QByteArray("rmgr: Transaction len (rec/tot): 34/ 34, tx: 742, lsn: 0/03000110, prev 0/030000D8, desc: COMMIT 2026-11-26 10:15:12.345678 UTC\n"
                          "rmgr: Transaction len (rec/tot): 34/ 34, tx: 741, lsn: 0/03000140, prev 0/030000D8, desc: COMMIT 2026-11-26 10:15:11.5 UTC; inval msgs: catcache 7\n")
            << "2026-11-26T10:15:12.345Z";
        QTest::newRow("whole second") << QByteArray("desc: COMMIT 2026-11-26 10:15:12 UTC\n") << "2026-11-26T10:15:12Z";
        QTest::newRow("aborts only") << QByteArray("desc: ABORT 2026-11-26 10:15:12.345678 UTC\n") << "";
        QTest::newRow("nothing") << QByteArray() << "";
    }
    void newestCommitIsFoundInTheDump()
    {
        QFETCH(QByteArray, dump);
        QFETCH(QString, expected);
        QCOMPARE(newestCommit(dump), QDateTime::fromString(expected, Qt::ISODateWithMs));
    }

    void failuresAreToldInPlainWords_data()
    {
        QTest::addColumn<QString>("log");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("words");
        QTest::newRow("gap") << "LOG:  restored log file \"000000010000000000000004\" from archive\nLOG:  redo done\nLOG:  last completed transaction was at log time 2026-11-26 10:15:12.345+00\nFATAL:  recovery ended before configured recovery target was reached\n"
                             << int(ErrorCode::InvalidInput) << "2026-11-26 10:15:12.345+00";
        QTest::newRow("disk full") << "ERROR: [039]: unable to write '/x': [28] No space left on device\n" << int(ErrorCode::ProgramFailed) << "Make room";
        QTest::newRow("before every backup") << "ERROR: [075]: unable to find backup set with stop time less than '2026'\n" << int(ErrorCode::InvalidInput) << "oldest backup";
        QTest::newRow("something else") << "FATAL:  the moon is in the wrong phase\n" << int(ErrorCode::ProgramFailed) << "wrong phase";
    }
    void failuresAreToldInPlainWords()
    {
        QFETCH(QString, log);
        QFETCH(int, code);
        QFETCH(QString, words);
        const Error error = backrestFailure({.folder = QStringLiteral("/r/x"), .moment = QDateTime(QDate(2026, 11, 26), QTime(10, 20), Qt::UTC), .state = QStringLiteral("failed replay"), .log = log});
        QCOMPARE(int(error.code), code);
        QVERIFY2(error.text().contains(words), qPrintable(error.text()));
    }
};

QTEST_GUILESS_MAIN(BackrestInfoTest)
#include "tst_backrestinfo.moc"
