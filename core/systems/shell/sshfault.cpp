// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/shell/sshfault.h"

#include "core/base/quantity.h"
#include "core/base/redact.h"
#include "core/systems/shell/sshcommand.h"

#include <algorithm>
#include <optional>

namespace understudy::sshfault {
namespace {

/// A server may write anything: control characters become blanks, and a line is cut.
QString clean(const QByteArray &line)
{
    QString text = QString::fromUtf8(line.left(1000));
    for (QChar &one : text) {
        if (!one.isPrint())
            one = QLatin1Char(' ');
    }
    text = redacted(text.simplified());
    return text.size() > 300 ? text.left(299) + QChar(0x2026) : text;
}

/// The last line that holds `part`, else an empty one.
QByteArray lineWith(const QByteArray &words, const char *part)
{
    const QList<QByteArray> lines = words.split('\n');
    const auto found = std::find_if(lines.rbegin(), lines.rend(),
                                    [part](const QByteArray &line) { return line.contains(part); });
    return found == lines.rend() ? QByteArray() : *found;
}

QByteArray lastLine(const QByteArray &words)
{
    const qsizetype end = words.trimmed().lastIndexOf('\n');
    return words.trimmed().mid(end + 1);
}

/// Without the far side's refusals to connect further on, which are no reason for ssh itself to
/// end.
QByteArray aboutItself(const QByteArray &words)
{
    QList<QByteArray> lines = words.split('\n');
    lines.removeIf([](const QByteArray &line) { return !reasonNotReached(line).isEmpty(); });
    return lines.join('\n');
}

/// What ssh says, in the order in which it is looked for, and what it means.
struct Saying
{
    const char *part;
    const char *message; ///< %1: the host's name in the plan
    const char *hint;    ///< %1: the host's name; %2: ssh as a person types it
    bool lasting;
};

constexpr Saying sayings[] = {
    {"has changed and you have requested strict checking",
     "the host key of %1 is not the one that your ssh knows",
     "Somebody may stand in between. Ask whoever runs %1 for its fingerprint, and only then "
     "replace the known key (ssh-keygen -R).",
     true},
    {"REVOKED HOST KEY DETECTED", "the host key of %1 is revoked",
     "Ask whoever runs %1 for its new key.", true},
    {"Host key verification failed", "the host key of %1 is not known to your ssh",
     "Run %2 once in a terminal, compare the fingerprint, and accept it.", true},
    {"Permission denied", "%1 does not let your ssh in",
     "Load your key (ssh-add), or correct user and key in your ssh configuration: %2 must work "
     "without a question.",
     true},
    {"Too many authentication failures", "%1 does not let your ssh in",
     "Name one key for it in your ssh configuration (IdentityFile, IdentitiesOnly yes).", true},
    {"Bad configuration option", "the configuration of ssh has a mistake",
     "Correct it until %2 works.", true},
    {"Can't open user config file", "the configuration of ssh for %1 cannot be read",
     "Correct ssh_config of host %1 in the plan.", true},
    {"Bad owner or permissions on",
     "the configuration of ssh is refused for its owner or permissions",
     "Correct them until %2 works.", true},
    {"Could not resolve hostname", "the host name of %1 is not known",
     "Check the destination in the plan, and whether the name service answers.", false},
    {"Connection refused", "%1 refuses ssh",
     "See whether sshd runs there, and listens on this port.", false},
    {"not responding", "ssh to %1 is cut off",
     "See whether the host is up, and the network between.", false},
    {"timed out", "%1 does not answer to ssh",
     "See whether the host is up and no firewall drops the packets.", false},
    {"No route to host", "%1 cannot be reached by ssh",
     "Check the network between here and the host.", false},
    {"Network is unreachable", "%1 cannot be reached by ssh",
     "Check the network between here and the host.", false},
    {"Could not request local forwarding", "ssh cannot make its socket for %1",
     "See whether the folder for temporary files has room.", false},
};

Error filled(const Host &host, const char *message, const char *hint, const QString &cause)
{
    const QString text = QLatin1String(message), what = QLatin1String(hint);
    return {ErrorCode::TunnelDown, text.contains(QLatin1String("%1")) ? text.arg(host.name) : text,
            QString(what)
                .replace(QLatin1String("%1"), host.name)
                .replace(QLatin1String("%2"), sshByHand(host)),
            cause};
}

/// What ssh's words are known to mean.
std::optional<Ended> understood(const Host &host, int exitCode, const QByteArray &words)
{
    if (exitCode < 0)
        return Ended{filled(host, "ssh, through which %1 is reached, cannot be started",
                            "Install openssh-client.", clean(words)),
                     true};
    for (const Saying &saying : sayings) {
        const QByteArray line = lineWith(words, saying.part);
        if (!line.isEmpty())
            return Ended{filled(host, saying.message, saying.hint, clean(line)), saying.lasting};
    }
    return std::nullopt;
}

QString lastWords(int exitCode, const QByteArray &words)
{
    const QByteArray last = lastLine(words);
    return last.isEmpty() ? QStringLiteral("exit code %1").arg(exitCode) : clean(last);
}

} // namespace

Ended ended(const Host &host, int exitCode, const QByteArray &words)
{
    const QByteArray own = aboutItself(words);
    if (std::optional<Ended> known = understood(host, exitCode, own)) {
        if (known->lasting && exitCode >= 0)
            known->error.hint +=
                QStringLiteral(" It is tried again every %1.").arg(durationText(lastingPause));
        return *known;
    }
    return {filled(host, "ssh to %1 has ended", "It is started again. See whether %2 works.",
                   lastWords(exitCode, own)),
            false};
}

Error failed(const Host &host, int exitCode, const QByteArray &words)
{
    if (const std::optional<Ended> known = understood(host, exitCode, words))
        return known->error;
    return filled(host, "ssh to %1 failed", "See whether %2 works.", lastWords(exitCode, words));
}

Error notOpen(const Host &host, Milliseconds within, const QByteArray &words)
{
    Error error = filled(host, "ssh to %1 is not through",
                         "See whether %2 works without a question.", clean(lastLine(words)));
    error.message += QStringLiteral(" after %1").arg(durationText(within));
    return error;
}

QString reasonNotReached(const QByteArray &line)
{
    constexpr QByteArrayView part = "open failed: ";
    const qsizetype at = line.indexOf(part);
    return line.startsWith("channel ") && at > 0 ? clean(line.mid(at + part.size())) : QString();
}

Error notReached(const Host &host, const Endpoint &peer, const QStringList &reasons)
{
    const QString who = peer.text();
    const QString cause = reasons.join(QStringLiteral("; "));
    // Several are connected to at once, and ssh does not say which reason is whose.
    const auto all = [&reasons](const char *part) {
        return !reasons.isEmpty() &&
               std::all_of(reasons.begin(), reasons.end(), [part](const QString &one) {
                   return one.contains(QLatin1String(part));
               });
    };
    if (all("Connection refused")) {
        return {ErrorCode::ConnectionRefused,
                QStringLiteral("%1 refuses the connection from %2").arg(who, host.name),
                QStringLiteral("See whether the server runs and listens on this port.")};
    }
    if (all("prohibited")) {
        return {ErrorCode::PermissionDenied,
                QStringLiteral("%1 does not forward to %2").arg(host.name, who),
                QStringLiteral("Allow it there, in sshd_config: AllowTcpForwarding, PermitOpen."),
                cause};
    }
    if (all("Name or service not known") || all("name resolution") ||
        all("No address associated")) {
        return {ErrorCode::NameNotFound,
                QStringLiteral("host name %1 is not known on %2").arg(peer.host, host.name),
                QStringLiteral("Write the address in the plan as it holds on %1.").arg(host.name),
                cause};
    }
    if (all("timed out")) {
        return {ErrorCode::TimedOut,
                QStringLiteral("%1 does not answer to a connection from %2").arg(who, host.name),
                QStringLiteral("See whether the host is up and no firewall drops the packets.")};
    }
    return {ErrorCode::Unreachable,
            QStringLiteral("%1 cannot be reached from %2").arg(who, host.name),
            QStringLiteral("Check the network between the two, and the address as it holds on %1.")
                .arg(host.name),
            cause};
}

} // namespace understudy::sshfault
