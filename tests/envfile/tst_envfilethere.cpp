// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/envfile/envfileplaces.h"
#include "core/systems/envfile/envfilestore.h"

#include "tests/shell/sshfixture.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace understudy;

namespace {

bool writeText(const QString &path, const QByteArray &text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(text) == text.size();
}

QByteArray textOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(unreadable)");
}

struct stat statusOf(const QString &path)
{
    struct stat info = {};
    ::stat(QFile::encodeName(path).constData(), &info);
    return info;
}

/// A disk of 64 KB, where this user may make one.
class TinyDisk
{
public:
    explicit TinyDisk(const QString &path)
        : m_path(path)
    {
        QDir().mkpath(path);
        m_mounted =
            QProcess::execute(QStringLiteral("mount"),
                              {QStringLiteral("-t"), QStringLiteral("tmpfs"), QStringLiteral("-o"),
                               QStringLiteral("size=64k"), QStringLiteral("none"), path}) == 0;
    }
    ~TinyDisk()
    {
        if (m_mounted)
            QProcess::execute(QStringLiteral("umount"), {m_path});
    }
    bool isMounted() const { return m_mounted; }

private:
    QString m_path;
    bool m_mounted = false;
};

} // namespace

/// Each behaviour on this machine, and on a host behind a real sshd.
class EnvFileThereTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<SshFixture> m_server;
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    const QString m_tag = QStringLiteral("20261126T080000Z");

    static void places()
    {
        QTest::addColumn<bool>("there");
        QTest::newRow("here") << false;
        QTest::newRow("there") << true;
    }
    EnvFileStore store(const QString &path = {}) const
    {
        QFETCH(bool, there);
        return EnvFileStore(path.isEmpty() ? m_path : path, there ? m_server->host() : Host{});
    }
    QStringList files() const
    {
        return QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden, QDir::Name);
    }

private slots:
    void initTestCase()
    {
        m_server = std::make_unique<SshFixture>();
        QCOMPARE(m_server->start(), QString());
    }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("it's an .env"));
        QVERIFY(writeText(m_path, "A=old\r\n\xff\n"));
        QCOMPARE(::chmod(QFile::encodeName(m_path).constData(), 0640), 0);
        m_server->configure({});
    }

    void replacesWholeKeepsModeOwnerAndBackup_data() { places(); }
    void replacesWholeKeepsModeOwnerAndBackup()
    {
        if (::geteuid() == 0)
            QCOMPARE(::chown(QFile::encodeName(m_path).constData(), 1, 1), 0);
        const struct stat before = statusOf(m_path);
        const QByteArray fresh = "A=new $HOME 'x'\r\n\xfe\n\n";
        const Result<EnvFileLook> seen = store().look();
        QVERIFY2(seen.has_value(), seen ? "" : qPrintable(seen.error().text()));
        QCOMPARE(seen->text, QByteArray("A=old\r\n\xff\n"));
        QVERIFY(!seen->obstacle.has_value());
        const Result<QString> backup = store().replace(seen->text, fresh, m_tag);
        QVERIFY2(backup.has_value(), backup ? "" : qPrintable(backup.error().text()));
        QCOMPARE(*backup, EnvFileStore::backupOf(seen->target, m_tag));
        QCOMPARE(textOf(m_path), fresh);
        QCOMPARE(textOf(*backup), seen->text);
        for (const QString &path : {m_path, *backup}) {
            QCOMPARE(statusOf(path).st_mode, before.st_mode);
            QCOMPARE(statusOf(path).st_uid, before.st_uid);
            QCOMPARE(statusOf(path).st_gid, before.st_gid);
        }
        QCOMPARE(files().size(), 2);
    }

    void aFileThatChangedSinceThePreviewIsLeftAlone_data() { places(); }
    void aFileThatChangedSinceThePreviewIsLeftAlone()
    {
        const Result<QString> backup = store().replace("A=older\n", "A=new\n", m_tag);
        QVERIFY(!backup.has_value());
        QCOMPARE(backup.error().code, ErrorCode::TargetChanged);
        QCOMPARE(files().size(), 1);
    }

    void aReadOnlyFileIsSaidAndLeftAlone_data() { places(); }
    void aReadOnlyFileIsSaidAndLeftAlone()
    {
        QCOMPARE(::chmod(QFile::encodeName(m_path).constData(), 0440), 0);
        const Result<EnvFileLook> seen = store().look();
        QVERIFY(seen.has_value());
        QVERIFY(seen->obstacle.has_value());
        const Result<QString> backup = store().replace(seen->text, "A=new\n", m_tag);
        QVERIFY(!backup.has_value());
        QCOMPARE(backup.error().code, ErrorCode::FileUnwritable);
        QVERIFY2(backup.error().message.contains(QLatin1String("read-only")),
                 qPrintable(backup.error().text()));
        QVERIFY(!backup.error().hint.isEmpty());
        QCOMPARE(files().size(), 1);
    }

    void aFullDiskIsSaidAndChangesNothing_data() { places(); }
    void aFullDiskIsSaidAndChangesNothing()
    {
        const TinyDisk disk(m_folder->filePath(QStringLiteral("disk")));
        if (!disk.isMounted()) { // not for this user to make: then at least what its words lead to
            QVERIFY(envfileplaces::unwritable(m_path, QStringLiteral("No space left on device"))
                        .hint.contains(QLatin1String("room")));
            return;
        }
        const QString path = m_folder->filePath(QStringLiteral("disk/.env"));
        QVERIFY(writeText(path, "A=old\n"));
        // More than is free, though the old size would have found room.
        const Result<QString> backup =
            store(path).replace("A=old\n", QByteArray(100'000, 'x'), m_tag);
        QVERIFY(!backup.has_value());
        QCOMPARE(backup.error().code, ErrorCode::FileUnwritable);
        QVERIFY2(backup.error().hint.contains(QLatin1String("Make room")),
                 qPrintable(backup.error().text()));
        QCOMPARE(textOf(path), QByteArray("A=old\n"));
        // Seen beforehand, too.
        QFile fill(m_folder->filePath(QStringLiteral("disk/fill")));
        QVERIFY(fill.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        while (fill.write(QByteArray(4096, 'x')) > 0) {
        }
        const Result<EnvFileLook> seen = store(path).look();
        QVERIFY(seen.has_value() && seen->obstacle.has_value());
        QVERIFY(seen->obstacle->hint.contains(QLatin1String("Make room")));
    }

    void aLinkIsFollowedAndStaysOne_data() { places(); }
    void aLinkIsFollowedAndStaysOne()
    {
        const QString link = m_folder->filePath(QStringLiteral("link"));
        QVERIFY(QFile::link(m_path, link));
        QVERIFY(store(link).replace(textOf(m_path), "A=new\n", m_tag).has_value());
        QVERIFY(QFileInfo(link).isSymLink());
        QCOMPARE(textOf(m_path), QByteArray("A=new\n"));
    }

    void whatAKilledAttemptLeftIsNoHindrance_data() { places(); }
    void whatAKilledAttemptLeftIsNoHindrance()
    {
        const QByteArray old = textOf(m_path);
        QVERIFY(writeText(m_path + QStringLiteral(".understudy-new"), "half a fi"));
        QVERIFY(writeText(EnvFileStore::backupOf(m_path, m_tag) + QStringLiteral(".part"), "A=o"));
        QVERIFY(store().replace(old, "A=new\n", m_tag).has_value());
        QCOMPARE(textOf(EnvFileStore::backupOf(m_path, m_tag)), old);
        QCOMPARE(files().size(), 2);
    }

    void aBackupThatHoldsSomethingElseIsNeverOverwritten_data() { places(); }
    void aBackupThatHoldsSomethingElseIsNeverOverwritten()
    {
        const QString backup = EnvFileStore::backupOf(m_path, m_tag);
        QVERIFY(writeText(backup, "precious"));
        QVERIFY(!store().replace(textOf(m_path), "A=new\n", m_tag).has_value());
        QCOMPARE(textOf(backup), QByteArray("precious"));
        QCOMPARE(textOf(m_path), QByteArray("A=old\r\n\xff\n"));
    }

    void whatCannotBeReadSaysWhatToDo_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("there");
        for (const char *name : {"nowhere", ".", "huge"}) {
            QTest::addRow("%s here", name) << QString::fromLatin1(name) << false;
            QTest::addRow("%s there", name) << QString::fromLatin1(name) << true;
        }
    }
    void whatCannotBeReadSaysWhatToDo()
    {
        QFETCH(QString, name);
        QVERIFY(writeText(m_folder->filePath(QStringLiteral("huge")), QByteArray(1'000'001, 'x')));
        const Result<QByteArray> text = store(m_folder->filePath(name)).read();
        QVERIFY(!text.has_value());
        QVERIFY(!text.error().hint.isEmpty());
        QVERIFY(text.error().code == ErrorCode::FileUnreadable ||
                text.error().code == ErrorCode::TooLarge);
    }

    void aChangedHostKeyIsSaidInPlainWords()
    {
        // What a client finds who knew another machine under this name.
        m_server->configure(
            "UserKnownHostsFile FOLDER/other_known_hosts\nStrictHostKeyChecking yes\n");
        const Result<QString> backup =
            EnvFileStore(m_path, m_server->host()).replace(textOf(m_path), "A=s3cret\n", m_tag);
        QVERIFY(!backup.has_value());
        QCOMPARE(backup.error().code, ErrorCode::TunnelDown);
        QVERIFY2(backup.error().message.contains(QLatin1String("host key")),
                 qPrintable(backup.error().text()));
        QVERIFY(backup.error().hint.contains(QLatin1String("fingerprint")));
        QVERIFY(!backup.error().text().contains(QLatin1String("tried again every")));
        QCOMPARE(textOf(m_path), QByteArray("A=old\r\n\xff\n"));
    }

    void noSecretIsPartOfACommandThere()
    {
        QVERIFY(EnvFileStore(m_path, m_server->host())
                    .replace(textOf(m_path), "A=s3cret-of-the-test\n", m_tag)
                    .has_value());
        // At its most talkative level sshd writes down each command that it is given.
        QVERIFY(m_server->log().contains("Accepted publickey"));
        QVERIFY(!m_server->log().contains("s3cret-of-the-test"));
    }

    void aCancelEndsTheWait()
    {
        CancelToken cancel;
        cancel.cancel();
        const Result<QByteArray> text = EnvFileStore(m_path, m_server->host()).read(cancel);
        QVERIFY(!text.has_value());
        QCOMPARE(text.error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(EnvFileThereTest)
#include "tst_envfilethere.moc"
