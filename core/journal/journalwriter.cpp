// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/journalline.h"

#include "core/base/log.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace understudy {
namespace {

// Space that is set aside when a journal is opened, so that a disk that fills up during an incident
// does not stop the record. The file's length does not change by it.
constexpr qint64 reserved = 16 * 1024 * 1024;

tl::unexpected<Error> unwritable(const QString &path)
{
    const QString cause = QString::fromLocal8Bit(std::strerror(errno));
    return fail(ErrorCode::JournalUnwritable, QStringLiteral("cannot write journal %1").arg(path),
                QStringLiteral("Nothing is done without a record: free some space, or set XDG_STATE_HOME to "
                               "a folder on another disk."),
                cause);
}

/// Holds the file's lock for one append.
class FileLock
{
public:
    explicit FileLock(int file) : m_file(file)
    {
        while (::flock(m_file, LOCK_EX) != 0 && errno == EINTR) { }
    }
    ~FileLock() { ::flock(m_file, LOCK_UN); }
    FileLock(const FileLock &) = delete;
    FileLock &operator=(const FileLock &) = delete;

private:
    int m_file;
};

Result<Unit> syncJournalFolder(const QString &folder)
{
    const int handle = ::open(QFile::encodeName(folder).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0)
        return unwritable(folder);
    const bool synced = ::fsync(handle) == 0;
    ::close(handle);
    return synced ? Result<Unit>(Unit{}) : unwritable(folder);
}

class FileWriter : public JournalWriter
{
public:
    FileWriter(QString path, int file, const Clock &clock) : m_path(std::move(path)), m_file(file), m_clock(clock) {}
    ~FileWriter() override;
    FileWriter(const FileWriter &) = delete;
    FileWriter &operator=(const FileWriter &) = delete;

    Result<Unit> reserve();
    Result<JournalEntry> append(JournalEntry entry) override;

private:
    Result<Unit> catchUp();
    Result<Unit> readOn(const QByteArray &bytes);
    Result<Unit> cutTornTail(const QByteArray &tail);
    Result<Unit> write(const QByteArray &line);

    QString m_path;
    int m_file;
    const Clock &m_clock;
    JournalHead m_head;
    qint64 m_end = 0; ///< where the last line that this writer knows ends
};

FileWriter::~FileWriter()
{
    // Gives back what was reserved and not used.
    const FileLock lock(m_file);
    struct stat status = {};
    if (::fstat(m_file, &status) == 0 && ::ftruncate(m_file, status.st_size) != 0)
        log::warning("journal", QStringLiteral("reserved space of %1 was not given back").arg(m_path));
    ::close(m_file);
}

Result<Unit> FileWriter::reserve()
{
    const FileLock lock(m_file);
    if (Result<Unit> known = catchUp(); !known)
        return known;
    if (::fallocate(m_file, FALLOC_FL_KEEP_SIZE, 0, qMax(reserved, m_end + reserved / 4)) == 0)
        return Unit{};
    if (errno != EOPNOTSUPP && errno != ENOSYS)
        return unwritable(m_path);
    log::warning("journal", QStringLiteral("the file system of %1 cannot reserve space").arg(m_path));
    return Unit{};
}

Result<JournalEntry> FileWriter::append(JournalEntry entry)
{
    const FileLock lock(m_file);
    if (const Result<Unit> known = catchUp(); !known)
        return fail(known.error());
    entry.number = m_head.entries + 1;
    if (!entry.at.isValid())
        entry.at = m_clock.now();
    const QByteArray line = journalline::make(entry, m_head.hash) + '\n';
    if (line.size() > journalline::maximumLength)
        return fail(ErrorCode::TooLarge, QStringLiteral("journal entry %1 is larger than 1 MB").arg(entry.event));
    if (const Result<Unit> written = write(line); !written)
        return fail(written.error());
    m_head = {.entries = entry.number, .hash = entry.hash};
    m_end += line.size();
    return entry;
}

/// Reads what other writers have added since, and cuts a torn tail off. Called under the lock, under
/// which nobody else is in the middle of a line: what has no line feed is left over from a crash.
Result<Unit> FileWriter::catchUp()
{
    struct stat status = {};
    if (::fstat(m_file, &status) != 0)
        return unwritable(m_path);
    if (status.st_size < m_end)
        return fail(ErrorCode::JournalBroken, QStringLiteral("journal %1 has become shorter").arg(m_path),
                    QStringLiteral("Somebody cut it: keep the file as it is and begin a new run."));
    if (status.st_size > journalline::maximumFile)
        return fail(ErrorCode::TooLarge, QStringLiteral("journal %1 is larger than 64 MB").arg(m_path));
    QByteArray bytes(status.st_size - m_end, Qt::Uninitialized);
    qsizetype filled = 0;
    while (filled < bytes.size()) {
        const ssize_t got = ::pread(m_file, bytes.data() + filled, size_t(bytes.size() - filled), m_end + filled);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return unwritable(m_path);
        filled += got;
    }
    return readOn(bytes);
}

Result<Unit> FileWriter::readOn(const QByteArray &bytes)
{
    qsizetype start = 0;
    while (start < bytes.size()) {
        const qsizetype end = bytes.indexOf('\n', start);
        if (end < 0)
            return cutTornTail(bytes.mid(start));
        const Result<JournalEntry> entry = journalline::read(bytes.mid(start, end - start), &m_head.hash);
        if (!entry)
            return fail(ErrorCode::JournalBroken,
                        QStringLiteral("%1:%2: %3").arg(m_path).arg(m_head.entries + 1).arg(entry.error().message),
                        QStringLiteral("Keep the file as it is and begin a new run."));
        m_head = {.entries = entry->number, .hash = entry->hash};
        m_end += end + 1 - start;
        start = end + 1;
    }
    return Unit{};
}

Result<Unit> FileWriter::cutTornTail(const QByteArray &tail)
{
    QFile torn(m_path + QStringLiteral(".torn"));
    if (!torn.open(QIODevice::Append) || torn.write(tail + '\n') < 0 || !torn.flush())
        return unwritable(torn.fileName());
    ::fsync(torn.handle());
    if (::ftruncate(m_file, m_end) != 0)
        return unwritable(m_path);
    log::warning("journal", QStringLiteral("%1 bytes of a torn line moved to %2").arg(tail.size()).arg(torn.fileName()));
    return Unit{};
}

/// All of the line, on disk; or nothing of it in the file.
Result<Unit> FileWriter::write(const QByteArray &line)
{
    qsizetype done = 0;
    while (done < line.size()) {
        const ssize_t wrote = ::pwrite(m_file, line.constData() + done, size_t(line.size() - done), m_end + done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            break;
        done += wrote;
    }
    if (done == line.size() && ::fdatasync(m_file) == 0)
        return Unit{};
    const tl::unexpected<Error> error = unwritable(m_path);
    if (::ftruncate(m_file, m_end) != 0)
        log::error("journal", QStringLiteral("half a line stays at the end of %1").arg(m_path));
    return error;
}

} // namespace

Result<std::unique_ptr<JournalWriter>> JournalWriter::open(const QString &path, const Clock &clock)
{
    const QString folder = QFileInfo(path).absolutePath();
    if (!QDir().exists(folder)) {
        // Journals name hosts and people: for this user only.
        if (!QDir().mkpath(folder))
            return unwritable(folder);
        QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    const int file = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return unwritable(path);
    std::unique_ptr<FileWriter> writer = std::make_unique<FileWriter>(path, file, clock);
    if (const Result<Unit> synced = syncJournalFolder(folder); !synced)
        return fail(synced.error());
    if (const Result<Unit> space = writer->reserve(); !space)
        return fail(space.error());
    return writer;
}

} // namespace understudy
