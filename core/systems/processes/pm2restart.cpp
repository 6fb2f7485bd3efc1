// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/processes/pm2restart.h"

#include "core/systems/shell/programwords.h"

#include <QCryptographicHash>

namespace understudy::pm2 {
namespace {

using namespace std::chrono_literals;

constexpr qint64 mostListBytes = 8'000'000;

const char *const listScript = R"sh(
home=${PM2_HOME:-$HOME/.pm2}
[ -S "$home/rpc.sock" ] || { echo '[]'; exit 0; }
PM2_DISCRETE_MODE=true
export PM2_DISCRETE_MODE
exec pm2 jlist
)sh";

/// $1 name, $2 name of the file, $3 hash of what comes by standard input, empty: go on with the
/// file. The application gets the environment that the file says, and nothing of ours but what PM2
/// needs.
const char *const remakeScript = R"sh(
set -u
umask 077
home=${PM2_HOME:-$HOME/.pm2}
file=$home/understudy-$2.json
part=$file.part
command -v pm2 > /dev/null || exit 127
if [ -n "$3" ]; then
    rm -f -- "$part"
    cat > "$part" && [ "$(sha256sum < "$part" | cut -c 1-64)" = "$3" ] || { rm -f -- "$part"; echo 'its settings did not arrive whole' >&2; exit 1; }
    mv -f -- "$part" "$file" || exit 1
fi
[ -f "$file" ] || { echo 'PM2 does not know it' >&2; exit 3; }
quiet() {
    env -i "HOME=$HOME" "PATH=$PATH" "USER=${USER:-}" "LANG=${LANG:-C}" PM2_DISCRETE_MODE=true \
        ${PM2_HOME:+"PM2_HOME=$PM2_HOME"} "$@"
}
if [ -n "$3" ]; then
    quiet pm2 delete "$1" > /dev/null || exit 1
fi
quiet pm2 start "$file" --update-env > /dev/null || { echo "its settings are kept in $file" >&2; exit 1; }
rm -f -- "$file"
)sh";

Result<ProgramOutput> script(const Host &host, const char *text, const QStringList &arguments,
                             const QByteArray &input, const CancelToken &cancel)
{
    return runOnHost(host,
                     {.words = QStringList{QStringLiteral("sh"), QStringLiteral("-c"),
                                           QLatin1String(text), QStringLiteral("sh")} +
                               arguments,
                      .input = input,
                      .deadline = 90s,
                      .outputLimit = mostListBytes,
                      .about = QStringLiteral("pm2")},
                     cancel);
}

} // namespace

Result<Pm2List> list(const Host &host, const CancelToken &cancel)
{
    const Result<ProgramOutput> output = script(host, listScript, {}, {}, cancel);
    if (!output)
        return fail(output.error());
    return Pm2List::parse(output->standardOutput);
}

Result<Unit> remake(const Host &host, const QString &name, const QStringList &keys,
                    const EnvEdit::Change &change, const CancelToken &cancel)
{
    const Result<Pm2List> known = list(host, cancel);
    if (!known)
        return fail(known.error());
    QByteArray settings, hash;
    if (known->contains(name)) {
        const Result<Secret> definition = known->definition(name, keys, change);
        if (!definition)
            return fail(definition.error());
        settings = definition->reveal();
        hash = QCryptographicHash::hash(settings, QCryptographicHash::Sha256).toHex();
    }
    const QByteArray file =
        QCryptographicHash::hash(name.toUtf8(), QCryptographicHash::Sha256).toHex().left(16);
    // Once deleted it has to come back: not to be cut in the middle by a cancel.
    const Result<ProgramOutput> output =
        script(host, remakeScript, {name, QString::fromLatin1(file), QString::fromLatin1(hash)},
               settings, CancelToken());
    if (!output)
        return fail(output.error());
    if (output->exitCode == 3)
        return fail(
            ErrorCode::NotFound,
            QStringLiteral("PM2 knows no process %1 on %2").arg(name, hostLabel(host)),
            QStringLiteral("Correct its name in the plan; PM2 keeps one list for each user."));
    if (output->exitCode != 0)
        return fail(ErrorCode::ProgramFailed,
                    QStringLiteral("PM2 did not start %1 again").arg(name),
                    QStringLiteral("See `pm2 logs %1`, mend it, then try again.").arg(name),
                    complaintOf(*output));
    return Unit{};
}

} // namespace understudy::pm2
