// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/pgbackrest/backrestscripts.h"

namespace understudy::backrestscripts {
namespace {

// Every phase leaves a mark, so that a worker that was killed is gone on with where it stood.
//
// The replay runs without fsync and with buffers of a quarter of the memory, since what breaks off is restored
// again; what comes out is synced before it is called ready, and started with the settings of the database it
// comes from. wal_recycle is off: segments that pgBackRest has fetched are never written over.
// A segment that pgBackRest has fetched ahead and verified is linked into its place, since starting pgBackRest for
// each costs the replay more than the segment itself; one that is not there yet is asked of pgBackRest. As there are
// no restart points below max_wal_size, that is held to a quarter of the free disk. What fits into the page cache
// that the restore has just filled needs no prefetching, which would only take the replay's core.
// hot_standby is off: nobody reads from half a restore, and fewer settings have to match the old server's.
const char *const workerScript = R"sh(
set -u
umask 077
LC_ALL=C; TZ=UTC; export LC_ALL TZ
dir=$1 stanza=$2 config=$3 target=$4 listen=$5 bin=$6 port=$7
data=$dir/data
cd "$dir" || exit 1
echo $$ >worker.pid
say() { printf '%s\n' "$*" >>state; }
give_up() { say "failed $*"; exit 1; }
jobs=$(nproc 2>/dev/null || echo 2); [ "$jobs" -gt 8 ] && jobs=8
[ -n "$bin" ] || bin=$(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -V | tail -n 1)
mkdir -p lock spool
common="--stanza=$stanza ${config:+--config=$config} --pg1-path=$data --lock-path=$dir/lock --log-level-file=off --process-max=$jobs"
if [ ! -e restored ]; then
    say restoring
    delta=
    [ -e "$data/PG_VERSION" ] && delta=--delta
    mkdir -p "$data"
    # Its directory is ours and has no blank in its name, so the words of `common` may be split here.
    pgbackrest $common $delta --type=time "--target=$target" --target-action=promote --archive-mode=off \
        --recovery-option="restore_command=ln $dir/spool/archive/$stanza/in/%f \"%p\" 2>/dev/null || pgbackrest $common --spool-path=$dir/spool --archive-async --archive-get-queue-max=1GiB archive-get %f \"%p\"" \
        --log-level-console=info restore >>restore.log 2>&1 || give_up restore
    : >restored
fi
version=$(cat "$data/PG_VERSION")
[ -x "/usr/lib/postgresql/$version/bin/postgres" ] && bin=/usr/lib/postgresql/$version/bin
control() { "$bin/pg_controldata" "$data" | sed -n "s/^$1 setting: *//p"; }
hba=$data/pg_hba.conf
[ -e "$hba" ] || hba=$(ls "/etc/postgresql/$version"/*/pg_hba.conf 2>/dev/null | head -n 1)
ident=$data/pg_ident.conf
[ -e "$ident" ] || ident=$(ls "/etc/postgresql/$version"/*/pg_ident.conf 2>/dev/null | head -n 1)
cat >common.conf <<CONF
include_if_exists = '$data/postgresql.conf'
port = $port
listen_addresses = '$listen'
unix_socket_directories = '$dir'
max_connections = $(control max_connections)
max_worker_processes = $(control max_worker_processes)
max_wal_senders = $(control max_wal_senders)
max_prepared_transactions = $(control max_prepared_xacts)
max_locks_per_transaction = $(control max_locks_per_xact)
archive_mode = off
logging_collector = off
log_destination = stderr
${hba:+hba_file = '$hba'}
${ident:+ident_file = '$ident'}
CONF
buffers=$(awk '/^MemAvailable/ { b = int($2 / 4096); if (b > 4096) b = 4096; if (b < 32) b = 32; print b }' /proc/meminfo)
base=$(du -sk "$data" | cut -f 1)
free=$(df -Pk "$data" | awk 'NR == 2 { print $4 }')
keep=$(awk -v free="$free" 'BEGIN { k = int(free / 4096); if (k > 102400) k = 102400; if (k < 1024) k = 1024; print k }')
prefetch=
[ "$version" -ge 15 ] 2>/dev/null && [ "$((base / 2048))" -lt "$buffers" ] && prefetch='recovery_prefetch = off'
cat >replay.conf <<CONF
include = 'common.conf'
listen_addresses = ''
shared_buffers = ${buffers}MB
fsync = off
full_page_writes = off
max_wal_size = ${keep}MB
checkpoint_timeout = 1d
$prefetch
wal_recycle = off
hot_standby = off
autovacuum = off
CONF
cp common.conf postgresql.conf
start() { "$bin/pg_ctl" -D "$data" -o "-c config_file=$dir/$1" -l server.log -w -t "$2" start >>restore.log 2>&1; }
stopped() { ! "$bin/pg_ctl" -D "$data" status >/dev/null 2>&1; }
if [ ! -e synced ]; then
    stopped || "$bin/pg_ctl" -D "$data" -m fast -w stop >>restore.log 2>&1
    say replaying
    start replay.conf 86400 || give_up replay
    # pg_ctl calls it started as soon as it replays: only the control file tells that recovery is over.
    until [ "$("$bin/pg_controldata" "$data" | sed -n 's/^Database cluster state: *//p')" = "in production" ]; do
        stopped && give_up replay
        sleep 0.1
    done
    "$bin/pg_ctl" -D "$data" -m fast -w -t 86400 stop >>restore.log 2>&1 || give_up stop
    say syncing
    "$bin/initdb" --sync-only -D "$data" >>restore.log 2>&1 || give_up sync
    : >synced
fi
if stopped; then
    say starting
    start postgresql.conf 600 || give_up start
fi
rm -rf spool
say ready
)sh";

const char *const beginScript = R"sh(
set -u
umask 077
dir=$1 name=$2 moment=$3 stanza=$4 config=$5 target=$6 listen=$7 bin=$8 first=$9
shift 9
worker=$1
parent=${dir%/*}
mkdir -p "$parent" || exit 3
listens() { grep -qiE "^ *[0-9]+: [0-9A-F]+:$(printf '%04X' "$1") [0-9A-F]+:[0-9A-F]+ 0A" /proc/net/tcp /proc/net/tcp6 2>/dev/null; }
if [ ! -e "$dir/understudy.copy" ]; then
    mkdir -p "$dir" || exit 3
    port=$first
    while listens "$port" || grep -qsx "port $port" "$parent"/*/understudy.copy; do
        port=$((port + 1))
        [ "$port" -gt $((first + 99)) ] && { echo "no free port from $first on" >&2; exit 4; }
    done
    printf 'name %s\nmoment %s\nport %s\n' "$name" "$moment" "$port" >"$dir/understudy.copy.new" && mv "$dir/understudy.copy.new" "$dir/understudy.copy" || exit 3
fi
port=$(sed -n 's/^port //p' "$dir/understudy.copy")
if ! { [ -e "$dir/worker.pid" ] && kill -0 "$(cat "$dir/worker.pid")" 2>/dev/null; }; then
    : >"$dir/state"
    setsid sh -c "$worker" understudy-restore "$dir" "$stanza" "$config" "$target" "$listen" "$bin" "$port" >>"$dir/restore.log" 2>&1 </dev/null &
fi
echo "port $port"
)sh";

const char *const lookFunction = R"sh(
look() {
    [ -e "$1/understudy.copy" ] || { echo absent; return; }
    cat "$1/understudy.copy"
    [ -e "$1/synced" ] && echo synced
    [ -e "$1/worker.pid" ] && kill -0 "$(cat "$1/worker.pid")" 2>/dev/null && echo works
    [ -e "$1/data/postmaster.pid" ] && kill -0 "$(head -n 1 "$1/data/postmaster.pid")" 2>/dev/null && echo serves
    printf 'created %s\n' "$(stat -c %Y "$1/understudy.copy")"
    [ -e "$1/state" ] && printf 'state %s\n' "$(tail -n 1 "$1/state")"
}
)sh";

} // namespace

QString asUser()
{
    return QStringLiteral(R"sh(
user=$1; shift
[ -z "$user" ] || [ "$(id -un)" = "$user" ] && exec sh -c "$@"
[ "$(id -u)" = 0 ] && exec runuser -u "$user" -- sh -c "$@"
exec sudo -n -u "$user" -- sh -c "$@"
)sh");
}

QString begin()
{
    // The worker travels as the last argument.
    return QString::fromLatin1(beginScript);
}

QString worker()
{
    return QString::fromLatin1(workerScript);
}

QString look()
{
    return QString::fromLatin1(lookFunction) + QStringLiteral(R"sh(
look "$1"
[ -e "$1/data" ] && [ ! -e "$1/restored" ] && printf 'bytes %s\n' "$(du -sb "$1/data" 2>/dev/null | cut -f 1)"
for log in restore.log server.log; do
    [ -e "$1/$log" ] && { printf '%s\n' "--- $log"; tail -n 25 "$1/$log" | cut -c 1-400; }
done
exit 0
)sh");
}

QString remove()
{
    return QStringLiteral(R"sh(
set -u
[ -d "$1" ] || exit 0
[ -e "$1/understudy.copy" ] || { echo "$1 does not bear our mark" >&2; exit 5; }
if [ -e "$1/worker.pid" ]; then
    worker=$(cat "$1/worker.pid")
    case $(tr '\0' ' ' <"/proc/$worker/cmdline" 2>/dev/null) in
    *understudy-restore*"$1"*) kill -TERM -- "-$worker" 2>/dev/null ;;
    esac
fi
bin=$2
[ -n "$bin" ] || bin=$(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -V | tail -n 1)
[ -e "$1/data/postmaster.pid" ] && "$bin/pg_ctl" -D "$1/data" -m immediate -w stop >/dev/null 2>&1
rm -rf "$1"
)sh");
}

QString list()
{
    return QString::fromLatin1(lookFunction) + QStringLiteral(R"sh(
for mark in "$1"/*/understudy.copy; do
    [ -e "$mark" ] && { printf 'copy %s\n' "${mark%/understudy.copy}"; look "${mark%/understudy.copy}"; }
done
exit 0
)sh");
}

QString commits()
{
    return QStringLiteral(R"sh(
set -u
umask 077
LC_ALL=C; TZ=UTC; export LC_ALL TZ
bin=$4
[ -n "$bin" ] || bin=$(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -V | tail -n 1)
folder=$(mktemp -d) || exit 3
trap 'rm -rf "$folder"' EXIT
pgbackrest --stanza="$1" ${2:+--config="$2"} --log-level-file=off --log-level-console=warn --lock-path="$folder" archive-get "$3" "$folder/$3" >&2 || exit 6
"$bin/pg_waldump" -r Transaction "$folder/$3" 2>/dev/null | tail -n 400
exit 0
)sh");
}

} // namespace understudy::backrestscripts
