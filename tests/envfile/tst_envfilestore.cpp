// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/manualclock.h"
#include "core/systems/envfile/envfilestore.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace understudy;

namespace {

void put(const QString &path, const QByteArray &text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QCOMPARE(file.write(text), text.size());
}

QByteArray got(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(unreadable)");
}

mode_t modeOf(const QString &path)
{
    struct stat info = {};
    ::stat(QFile::encodeName(path).constData(), &info);
    return info.st_mode & 07777;
}

} // namespace

class EnvFileStoreTest : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral(".env.production"));
        put(m_path, "A=old\n");
        QCOMPARE(::chmod(QFile::encodeName(m_path).constData(), 0640), 0);
    }

    void replacesWholeKeepsModeAndBackup()
    {
        const EnvFileStore store(m_path);
        const Result<QString> backup = store.replace("A=old\n", "A=new\n", m_clock);
        QVERIFY2(backup.has_value(), backup ? "" : qPrintable(backup.error().text()));
        QCOMPARE(got(m_path), QByteArray("A=new\n"));
        QCOMPARE(got(*backup), QByteArray("A=old\n"));
        QCOMPARE(modeOf(m_path), mode_t(0640));
        QCOMPARE(modeOf(*backup), mode_t(0640));
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden).size(), 2);
    }

    void aFileThatChangedSinceThePreviewIsLeftAlone()
    {
        put(m_path, "A=somebody else\n");
        const Result<QString> backup = EnvFileStore(m_path).replace("A=old\n", "A=new\n", m_clock);
        QVERIFY(!backup.has_value());
        QCOMPARE(backup.error().code, ErrorCode::TargetChanged);
        QCOMPARE(got(m_path), QByteArray("A=somebody else\n"));
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
    }

    void aLinkIsFollowedAndStaysOne()
    {
        const QString link = m_folder->filePath(QStringLiteral("link"));
        QVERIFY(QFile::link(m_path, link));
        QVERIFY(EnvFileStore(link).replace("A=old\n", "A=new\n", m_clock).has_value());
        QVERIFY(QFileInfo(link).isSymLink());
        QCOMPARE(got(m_path), QByteArray("A=new\n"));
    }

    void whatALostAttemptLeftIsNoHindrance()
    {
        put(m_path + QStringLiteral(".understudy-new"), "half a fi");
        QVERIFY(EnvFileStore(m_path).replace("A=old\n", "A=new\n", m_clock).has_value());
        QCOMPARE(got(m_path), QByteArray("A=new\n"));
        QVERIFY(!QFile::exists(m_path + QStringLiteral(".understudy-new")));
    }

    void whatCannotBeReadSaysWhatToDo_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("missing") << QStringLiteral("nowhere");
        QTest::newRow("folder") << QStringLiteral(".");
        QTest::newRow("huge") << QStringLiteral("huge");
    }
    void whatCannotBeReadSaysWhatToDo()
    {
        QFETCH(QString, path);
        put(m_folder->filePath(QStringLiteral("huge")), QByteArray(1'000'001, 'x'));
        const Result<QByteArray> text = EnvFileStore(m_folder->filePath(path)).read();
        QVERIFY(!text.has_value());
        QVERIFY(!text.error().hint.isEmpty());
    }

    void aFolderThatNobodyMayWriteIsAnErrorAndLosesNothing()
    {
        // Root writes everywhere, except where a file stands in the way of the folder's entry.
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral(".env.production.understudy-new")));
        put(m_folder->filePath(QStringLiteral(".env.production.understudy-new/x")), "x");
        const Result<QString> backup = EnvFileStore(m_path).replace("A=old\n", "A=new\n", m_clock);
        QVERIFY(!backup.has_value());
        QCOMPARE(backup.error().code, ErrorCode::FileUnwritable);
        QCOMPARE(got(m_path), QByteArray("A=old\n"));
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    ManualClock m_clock;
};

QTEST_GUILESS_MAIN(EnvFileStoreTest)
#include "tst_envfilestore.moc"
