// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/secrets/secretresolver.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace understudy;

namespace {

SecretReference reference(SecretReference::Kind kind, const QString &name, const QString &key = {},
                          const QString &host = {})
{
    SecretReference made;
    made.kind = kind;
    made.name = name;
    made.key = key;
    made.host = host;
    return made;
}

} // namespace

class SecretResolverTest : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void anUnsetReferenceIsAnEmptySecret();
    void plainTextIsItself();
    void environmentIsRead();
    void fileLosesOneNewlineOnly_data();
    void fileLosesOneNewlineOnly();
    void relativeFileStartsAtThePlan();
    void envFileIsRead();
    void remoteEnvFileIsReadThroughSsh();
    void remoteFailureSaysWhatSshSaid();
    void missingOnesNameTheReference_data();
    void missingOnesNameTheReference();
    void providedSecretsComeFirst();
    void keychainAnswersWithinItsBound();

private:
    void write(const QString &name, const QByteArray &text, bool executable = false);
    std::unique_ptr<SecretResolver> resolver() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    QByteArray m_path;
};

void SecretResolverTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = qgetenv("PATH");
    qputenv("UNDERSTUDY_TEST_SECRET", "from the environment");
    qunsetenv("UNDERSTUDY_TEST_NOTHING");
}

void SecretResolverTest::cleanup()
{
    qputenv("PATH", m_path);
}

void SecretResolverTest::write(const QString &name, const QByteArray &text, bool executable)
{
    QFile file(m_folder->filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
    file.close();
    if (executable)
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
}

std::unique_ptr<SecretResolver> SecretResolverTest::resolver() const
{
    Plan plan;
    plan.path = m_folder->filePath(QStringLiteral("plan.yaml"));
    plan.hosts = {Host{QStringLiteral("app-1"), QStringLiteral("deploy@app-1.example")},
                  Host{QStringLiteral("here"), QString()}};
    return SecretResolver::forPlan(plan);
}

void SecretResolverTest::anUnsetReferenceIsAnEmptySecret()
{
    const Result<Secret> secret = resolver()->resolve({});
    QVERIFY(secret.has_value());
    QVERIFY(secret->isEmpty());
}

void SecretResolverTest::plainTextIsItself()
{
    const Result<Secret> secret
        = resolver()->resolve(reference(SecretReference::Kind::Plain, QStringLiteral("postgresql://a@b/c")));
    QVERIFY(secret.has_value());
    QCOMPARE(secret->reveal(), QByteArray("postgresql://a@b/c"));
}

void SecretResolverTest::environmentIsRead()
{
    const Result<Secret> secret
        = resolver()->resolve(reference(SecretReference::Kind::Environment, QStringLiteral("UNDERSTUDY_TEST_SECRET")));
    QVERIFY(secret.has_value());
    QCOMPARE(secret->reveal(), QByteArray("from the environment"));
}

void SecretResolverTest::fileLosesOneNewlineOnly_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("secret");
    QTest::newRow("none") << QByteArray("abc") << QByteArray("abc");
    QTest::newRow("one") << QByteArray("abc\n") << QByteArray("abc");
    QTest::newRow("two") << QByteArray("abc\n\n") << QByteArray("abc\n");
    QTest::newRow("crlf") << QByteArray("abc\r\n") << QByteArray("abc");
    QTest::newRow("blanks stay") << QByteArray(" abc \n") << QByteArray(" abc ");
}

void SecretResolverTest::fileLosesOneNewlineOnly()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, secret);
    write(QStringLiteral("secret"), text);
    const Result<Secret> found
        = resolver()->resolve(reference(SecretReference::Kind::File, m_folder->filePath(QStringLiteral("secret"))));
    QVERIFY(found.has_value());
    QCOMPARE(found->reveal(), secret);
}

void SecretResolverTest::relativeFileStartsAtThePlan()
{
    write(QStringLiteral("secret"), "abc");
    const Result<Secret> found = resolver()->resolve(reference(SecretReference::Kind::File, QStringLiteral("secret")));
    QVERIFY(found.has_value());
}

void SecretResolverTest::envFileIsRead()
{
    write(QStringLiteral(".env"), "A=1\nDATABASE_URL=\"postgresql://x\"\n");
    const Result<Secret> found = resolver()->resolve(reference(
        SecretReference::Kind::EnvironmentFile, QStringLiteral(".env"), QStringLiteral("DATABASE_URL"), QStringLiteral("here")));
    QVERIFY(found.has_value());
    QCOMPARE(found->reveal(), QByteArray("postgresql://x"));
}

void SecretResolverTest::remoteEnvFileIsReadThroughSsh()
{
    // Does what sshd does: joins the words after the destination and hands them to a shell.
    write(QStringLiteral("ssh"),
          "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done\n[ \"$2\" = deploy@app-1.example ] || exit 9\n"
          "shift 2\nexec sh -c \"$*\"\n", true);
    qputenv("PATH", m_folder->path().toUtf8() + ':' + m_path);
    write(QStringLiteral("it's; $(odd).env"), "KEY=far\n");
    const Result<Secret> found = resolver()->resolve(
        reference(SecretReference::Kind::EnvironmentFile, m_folder->filePath(QStringLiteral("it's; $(odd).env")),
                  QStringLiteral("KEY"), QStringLiteral("app-1")));
    QVERIFY2(found.has_value(), found ? "" : qPrintable(found.error().text()));
    QCOMPARE(found->reveal(), QByteArray("far"));
}

void SecretResolverTest::remoteFailureSaysWhatSshSaid()
{
    write(QStringLiteral("ssh"), "#!/bin/sh\necho 'Permission denied (publickey).' >&2\nexit 255\n", true);
    qputenv("PATH", m_folder->path().toUtf8() + ':' + m_path);
    const Result<Secret> found = resolver()->resolve(reference(
        SecretReference::Kind::EnvironmentFile, QStringLiteral("/x"), QStringLiteral("KEY"), QStringLiteral("app-1")));
    QVERIFY(!found.has_value());
    QVERIFY(found.error().cause.contains(QStringLiteral("Permission denied (publickey).")));
}

void SecretResolverTest::missingOnesNameTheReference_data()
{
    using Kind = SecretReference::Kind;
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("host");
    const auto row = [](const char *title, Kind kind, const char *name, const char *key = "", const char *host = "") {
        QTest::newRow(title) << int(kind) << QString::fromLatin1(name) << QString::fromLatin1(key) << QString::fromLatin1(host);
    };
    row("variable", Kind::Environment, "UNDERSTUDY_TEST_NOTHING");
    row("no file", Kind::File, "/nonexistent/file");
    row("folder", Kind::File, "/tmp");
    row("device that never ends", Kind::File, "/dev/zero");
    row("no key", Kind::EnvironmentFile, "some.env", "MISSING");
    row("large file", Kind::File, "large");
    row("host that the plan does not name", Kind::EnvironmentFile, "/x", "KEY", "nowhere");
    row("pipe without a writer", Kind::File, "pipe");
}

void SecretResolverTest::missingOnesNameTheReference()
{
    QFETCH(int, kind);
    QFETCH(QString, name);
    QFETCH(QString, key);
    QFETCH(QString, host);
    write(QStringLiteral("some.env"), "A=1\n");
    write(QStringLiteral("large"), QByteArray(70'000, 'x'));
    QCOMPARE(::mkfifo(qPrintable(m_folder->filePath(QStringLiteral("pipe"))), 0600), 0);
    const SecretReference wanted = reference(SecretReference::Kind(kind), name, key, host);
    const Result<Secret> found = resolver()->resolve(wanted);
    QVERIFY(!found.has_value());
    QCOMPARE(found.error().code, ErrorCode::SecretMissing);
    QVERIFY(found.error().message.contains(wanted.describe()));
    QVERIFY(!found.error().hint.isEmpty());
}

void SecretResolverTest::providedSecretsComeFirst()
{
    const std::unique_ptr<SecretResolver> secrets = resolver();
    const SecretReference wanted = reference(SecretReference::Kind::Environment, QStringLiteral("UNDERSTUDY_TEST_SECRET"));
    secrets->provide(wanted, Secret("typed"));
    const Result<Secret> found = secrets->resolve(wanted);
    QVERIFY(found.has_value());
    QCOMPARE(found->reveal(), QByteArray("typed"));
}

void SecretResolverTest::keychainAnswersWithinItsBound()
{
    // Twice, because whatever the first answer started must not be in the way of the second.
    const std::unique_ptr<SecretResolver> secrets = resolver();
    for (int look = 0; look < 2; ++look) {
        QElapsedTimer elapsed;
        elapsed.start();
        const Result<Secret> found = secrets->resolve(
            reference(SecretReference::Kind::Keychain, QStringLiteral("understudy-test/no such account")));
        QVERIFY(!found.has_value());
        QVERIFY(found.error().message.contains(QStringLiteral("keychain entry understudy-test/no such account")));
        QVERIFY(elapsed.elapsed() < 12'000);
    }
}

QTEST_GUILESS_MAIN(SecretResolverTest)
#include "tst_secretresolver.moc"
