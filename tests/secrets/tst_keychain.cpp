// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <memory>

#include <sys/prctl.h>

namespace {

constexpr const char *stored = "s3cret with \"quotes\" and ünicode";

/// A desktop's session without a desktop: a bus of its own and a real keyring on it.
class Session
{
public:
    Session()
    {
        environment = QProcessEnvironment::systemEnvironment();
        for (const char *name : {"DISPLAY", "WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP", "DESKTOP_SESSION", "GNOME_KEYRING_CONTROL"})
            environment.remove(QString::fromLatin1(name));
        for (const char *name : {"HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"})
            environment.insert(QString::fromLatin1(name), m_folder.path());
        environment.insert(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"), QStringLiteral("unix:path=%1/nobody").arg(m_folder.path()));
    }
    ~Session()
    {
        for (QProcess *process : {m_keyring.get(), m_bus.get()}) {
            if (!process)
                continue;
            process->kill();
            process->waitForFinished();
        }
    }

    /// A bus that starts nothing by itself: what answers on it was started here.
    bool startBus()
    {
        const QString socket = m_folder.filePath(QStringLiteral("bus"));
        QFile file(m_folder.filePath(QStringLiteral("bus.conf")));
        if (!file.open(QIODevice::WriteOnly))
            return false;
        file.write("<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" "
                   "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n<busconfig><type>session</type><listen>unix:path="
                   + socket.toUtf8() + "</listen><auth>EXTERNAL</auth><policy context=\"default\"><allow send_destination=\"*\" "
                   "eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n");
        file.close();
        m_bus = start(QStringLiteral("dbus-daemon"), {QStringLiteral("--nofork"), QStringLiteral("--config-file"), file.fileName()}, {});
        environment.insert(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"), QStringLiteral("unix:path=") + socket);
        return QTest::qWaitFor([&] { return QFile::exists(socket); }, 10'000);
    }

    bool startKeyring()
    {
        m_keyring = start(QStringLiteral("gnome-keyring-daemon"),
                          {QStringLiteral("--unlock"), QStringLiteral("--foreground"), QStringLiteral("--components=secrets")}, "keyring's own password");
        return QTest::qWaitFor([&] { return call(QStringLiteral("secret-tool"), {QStringLiteral("search"), QStringLiteral("no"), QStringLiteral("one")}).contains("code 0"); }, 10'000);
    }

    void stopKeyring() const { ::kill(pid_t(m_keyring->processId()), SIGSTOP); }

    /// Runs a program of this session; what it says, and how it ended.
    QByteArray call(const QString &program, const QStringList &arguments, const QByteArray &input = {}) const
    {
        QProcess process;
        process.setProcessEnvironment(environment);
        process.start(program, arguments);
        process.write(input);
        process.closeWriteChannel();
        if (!process.waitForFinished(30'000)) {
            process.kill();
            process.waitForFinished();
            return "hangs";
        }
        return process.readAllStandardOutput() + process.readAllStandardError() + "code " + QByteArray::number(process.exitCode());
    }

    QProcessEnvironment environment;

private:
    std::unique_ptr<QProcess> start(const QString &program, const QStringList &arguments, const QByteArray &input) const
    {
        auto process = std::make_unique<QProcess>();
        process->setProcessEnvironment(environment);
        process->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        process->start(program, arguments);
        process->waitForStarted();
        process->write(input);
        process->closeWriteChannel();
        return process;
    }

    QTemporaryDir m_folder;
    std::unique_ptr<QProcess> m_bus, m_keyring;
};

} // namespace

/// A secret in a real keyring, stored as the hint says, and what is told when it is not to be had.
class KeychainTest : public QObject
{
    Q_OBJECT

private slots:
    void isReadOrSaysWhatToDo_data()
    {
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("entry");
        QTest::addColumn<QStringList>("says");
        QTest::addColumn<int>("withinMs");
        const QString entry = QStringLiteral("the-copy/redis");
        QTest::newRow("present") << QStringLiteral("open") << entry << QStringList{QStringLiteral("found ") + QString::fromUtf8(stored)} << 5'000;
        QTest::newRow("absent") << QStringLiteral("open") << QStringLiteral("the-copy/nobody")
                                << QStringList{QStringLiteral("keychain entry the-copy/nobody"), QStringLiteral("no such entry"),
                                               QStringLiteral("secret-tool store --label=understudy server 'the-copy' user 'nobody' type plaintext")} << 5'000;
        QTest::newRow("locked") << QStringLiteral("locked") << entry
                                << QStringList{QStringLiteral("keychain entry the-copy/redis"), QStringLiteral("locked"), QStringLiteral("Unlock")} << 12'000;
        QTest::newRow("hung") << QStringLiteral("hung") << entry << QStringList{QStringLiteral("did not answer within 10 s")} << 16'000;
        QTest::newRow("no keyring on the bus") << QStringLiteral("bus") << entry << QStringList{QStringLiteral("no keychain service answers")} << 12'000;
        QTest::newRow("no bus") << QStringLiteral("none") << entry << QStringList{QStringLiteral("no keychain service answers")} << 12'000;
    }

    void isReadOrSaysWhatToDo()
    {
        QFETCH(QString, state);
        QFETCH(QString, entry);
        QFETCH(QStringList, says);
        QFETCH(int, withinMs);
        Session session;
        if (state != QLatin1String("none"))
            QVERIFY(session.startBus());
        if (state != QLatin1String("none") && state != QLatin1String("bus")) {
            QVERIFY(session.startKeyring());
            const QByteArray kept = session.call(QStringLiteral("secret-tool"), {QStringLiteral("store"), QStringLiteral("--label=understudy"),
                                                 QStringLiteral("server"), QStringLiteral("the-copy"), QStringLiteral("user"), QStringLiteral("redis"), QStringLiteral("type"), QStringLiteral("plaintext")}, stored);
            QVERIFY2(kept.endsWith("code 0"), kept);
        }
        if (state == QLatin1String("locked")) {
            const QByteArray locked = session.call(QStringLiteral("dbus-send"), {QStringLiteral("--session"), QStringLiteral("--print-reply"),
                QStringLiteral("--dest=org.freedesktop.secrets"), QStringLiteral("/org/freedesktop/secrets"), QStringLiteral("org.freedesktop.Secret.Service.Lock"),
                QStringLiteral("array:objpath:/org/freedesktop/secrets/collection/login")});
            QVERIFY2(locked.endsWith("code 0"), locked);
        }
        if (state == QLatin1String("hung"))
            session.stopKeyring();
        QElapsedTimer timer;
        timer.start();
        const QByteArray told = session.call(QStringLiteral(KEYCHAIN_DRIVER), {entry});
        QVERIFY2(timer.elapsed() < withinMs, qPrintable(QString::number(timer.elapsed())));
        qInfo("%lld ms: %s", timer.elapsed(), told.constData());
        for (const QString &words : says)
            QVERIFY2(QString::fromUtf8(told).contains(words), told);
        QVERIFY2(state == QLatin1String("open") || !told.contains("s3cret"), told);
    }
};

QTEST_GUILESS_MAIN(KeychainTest)
#include "tst_keychain.moc"
