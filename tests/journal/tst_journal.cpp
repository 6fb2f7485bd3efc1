// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/manualclock.h"
#include "core/journal/journal.h"

#include <QCryptographicHash>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <thread>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace understudy;

namespace {

JournalEntry entry(const QString &event, const QJsonObject &detail = {})
{
    return {.run = QStringLiteral("R-1"), .step = QStringLiteral("fence"), .event = event, .detail = detail};
}

QByteArray bytesOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QCOMPARE(file.write(bytes), bytes.size());
}

} // namespace

class TestJournal : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("journals/R-1.jsonl"));
    }

    void whatIsWrittenIsRead()
    {
        append(3);
        const Result<JournalReading> reading = readJournal(m_path);
        QVERIFY(reading.has_value());
        QCOMPARE(reading->entries.size(), 3);
        QCOMPARE(reading->entries.at(1).number, 2);
        QCOMPARE(reading->entries.at(1).event, QStringLiteral("intent"));
        QCOMPARE(reading->entries.at(1).detail[QStringLiteral("text")].toString(),
                 QStringLiteral("line\nwith \"quotes\", and {\"hash\":\"x\"}"));
        QCOMPARE(reading->entries.at(1).at, m_clock.now());
    }

    void hashIsThatOfTheRawBytesBeforeIt()
    {
        append(2);
        const QList<QByteArray> lines = bytesOf(m_path).split('\n');
        const QByteArray first = lines.at(0).mid(lines.at(0).size() - 66, 64);
        const QByteArray body = lines.at(1).left(lines.at(1).indexOf(",\"hash\":\"", -80));
        QByteArray chained = first;
        chained += body;
        QCOMPARE(lines.at(1).mid(lines.at(1).size() - 66, 64),
                 QCryptographicHash::hash(chained, QCryptographicHash::Sha256).toHex());
    }

    void wholeJournalVerifies()
    {
        append(5);
        const Result<JournalHead> head = verifyJournal(m_path);
        QVERIFY(head.has_value());
        QCOMPARE(head->entries, 5);
        QCOMPARE(head->hash, readJournal(m_path)->entries.last().hash);
    }

    void tamperingIsFoundAtItsLine_data()
    {
        QTest::addColumn<QString>("how");
        QTest::addColumn<int>("line");
        QTest::newRow("one letter changed") << QStringLiteral("letter") << 2;
        QTest::newRow("a line taken out") << QStringLiteral("remove") << 2;
        QTest::newRow("two lines swapped") << QStringLiteral("swap") << 2;
        QTest::newRow("a blank inserted that JSON does not mind") << QStringLiteral("blank") << 2;
        QTest::newRow("line feeds of another system") << QStringLiteral("crlf") << 1;
        QTest::newRow("an empty line") << QStringLiteral("empty") << 2;
        QTest::newRow("last line feed missing") << QStringLiteral("feed") << 4;
    }

    void tamperingIsFoundAtItsLine()
    {
        QFETCH(QString, how);
        QFETCH(int, line);
        append(4);
        QByteArray bytes = bytesOf(m_path);
        QList<QByteArray> lines = bytes.chopped(1).split('\n');
        if (how == QLatin1String("letter"))
            lines[1].replace("fence", "fencE");
        else if (how == QLatin1String("remove"))
            lines.removeAt(1);
        else if (how == QLatin1String("swap"))
            lines.swapItemsAt(1, 2);
        else if (how == QLatin1String("blank"))
            lines[1].replace(",\"run\"", ", \"run\"");
        else if (how == QLatin1String("empty"))
            lines.insert(1, QByteArray());
        bytes = lines.join('\n') + '\n';
        if (how == QLatin1String("crlf"))
            bytes.replace("\n", "\r\n");
        if (how == QLatin1String("feed"))
            bytes.chop(1);
        write(m_path, bytes);
        const Result<JournalHead> head = verifyJournal(m_path);
        QVERIFY(!head.has_value());
        QCOMPARE(head.error().code, ErrorCode::JournalBroken);
        QVERIFY2(head.error().message.contains(QStringLiteral(":%1: ").arg(line)), qPrintable(head.error().message));
    }

    void tornTailIsPutAsideAndTheChainGoesOn()
    {
        append(2);
        const QByteArray whole = bytesOf(m_path);
        write(m_path, whole + "{\"n\":3,\"at\":\"20");
        QVERIFY(readJournal(m_path)->torn);
        QCOMPARE(readJournal(m_path)->entries.size(), 2);
        append(1);
        QCOMPARE(verifyJournal(m_path)->entries, 3);
        QCOMPARE(bytesOf(m_path + QStringLiteral(".torn")), QByteArray("{\"n\":3,\"at\":\"20\n"));
    }

    void brokenChainIsNotContinued()
    {
        append(2);
        write(m_path, bytesOf(m_path).replace("fence", "fencE"));
        const Result<std::unique_ptr<JournalWriter>> writer = JournalWriter::open(m_path, m_clock);
        QVERIFY(!writer.has_value());
        QCOMPARE(writer.error().code, ErrorCode::JournalBroken);
    }

    void cutJournalIsNotContinued()
    {
        const Result<std::unique_ptr<JournalWriter>> writer = JournalWriter::open(m_path, m_clock);
        QVERIFY((*writer)->append(entry(QStringLiteral("intent"))).has_value());
        write(m_path, {});
        QCOMPARE((*writer)->append(entry(QStringLiteral("acted"))).error().code, ErrorCode::JournalBroken);
    }

    void twoWritersMakeOneChain()
    {
        const auto work = [this] {
            const Result<std::unique_ptr<JournalWriter>> writer = JournalWriter::open(m_path, m_clock);
            for (int i = 0; i < 100; ++i) {
                if (!(*writer)->append(entry(QStringLiteral("note"))))
                    return;
            }
        };
        std::thread first(work);
        std::thread second(work);
        first.join();
        second.join();
        const Result<JournalHead> head = verifyJournal(m_path);
        QVERIFY(head.has_value());
        QCOMPARE(head->entries, 200);
    }

    void fullDiskRefusesAndLeavesNoHalfLine()
    {
        append(1);
        const QByteArray before = bytesOf(m_path);
        // In a child, because the limit holds for the whole process.
        const pid_t child = ::fork();
        QVERIFY(child >= 0);
        if (child == 0)
            ::_exit(refusesWhenFull(before.size() + 50) ? 0 : 1);
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QVERIFY(WIFEXITED(status));
        QCOMPARE(WEXITSTATUS(status), 0);
        QCOMPARE(bytesOf(m_path), before);
        QVERIFY(verifyJournal(m_path).has_value());
    }

    void spaceIsSetAsideAndGivenBack()
    {
        struct stat status = {};
        {
            const Result<std::unique_ptr<JournalWriter>> writer = JournalWriter::open(m_path, m_clock);
            QVERIFY((*writer)->append(entry(QStringLiteral("intent"))).has_value());
            QCOMPARE(::stat(qPrintable(m_path), &status), 0);
            QVERIFY(status.st_blocks * 512 >= 16 * 1024 * 1024);
            QVERIFY(status.st_size < 1000);
        }
        QCOMPARE(::stat(qPrintable(m_path), &status), 0);
        QVERIFY(status.st_blocks * 512 < 100'000);
    }

    void folderThatCannotBeWrittenIsAnErrorWithAHint()
    {
        const Result<std::unique_ptr<JournalWriter>> writer
            = JournalWriter::open(QStringLiteral("/proc/no/R-1.jsonl"), m_clock);
        QVERIFY(!writer.has_value());
        QCOMPARE(writer.error().code, ErrorCode::JournalUnwritable);
        QVERIFY(!writer.error().hint.isEmpty());
    }

    void entryAboveTheBoundIsRefused()
    {
        const Result<std::unique_ptr<JournalWriter>> writer = JournalWriter::open(m_path, m_clock);
        const QJsonObject large{{QStringLiteral("text"), QString(1'000'001, QLatin1Char('x'))}};
        QCOMPARE((*writer)->append(entry(QStringLiteral("note"), large)).error().code, ErrorCode::TooLarge);
        QVERIFY((*writer)->append(entry(QStringLiteral("note"))).has_value());
    }

private:
    void append(int number)
    {
        const Result<std::unique_ptr<JournalWriter>> writer = JournalWriter::open(m_path, m_clock);
        QVERIFY(writer.has_value());
        for (int i = 0; i < number; ++i) {
            const QJsonObject detail{{QStringLiteral("text"),
                                      QStringLiteral("line\nwith \"quotes\", and {\"hash\":\"x\"}")}};
            QVERIFY((*writer)->append(entry(QStringLiteral("intent"), detail)).has_value());
        }
    }

    bool refusesWhenFull(qint64 limit)
    {
        const Result<std::unique_ptr<JournalWriter>> writer = JournalWriter::open(m_path, m_clock);
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit bound{.rlim_cur = rlim_t(limit), .rlim_max = rlim_t(limit)};
        if (!writer || ::setrlimit(RLIMIT_FSIZE, &bound) != 0)
            return false;
        const Result<JournalEntry> written = (*writer)->append(entry(QStringLiteral("intent")));
        return !written && written.error().code == ErrorCode::JournalUnwritable && !written.error().hint.isEmpty();
    }

    ManualClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
