// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/databaseprobe.h"

#include "core/systems/secrets/secretresolver.h"
#include "tests/postgres/pgfixture.h"

#include <QFile>
#include <QTcpSocket>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

/// A PgBouncer in transaction mode with one server connection for all, in front of a PgFixture.
class Pooler
{
public:
    QString start(const PgFixture &server)
    {
        m_port = PgFixture::freePort();
        const QByteArray folder = QFile::encodeName(server.folder());
        const QString users = server.folder() + QStringLiteral("/users.txt");
        write(users, "\"postgres\" \"" + PgFixture::password() + "\"\n");
        const QString settings = server.folder() + QStringLiteral("/pgbouncer.ini");
        write(settings, "[databases]\n* = host=127.0.0.1 port=" + QByteArray::number(server.port())
                            + "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " + QByteArray::number(m_port)
                            + "\nunix_socket_dir =\nauth_type = scram-sha-256\nauth_file = " + folder
                            + "/users.txt\npool_mode = transaction\ndefault_pool_size = 1\n"
                              "server_login_retry = 1\n");
        PgFixture::makeUnprivileged(m_process);
        m_process.setStandardErrorFile(server.folder() + QStringLiteral("/pgbouncer.log"));
        m_process.start(QStringLiteral("/usr/sbin/pgbouncer"), {settings});
        if (!m_process.waitForStarted())
            return m_process.errorString();
        for (int i = 0; i < 200; ++i) {
            QTcpSocket probe;
            probe.connectToHost(QHostAddress::LocalHost, m_port);
            if (probe.waitForConnected(500))
                return {};
            QTest::qSleep(20);
        }
        return QStringLiteral("pgbouncer does not listen");
    }
    ~Pooler()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    Plan plan() const
    {
        const QByteArray url = "postgresql://postgres:" + PgFixture::password() + "@127.0.0.1:"
                               + QByteArray::number(m_port) + "/postgres";
        Plan out;
        out.database = DatabasePlan{
            .url = {.kind = SecretReference::Kind::Plain, .name = QString::fromUtf8(url)}, .every = 200ms};
        return out;
    }

private:
    static void write(const QString &path, const QByteArray &text)
    {
        QFile file(path);
        if (file.open(QIODevice::WriteOnly))
            file.write(text);
        file.close();
        PgFixture::giveAway(path);
    }
    QProcess m_process;
    quint16 m_port = 0;
};

struct Looker
{
    explicit Looker(const Pooler &pooler)
        : plan(pooler.plan())
        , secrets(SecretResolver::forPlan(plan))
        , probe(std::make_unique<DatabaseProbe>(plan, *secrets, clock))
    {
        QObject::connect(probe.get(), &Probe::observed, probe.get(), [this](const SystemObservation &one) {
            last = one;
            ++looks;
        });
        probe->start();
    }
    const Plan plan;
    SystemClock clock;
    std::unique_ptr<SecretResolver> secrets;
    SystemObservation last;
    int looks = 0;
    std::unique_ptr<DatabaseProbe> probe;
};

} // namespace

class DatabasePoolerTest : public QObject
{
    Q_OBJECT
private:
    PgFixture m_server;
    Pooler m_pooler;

private slots:
    void initTestCase()
    {
        QCOMPARE(m_server.start(), QString());
        QCOMPARE(m_pooler.start(m_server), QString());
    }
    void looksPassATransactionPooler()
    {
        const Looker one(m_pooler);
        const Looker other(m_pooler);
        QTRY_VERIFY(one.looks >= 5 && other.looks >= 5);
        QCOMPARE(one.last.health, Health::Healthy);
        QCOMPARE(other.last.health, Health::Healthy);
        for (const Reading &reading : one.last.readings) {
            if (reading.name != QLatin1String("newest restorable"))
                QVERIFY2(reading.state != ReadingState::Unknown, qPrintable(reading.name + reading.reason));
        }
    }
    void poolerWithoutItsServerIsDown()
    {
        const Looker looker(m_pooler);
        QTRY_COMPARE(looker.last.health, Health::Healthy);
        m_server.stop();
        QTRY_COMPARE_WITH_TIMEOUT(looker.last.health, Health::Down, 10'000);
        QCOMPARE(m_server.restart(), QString());
        QTRY_COMPARE_WITH_TIMEOUT(looker.last.health, Health::Healthy, 20'000);
    }
};

QTEST_GUILESS_MAIN(DatabasePoolerTest)
#include "tst_databasepooler.moc"
