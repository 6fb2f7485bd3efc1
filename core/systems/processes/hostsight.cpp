// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/processes/hostsight.h"

#include "core/base/redact.h"
#include "core/systems/shell/hostprogram.h"

#include <QHostAddress>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

namespace understudy {
namespace {

using namespace std::chrono_literals;

constexpr QByteArrayView sightMark = "\nunderstudy-processes\n";
constexpr qint64 mostSightBytes = 4'000'000;
/// A worker of PM2's cluster inherits the daemon's environment, and gets its own as JSON in this
/// one.
const QString pm2Key = QStringLiteral("pm2_env");

/// $1 listening ports, $2 peers' ports, both as /proc writes them; $3 processes; $4 keys, "A|B".
/// Answers "L|C local peer owner", "P id parent start name", "E id KEY=value", "X id" (its
/// environment is closed). Other network namespaces are those of the processes named: a container's
/// sockets are not in ours.
const char *const sightScript = R"sh(
set -u
LC_ALL=C
export LC_ALL
listen=" $1 " peers=" $2 " named=$3 keys=$4
printf '\nunderstudy-processes\n'
own=$(readlink /proc/self/ns/net)
tables() {
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null
    for id in $named; do
        [ "$(readlink "/proc/$id/ns/net" 2>/dev/null)" = "$own" ] || cat "/proc/$id/net/tcp" "/proc/$id/net/tcp6" 2>/dev/null
    done
}
sockets=$({
    tables | awk -v listen="$listen" -v peers="$peers" '
        function port(a, p, n) { n = split(a, p, ":"); return p[n] }
        $4 == "0A" && index(listen, " " port($2) " ") { print "L", $2, $3, $10 }
        $4 != "0A" && $10 > 0 && index(peers, " " port($3) " ") { print "C", $2, $3, $10 }'
    echo owners
    ls -l /proc/[0-9]*/fd 2>/dev/null
} | awk '
    $1 == "owners" { second = 1; next }
    !second { line[$4] = line[$4] $1 " " $2 " " $3 "\n"; next }
    /^\/proc\// { split($0, part, "/"); id = part[3]; next }
    /socket:\[/ {
        n = split($0, part, /[][]/); inode = part[n - 1]
        if (inode in line) { m = split(line[inode], each, "\n"); for (i = 1; i < m; i++) print each[i], id; seen[inode] = 1 }
    }
    END { for (inode in line) if (!(inode in seen)) { m = split(line[inode], each, "\n"); for (i = 1; i < m; i++) print each[i], 0 } }')
printf '%s\n' "$sockets"
shown=' '
show() {
    id=$1 depth=$2
    while [ "$id" -gt 1 ] && [ "$depth" -gt 0 ]; do
        case $shown in *" $id "*) return ;; esac
        shown="$shown$id "
        status=$(cat "/proc/$id/stat" 2>/dev/null) || return
        rest=${status##*) }
        set -- $rest
        printf 'P %s %s %s %s\n' "$id" "$2" "${20}" "$(tr -d '\n' < "/proc/$id/comm")"
        if (exec < "/proc/$id/environ") 2>/dev/null; then
            tr '\000\n' '\n\001' < "/proc/$id/environ" | grep -E "^($keys)=" | sed "s/^/E $id /"
        else
            echo "X $id"
        fi
        id=$2 depth=$((depth - 1))
    done
}
for one in $named $(printf '%s\n' "$sockets" | awk 'NF == 4 && $4 > 0 { print $4 }' | sort -un); do
    show "$one" 8
done
exit 0
)sh";

QString hexPorts(const QList<quint16> &ports)
{
    QStringList list;
    for (const quint16 port : ports)
        list.append(QStringLiteral("%1").arg(port, 4, 16, QLatin1Char('0')).toUpper());
    return list.join(QLatin1Char(' '));
}

/// "0100007F:1538": words of four bytes in the machine's order.
Endpoint endpointOf(const QByteArray &text)
{
    const QByteArray address = text.left(text.indexOf(':'));
    QByteArray bytes = QByteArray::fromHex(address);
    if ((bytes.size() != 4 && bytes.size() != 16) || address.size() != 2 * bytes.size())
        return {};
#if Q_BYTE_ORDER == Q_LITTLE_ENDIAN
    for (qsizetype i = 0; i < bytes.size(); i += 4)
        std::reverse(bytes.begin() + i, bytes.begin() + i + 4);
#endif
    QHostAddress host;
    if (bytes.size() == 4)
        host.setAddress(quint32(QByteArray(bytes.toHex()).toUInt(nullptr, 16)));
    else
        host.setAddress(reinterpret_cast<const quint8 *>(bytes.constData()));
    bool mapped = false;
    const quint32 four = host.toIPv4Address(&mapped);
    return {(mapped ? QHostAddress(four) : host).toString(),
            quint16(text.mid(text.indexOf(':') + 1).toUShort(nullptr, 16))};
}

/// "KEY=value", in which a line break has become \001.
void keepValue(HostSight::Process &process, QByteArray pair)
{
    pair.replace('\001', '\n');
    const qsizetype equals = pair.indexOf('=');
    process.values.insert(QString::fromUtf8(pair.left(equals)), Secret(pair.mid(equals + 1)));
}

/// What a worker of PM2's cluster really uses, in place of what it inherited.
void applyPm2(HostSight::Process &process, const QStringList &keys)
{
    if (!process.values.contains(pm2Key))
        return;
    const QJsonObject own = QJsonDocument::fromJson(process.values.take(pm2Key).reveal()).object();
    const QJsonObject nested = own[QStringLiteral("env")].toObject();
    for (const QString &key : keys) {
        const QJsonValue value = own.contains(key) ? own[key] : nested[key];
        if (value.isString())
            process.values.insert(key, Secret(value.toString().toUtf8()));
    }
}

} // namespace

bool HostSight::isAncestor(qint64 older, qint64 younger) const
{
    qint64 at = younger;
    for (int i = 0; i < 16 && processes.contains(at); ++i) {
        at = processes[at].parent;
        if (at == older)
            return true;
    }
    return false;
}

Result<HostSight> parseHostSight(const QByteArray &answer, const QStringList &keys)
{
    const qsizetype mark = answer.indexOf(sightMark);
    if (mark < 0)
        return fail(ErrorCode::ProgramFailed,
                    QStringLiteral("the look at its processes gave no answer"),
                    QStringLiteral("It needs sh, awk and /proc there."));
    HostSight sight;
    for (const QByteArray &line : answer.mid(mark + sightMark.size()).split('\n')) {
        const QByteArrayList words = line.split(' ');
        const qint64 id = words.value(1).toLongLong();
        if (words.size() == 4 && (words[0] == "L" || words[0] == "C"))
            sight.sockets.append({words[0] == "L", endpointOf(words[1]), endpointOf(words[2]),
                                  words[3].toLongLong()});
        else if (words.size() >= 5 && words[0] == "P")
            sight.processes.insert(id, {id,
                                        words[2].toLongLong(),
                                        QString::fromLatin1(words[3]),
                                        QString::fromUtf8(words.mid(4).join(' ')),
                                        true,
                                        {}});
        else if (words[0] == "X" && sight.processes.contains(id))
            sight.processes[id].environmentSeen = false;
        else if (words[0] == "E" && sight.processes.contains(id))
            keepValue(sight.processes[id], line.mid(3 + words[1].size()));
    }
    for (HostSight::Process &process : sight.processes)
        applyPm2(process, keys);
    return sight;
}

Result<HostSight> lookAtProcesses(const Host &host, const HostQuestion &question,
                                  const CancelToken &cancel)
{
    static const QRegularExpression name(QStringLiteral("^[A-Za-z_][A-Za-z0-9_]*$"));
    QStringList keys = question.keys.filter(name);
    keys.append(pm2Key);
    QStringList ids;
    for (const qint64 id : question.processes)
        ids.append(QString::number(id));
    const Result<ProgramOutput> output = runOnHost(
        host,
        {.words = {QStringLiteral("sh"), QStringLiteral("-c"), QLatin1String(sightScript),
                   QStringLiteral("sh"), hexPorts(question.listening), hexPorts(question.peers),
                   ids.join(QLatin1Char(' ')), keys.join(QLatin1Char('|'))},
         .deadline = 20s,
         .outputLimit = mostSightBytes + 1},
        cancel);
    if (!output)
        return fail(output.error());
    if (output->standardOutput.size() > mostSightBytes)
        return fail(
            ErrorCode::TooLarge,
            QStringLiteral("the processes of %1 are too many to look at").arg(hostLabel(host)));
    Result<HostSight> sight = parseHostSight(output->standardOutput, question.keys);
    if (!sight)
        return fail(sight.error().code,
                    QStringLiteral("%1: %2").arg(hostLabel(host), sight.error().message),
                    sight.error().hint,
                    redacted(QString::fromUtf8(output->standardError.left(300)).simplified()));
    return sight;
}

} // namespace understudy
