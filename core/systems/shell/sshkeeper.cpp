// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/shell/sshkeeper.h"

#include "core/base/log.h"
#include "core/systems/shell/socksdial.h"
#include "core/systems/shell/sshcommand.h"
#include "core/systems/shell/sshfault.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

#include <unistd.h>

namespace understudy {
namespace {

constexpr Milliseconds lookEvery{25};
/// An end that is followed by a new start within this is an interruption, and waited for.
constexpr Milliseconds shortPause{1000};
/// How long ssh's reason counts for a connection that it closed.
constexpr Milliseconds reasonHolds{2000};
constexpr qsizetype mostRefusals = 20;

/// ssh expands '%' and '$' and splits at ':'; a Unix socket's path has 107 bytes at most.
bool isPlain(const QString &folder)
{
    static const QRegularExpression plain(QStringLiteral("^/[A-Za-z0-9/._-]{1,70}$"));
    return plain.match(folder).hasMatch();
}

} // namespace

SshKeeper::SshKeeper(const Host &host, const SshTiming &timing, SshLedger &ledger,
                     std::function<void()> changed)
    : m_host(host)
    , m_timing(timing)
    , m_ledger(ledger)
    , m_changed(std::move(changed))
    , m_ssh(this)
    , m_look(this)
    , m_again(this)
    , m_nextRetry(timing.firstRetry)
{
    m_look.setInterval(lookEvery);
    m_again.setSingleShot(true);
    connect(&m_look, &QTimer::timeout, this, &SshKeeper::look);
    connect(&m_again, &QTimer::timeout, this, &SshKeeper::launch);
    connect(&m_ssh, &ChildProgram::ended, this, &SshKeeper::ended);
    connect(&m_ssh, &ChildProgram::said, this, &SshKeeper::hear);
}

SshKeeper::~SshKeeper()
{
    m_ssh.stop();
}

void SshKeeper::start()
{
    if (!makeFolder()) {
        set(SshTunnel::State::Down,
            Error{ErrorCode::TunnelDown,
                  QStringLiteral("no folder for the socket of ssh to %1").arg(m_host.name),
                  QStringLiteral("Make room in %1 or set XDG_RUNTIME_DIR to a folder of yours.")
                      .arg(QDir::tempPath())});
        m_again.start(m_timing.lastRetry);
        return;
    }
    launch();
}

/// The folder is made for this user alone, so that nobody else can put a socket of his in our way.
bool SshKeeper::makeFolder()
{
    for (const QString &base :
         {qEnvironmentVariable("XDG_RUNTIME_DIR"), QDir::tempPath(), QStringLiteral("/tmp")}) {
        if (!isPlain(base))
            continue;
        m_folder = std::make_unique<QTemporaryDir>(base + QStringLiteral("/understudy-ssh-XXXXXX"));
        if (!m_folder->isValid())
            continue;
        m_socket = m_folder->filePath(QStringLiteral("socket"));
        return true;
    }
    return false;
}

void SshKeeper::launch()
{
    if (m_socket.isEmpty()) {
        start();
        return;
    }
    QFile::remove(m_socket);
    m_line.clear();
    set(SshTunnel::State::Opening, m_ledger.fault);
    m_openUntil = QDeadlineTimer(m_timing.open);
    m_look.start();
    m_ssh.start(
        {.program = QStringLiteral("ssh"), .arguments = sshForwardArguments(m_host, m_socket)});
}

bool SshKeeper::takesConnections() const
{
    const int descriptor = connectToSocket(m_socket);
    if (descriptor >= 0)
        ::close(descriptor);
    return descriptor >= 0;
}

void SshKeeper::look()
{
    if (takesConnections()) {
        m_look.stop();
        m_nextRetry = m_timing.firstRetry;
        m_ssh.forgetWords(); // a server's greeting, say: not why it will end
        log::info("shell", QStringLiteral("ssh to %1 is open").arg(m_host.name));
        set(SshTunnel::State::Open, std::nullopt);
    } else if (m_openUntil.hasExpired()) {
        m_ssh.stop();
        fail(sshfault::notOpen(m_host, m_timing.open, m_ssh.words()), false);
    }
}

void SshKeeper::ended(int exitCode)
{
    const sshfault::Ended why = sshfault::ended(m_host, exitCode, m_ssh.words());
    fail(why.error, why.lasting);
}

void SshKeeper::fail(const Error &error, bool lasting)
{
    log::warning("shell", error.text());
    m_look.stop();
    const Milliseconds pause = lasting ? Milliseconds(sshfault::lastingPause) : m_nextRetry;
    m_nextRetry = qMin(m_timing.lastRetry, 2 * m_nextRetry);
    m_again.start(pause);
    // One that worked until now is back in a moment: whoever waits for a tunnel waits on.
    const bool interrupted = m_ledger.state == SshTunnel::State::Open && pause <= shortPause;
    set(interrupted ? SshTunnel::State::Opening : SshTunnel::State::Down, error);
}

void SshKeeper::hear(const QByteArray &piece)
{
    m_line += piece;
    for (qsizetype end = m_line.indexOf('\n'); end >= 0; end = m_line.indexOf('\n')) {
        const QString reason = sshfault::reasonNotReached(m_line.left(end));
        m_line.remove(0, end + 1);
        if (reason.isEmpty())
            continue;
        const std::lock_guard lock(m_ledger.mutex);
        m_ledger.refusals.append({QDeadlineTimer(reasonHolds), reason});
        if (m_ledger.refusals.size() > mostRefusals)
            m_ledger.refusals.removeFirst();
    }
    m_line = m_line.right(1000);
}

void SshKeeper::set(SshTunnel::State state, const std::optional<Error> &fault)
{
    {
        const std::lock_guard lock(m_ledger.mutex);
        m_ledger.state = state;
        m_ledger.fault = fault;
        m_ledger.socket = m_socket;
    }
    m_ledger.settled.notify_all();
    if (m_changed)
        m_changed();
}

} // namespace understudy
