// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/postgres/pgconnection.h"

#include "tests/postgres/pgfixture.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QThread>
#include <QtEndian>

#include <functional>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

/// A peer that is no PostgreSQL, on a thread of its own: says `answer` to the first words of whoever
/// connects, and `flood` and then anything without end to the next, if there is a flood.
class Peer
{
public:
    explicit Peer(const QByteArray &answer, const QByteArray &flood = {})
    {
        m_thread.reset(QThread::create([this, answer, flood] { serve(answer, flood); }));
        m_thread->start();
        while (m_port == 0)
            QThread::msleep(1);
    }
    ~Peer()
    {
        m_ends = true;
        m_thread->wait();
    }
    Secret url() const
    {
        return Secret("postgresql://u:passw0rd@127.0.0.1:" + QByteArray::number(m_port) + "/d?sslmode=disable");
    }

private:
    void serve(const QByteArray &answer, const QByteArray &flood)
    {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        m_port = server.serverPort();
        std::vector<std::unique_ptr<QTcpSocket>> sockets;
        while (!m_ends) {
            if (server.waitForNewConnection(10))
                sockets.emplace_back(server.nextPendingConnection());
            for (const std::unique_ptr<QTcpSocket> &socket : sockets)
                answerOne(*socket, answer, flood);
        }
    }
    static void answerOne(QTcpSocket &socket, const QByteArray &answer, const QByteArray &flood)
    {
        static const QByteArray more(1'000'000, 'x');
        if (socket.waitForReadyRead(5) && !socket.readAll().isEmpty()) {
            const bool again = socket.property("answered").toBool();
            socket.write(again ? flood : answer);
            socket.setProperty("answered", true);
            socket.setProperty("floods", again && !flood.isEmpty());
        }
        if (socket.property("floods").toBool() && socket.bytesToWrite() < 4'000'000)
            socket.write(more);
        socket.flush();
    }
    std::unique_ptr<QThread> m_thread;
    std::atomic<quint16> m_port = 0;
    std::atomic_bool m_ends = false;
};

QByteArray message(char type, const QByteArray &body)
{
    QByteArray out(1, type);
    const quint32 size = qToBigEndian(quint32(body.size() + 4));
    return out.append(reinterpret_cast<const char *>(&size), 4) + body;
}

/// Lets anyone in: AuthenticationOk, what libpq wants to know, ReadyForQuery.
QByteArray welcome()
{
    return message('R', QByteArray(4, '\0')) + message('S', QByteArray("server_version\0" "15.1\0", 20))
           + message('S', QByteArray("client_encoding\0" "UTF8\0", 21)) + message('Z', "I");
}

qint64 residentKilobytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').value(1).toLongLong() * 4;
}

} // namespace

class PgConnectionTest : public QObject
{
    Q_OBJECT
private:
    PgFixture m_server;

    std::unique_ptr<PgConnection> open(const Secret &url, const CancelToken &cancel = {})
    {
        Result<std::unique_ptr<PgConnection>> result = PgConnection::connect(url, 3s, cancel);
        return result ? std::move(*result) : nullptr;
    }
    std::unique_ptr<PgConnection> open() { return open(m_server.url()); }

private slots:
    void initTestCase()
    {
        const QString problem = m_server.start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }

    void answersAreText()
    {
        const std::unique_ptr<PgConnection> connection = open();
        QVERIFY(connection);
        const Result<PgTable> table
            = connection->query(QStringLiteral("select 1 as one, null as nothing, 'ä' as words"), 2s);
        QVERIFY(table);
        QCOMPARE(table->number(QStringLiteral("one")), std::optional<double>(1));
        QVERIFY(!table->text(QStringLiteral("nothing")));
        QCOMPARE(table->text(QStringLiteral("words")), std::optional<QString>(QStringLiteral("ä")));
    }
    void parametersAreNeverSql()
    {
        const std::unique_ptr<PgConnection> connection = open();
        const QString nasty = QStringLiteral("'; drop table x; --");
        const Result<PgTable> table = connection->query(
            QStringLiteral("select $1::text as it, $2::text is null as nothing"), 2s, {nasty, std::nullopt});
        QVERIFY(table);
        QCOMPARE(table->text(QStringLiteral("it")), std::optional<QString>(nasty));
        QVERIFY(table->isTrue(QStringLiteral("nothing")));
    }
    void looksCannotChangeAnything()
    {
        const std::unique_ptr<PgConnection> connection = open();
        const Result<PgTable> table = connection->query(QStringLiteral("create table oops (id int)"), 2s);
        QVERIFY(!table);
        QVERIFY(table.error().cause.startsWith(QLatin1String("25006")));
        QVERIFY(connection->isOpen());
    }
    void writesCommit()
    {
        const std::unique_ptr<PgConnection> connection = open();
        QVERIFY(connection->query(QStringLiteral("create table kept as select 7 as id"), 2s, {},
                                  PgTransaction::ReadWrite));
        QCOMPARE(m_server.value(QStringLiteral("select id from kept")), QStringLiteral("7"));
    }
    void sessionSaysWhoItIs()
    {
        const std::unique_ptr<PgConnection> connection = open();
        const Result<PgTable> table
            = connection->query(QStringLiteral("select current_setting('application_name') as name"), 2s);
        QCOMPARE(table->text(QStringLiteral("name")), std::optional<QString>(QStringLiteral("understudy")));
    }
    void failuresHaveCodes_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<int>("code");
        const QByteArray port = QByteArray::number(m_server.port());
        const auto row = [](const char *name, const QByteArray &url, ErrorCode code) {
            QTest::newRow(name) << url << int(code);
        };
        row("wrong password", m_server.url(QStringLiteral("postgres"), QStringLiteral("postgres"), "wr0ng-word").reveal(),
            ErrorCode::AuthenticationFailed);
        row("unknown user", m_server.url(QStringLiteral("nobody")).reveal(), ErrorCode::AuthenticationFailed);
        row("missing database", m_server.url(QStringLiteral("postgres"), QStringLiteral("gone")).reveal(),
            ErrorCode::NotFound);
        row("refused", "postgresql://u:passw0rd@127.0.0.1:" + QByteArray::number(PgFixture::freePort()) + "/d",
            ErrorCode::ConnectionRefused);
        row("unknown name", "postgresql://u:passw0rd@no-such-name.invalid/d", ErrorCode::NameNotFound);
        row("no TLS there", m_server.url().reveal() + "?sslmode=require", ErrorCode::TlsFailed);
        row("no address", "", ErrorCode::SecretMissing);
        row("not an address", "postgresql://u:passw0rd@[::1/d", ErrorCode::InvalidInput);
    }
    void failuresHaveCodes()
    {
        QFETCH(QByteArray, url);
        QFETCH(int, code);
        const Result<std::unique_ptr<PgConnection>> result = PgConnection::connect(Secret(url), 3s);
        QVERIFY(!result);
        QVERIFY2(int(result.error().code) == code, qPrintable(result.error().text()));
        QVERIFY(!result.error().hint.isEmpty());
        for (const char *secret : {"passw0rd", "wr0ng-word", "s3kret"})
            QVERIFY(!result.error().text().contains(QLatin1String(secret)));
    }
    void parametersOfOtherDriversAreLeftOut()
    {
        QVERIFY(open(Secret(m_server.url().reveal() + "?schema=public&pgbouncer=true&connect_timeout=1")));
    }
    void acceptsAndNeverAnswers()
    {
        const Peer silent{QByteArray()};
        QElapsedTimer elapsed;
        elapsed.start();
        const Result<std::unique_ptr<PgConnection>> result = PgConnection::connect(silent.url(), 2s);
        QVERIFY(!result);
        QVERIFY2(result.error().code == ErrorCode::TimedOut, qPrintable(result.error().text()));
        QVERIFY2(elapsed.elapsed() < 6000, qPrintable(QString::number(elapsed.elapsed())));
    }
    void hostilePeers_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("garbage") << QByteArray("HTTP/1.1 400 Bad Request\r\n\r\n");
        QTest::newRow("half a message for ever") << QByteArray("R\0\0\0", 4);
        QTest::newRow("2 GB announced") << QByteArray("R\x7f\xff\xff\xff", 5);
    }
    void hostilePeers()
    {
        QFETCH(QByteArray, answer);
        const Peer peer{answer};
        QElapsedTimer elapsed;
        elapsed.start();
        QVERIFY(!PgConnection::connect(peer.url(), 2s));
        QVERIFY(elapsed.elapsed() < 6000);
    }
    void endlessAnswerIsCutOff()
    {
        const Peer peer(welcome(), QByteArray("T\x30\x00\x00\x00", 5));
        const std::unique_ptr<PgConnection> connection = open(peer.url());
        QVERIFY(connection);
        const qint64 before = residentKilobytes();
        const Result<PgTable> table = connection->query(QStringLiteral("select 1"), 10s, {}, PgTransaction::Bare);
        QVERIFY(!table);
        QVERIFY2(table.error().code == ErrorCode::TooLarge, qPrintable(table.error().text()));
        QVERIFY2(residentKilobytes() - before < 400'000, qPrintable(QString::number(residentKilobytes() - before)));
    }
    void stoppedServerEndsTheCallAtItsDeadline()
    {
        const std::unique_ptr<PgConnection> connection = open();
        m_server.hang();
        QElapsedTimer elapsed;
        elapsed.start();
        const Result<PgTable> table = connection->query(QStringLiteral("select 1"), 500ms);
        const qint64 took = elapsed.elapsed();
        m_server.resume();
        QVERIFY(!table);
        QCOMPARE(table.error().code, ErrorCode::TimedOut);
        QVERIFY2(took >= 450 && took < 2000, qPrintable(QString::number(took)));
        QVERIFY(!connection->isOpen());
    }
    void cancelEndsTheCall()
    {
        const CancelToken cancel;
        const std::unique_ptr<PgConnection> connection = open(m_server.url(), cancel);
        const std::unique_ptr<QThread> other(QThread::create([&] {
            QThread::msleep(100);
            cancel.cancel();
        }));
        other->start();
        QElapsedTimer elapsed;
        elapsed.start();
        const Result<PgTable> table = connection->query(QStringLiteral("select pg_sleep(20)"), 20s);
        other->wait();
        QVERIFY(!table);
        QCOMPARE(table.error().code, ErrorCode::Cancelled);
        QVERIFY(elapsed.elapsed() < 5000);
    }
    void lostConnectionIsClosedForGood()
    {
        const std::unique_ptr<PgConnection> connection = open();
        m_server.execute(QStringLiteral("select pg_terminate_backend(pid) from pg_stat_activity "
                                        "where application_name = 'understudy' and pid <> pg_backend_pid()"));
        const Result<PgTable> first = connection->query(QStringLiteral("select 1"), 2s);
        QVERIFY(!first);
        QVERIFY2(first.error().code == ErrorCode::ConnectionLost, qPrintable(first.error().text()));
        QVERIFY(!connection->query(QStringLiteral("select 1"), 2s));
        QVERIFY(!connection->isOpen());
    }
    void refusedStatementLeavesTheSessionUsable()
    {
        const std::unique_ptr<PgConnection> connection = open();
        const Result<PgTable> wrong = connection->query(QStringLiteral("select nonsense"), 2s);
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().code, ErrorCode::SqlError);
        QVERIFY(wrong.error().cause.startsWith(QLatin1String("42703")));
        QVERIFY(connection->query(QStringLiteral("select 1"), 2s));
    }
};

QTEST_GUILESS_MAIN(PgConnectionTest)
#include "tst_pgconnection.moc"
