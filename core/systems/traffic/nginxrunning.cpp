// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/nginxrunning.h"

#include "core/systems/shell/hostprogram.h"
#include "core/systems/shell/programwords.h"

namespace understudy {
namespace {

/// The kernel tells the time of its start in whole seconds, and so does stat of the change.
constexpr qint64 unsharpSeconds = 1;

/// $1 the file, $2 the main configuration as its master was told, may be empty. Answers "CHANGED STARTED", both in
/// seconds since the epoch: the file's last change (of its content, its name or what a link leads to), and the start
/// of the oldest worker that still takes requests.
const char *const runningScript = R"sh(
set -u
LC_ALL=C
export LC_ALL
changed=0
for at in "$(stat -c %Z -- "$1")" "$(stat -L -c %Z -- "$1")"; do
    [ -n "$at" ] || exit 4
    [ "$at" -gt "$changed" ] && changed=$at
done
boot=$(sed -n 's/^btime //p' /proc/stat)
ticks=$(getconf CLK_TCK)
master= masters=0
for file in $(grep -la '^nginx: master process' /proc/[0-9]*/cmdline 2>/dev/null); do
    title=" $(tr '\000' ' ' < "$file" 2>/dev/null) "
    case $title in *" $2 "*) ;; *) [ -z "$2" ] || continue ;; esac
    file=${file%/cmdline}
    master=${file#/proc/} masters=$((masters + 1))
done
[ "$masters" = 1 ] || { echo "$masters such nginx run there" >&2; exit 5; }
oldest=
for file in $(grep -la '^nginx: worker process' /proc/[0-9]*/cmdline 2>/dev/null); do
    case $(tr -d '\000' < "$file" 2>/dev/null) in *'shutting down'*) continue ;; esac
    status=$(cat "${file%/cmdline}/stat" 2>/dev/null) || continue
    rest=${status##*) }
    set -- $rest
    [ "$2" = "$master" ] || continue
    started=$((boot + ${20} / ticks))
    [ -z "$oldest" ] || [ "$started" -lt "$oldest" ] || continue
    oldest=$started
done
[ -n "$oldest" ] || { echo 'it has no worker' >&2; exit 6; }
echo "$changed $oldest"
)sh";

} // namespace

NginxRunning nginxRunning(const NginxProgram &nginx, const QString &path, const CancelToken &cancel)
{
    const auto untold = [](const QString &why) { return NginxRunning{NginxRunning::Is::CannotTell, QStringLiteral("whether nginx has taken it cannot be told (%1)").arg(why)}; };
    const Result<ProgramOutput> output = runOnHost(nginx.host, {.words = {QStringLiteral("sh"), QStringLiteral("-c"), QLatin1String(runningScript), QStringLiteral("sh"), path, nginx.config},
                                                                .outputLimit = 10'000, .about = QStringLiteral("a look at nginx's workers")}, cancel);
    if (!output)
        return untold(output.error().message);
    const QList<QByteArray> times = output->standardOutput.trimmed().split(' ');
    bool changedRead = false, startedRead = false;
    const qint64 changed = times.value(0).toLongLong(&changedRead), started = times.value(1).toLongLong(&startedRead);
    if (output->exitCode != 0 || !changedRead || !startedRead)
        return untold(output->standardError.isEmpty() ? QStringLiteral("its workers are not to be seen") : complaintOf(*output));
    if (started > changed + unsharpSeconds)
        return {NginxRunning::Is::TakenSince, QStringLiteral("nginx was reloaded after that")};
    if (started + unsharpSeconds < changed)
        return {NginxRunning::Is::Older, QStringLiteral("nginx has not been reloaded since: it runs with what was there before")};
    return untold(QStringLiteral("both happened within a second"));
}

} // namespace understudy
