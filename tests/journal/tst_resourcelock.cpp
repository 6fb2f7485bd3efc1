// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/resourcelock.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

using namespace understudy;

class TestResourceLock : public QObject
{
    Q_OBJECT

private slots:
    void secondTakerIsToldWhoHolds()
    {
        QTemporaryDir folder;
        const Result<std::unique_ptr<ResourceLock>> first
            = ResourceLock::take(folder.path(), QStringLiteral("redis mymaster"), QStringLiteral("R-1"));
        QVERIFY(first.has_value());
        const Result<std::unique_ptr<ResourceLock>> second
            = ResourceLock::take(folder.path(), QStringLiteral("redis mymaster"), QStringLiteral("R-2"));
        QVERIFY(!second.has_value());
        QCOMPARE(second.error().code, ErrorCode::ResourceLocked);
        QCOMPARE(second.error().cause, QStringLiteral("run R-1 process %1").arg(::getpid()));
    }

    void otherResourceIsFree()
    {
        QTemporaryDir folder;
        const Result<std::unique_ptr<ResourceLock>> first
            = ResourceLock::take(folder.path(), QStringLiteral("redis a/b"), QStringLiteral("R-1"));
        const Result<std::unique_ptr<ResourceLock>> second
            = ResourceLock::take(folder.path(), QStringLiteral("redis a"), QStringLiteral("R-2"));
        QVERIFY(first.has_value());
        QVERIFY(second.has_value());
    }

    void releasedLockCanBeTakenAgain()
    {
        QTemporaryDir folder;
        QVERIFY(ResourceLock::take(folder.path(), QStringLiteral("redis"), QStringLiteral("R-1")).has_value());
        QVERIFY(ResourceLock::take(folder.path(), QStringLiteral("redis"), QStringLiteral("R-2")).has_value());
    }

    void deadHolderLeavesNoLock()
    {
        QTemporaryDir folder;
        const pid_t child = ::fork();
        QVERIFY(child >= 0);
        if (child == 0) {
            const Result<std::unique_ptr<ResourceLock>> held
                = ResourceLock::take(folder.path(), QStringLiteral("redis"), QStringLiteral("R-1"));
            ::kill(::getpid(), SIGKILL);
            ::_exit(held.has_value());
        }
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QVERIFY(ResourceLock::take(folder.path(), QStringLiteral("redis"), QStringLiteral("R-2")).has_value());
    }
};

QTEST_GUILESS_MAIN(TestResourceLock)
#include "tst_resourcelock.moc"
