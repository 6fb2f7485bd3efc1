// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/envfile/envfileplaces.h"

#include "core/base/redact.h"
#include "core/systems/shell/hostprogram.h"

#include <QCryptographicHash>

namespace understudy::envfileplaces {
namespace {

using namespace std::chrono_literals;

constexpr Milliseconds envFileDeadline = 30s;
constexpr QByteArrayView answerMark = "\nunderstudy-env-file ";

// Both are POSIX sh; texts come by standard input, hashes and paths as $1 and so on. What is said
// to us is one line after a mark, since a login shell may greet on the same stream.

const char *const common = R"sh(
set -u
umask 077
LC_ALL=C
export LC_ALL
case $1 in '~/'*) path=$HOME/${1#'~/'} ;; *) path=$1 ;; esac
say() { printf '\nunderstudy-env-file %s\n' "$*"; }
end() { say "$@"; exit 0; }
hash() { sha256sum < "$1" | cut -c 1-64; }
target=$(readlink -f -- "$path") && [ -f "$target" ] || end missing
[ -r "$target" ] || end unreadable
folder=${target%/*}/
mode=$(stat -c %a -- "$target") && owner=$(stat -c %u:%g -- "$target") || end unreadable
obstacle() {
    case $mode in *[2367]*) ;; *) echo read-only; return ;; esac
    [ -w "$target" ] || { if (: >> "$target") 2>&1 | grep -q 'Read-only file system'; then echo read-only-disk; else echo read-only; fi; return; }
    [ -w "$folder" ] || { echo folder; return; }
    echo none
}
)sh";

const char *const lookScript = R"sh(
free=$(df -Pk -- "$folder" | awk 'END { print $4 }')
say "seen $(obstacle) ${free:--1} $(wc -c < "$target")"
printf '%s\n' "$target"
head -c "$2" -- "$target"
)sh";

const char *const replaceScript = R"sh(
tag=$2 old=$3 new=$4
beside=$folder$5${target##*/}
backup=$beside.understudy-$tag
fresh=$beside.understudy-new
part=$backup.part
[ "$(hash "$target")" = "$old" ] || end changed
why=$(obstacle)
[ "$why" = none ] || end "$why"
bad() { rm -f -- "$fresh" "$part"; end "$@"; }
# Writes standard input to a new file; the owner first, as a mode set before would widen access.
make() {
    rm -f -- "$1"
    set -C
    cat > "$1" || return 1
    set +C
    chown -- "$owner" "$1" 2>/dev/null || [ "$(stat -c %u:%g -- "$1")" = "$owner" ] || { echo 'Operation not permitted' >&2; return 1; }
    chmod -- "$mode" "$1" && { sync -- "$1" 2>/dev/null || sync; }
}
make "$fresh" || bad unwritable
[ "$(hash "$fresh")" = "$new" ] || bad cut
if [ -e "$backup" ]; then
    [ "$(hash "$backup")" = "$old" ] || bad other-backup
else
    make "$part" < "$target" || bad unwritable
    [ "$(hash "$part")" = "$old" ] || bad changed
    mv -f -- "$part" "$backup" || bad unwritable
fi
[ "$(hash "$target")" = "$old" ] || bad changed
mv -f -- "$fresh" "$target" || bad unwritable
sync -- "$folder" 2>/dev/null || sync
[ "$(hash "$target")" = "$new" ] || end not-held
end "done $backup"
)sh";

struct Answer
{
    QString words;
    QByteArray rest; ///< what follows the line
};

QByteArray hashOf(const QByteArray &text)
{
    return QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex();
}

QString placeOf(const Host &host, const QString &path)
{
    return host.name + QLatin1Char(':') + path;
}

Result<ProgramOutput> runScript(const Host &host, const char *script, const QStringList &arguments,
                                const QByteArray &input, const CancelToken &cancel)
{
    const QString text = QLatin1String(common) + QLatin1String(script);
    return runOnHost(host,
                     {.words = QStringList{QStringLiteral("sh"), QStringLiteral("-c"), text,
                                           QStringLiteral("sh")} +
                               arguments,
                      .input = input,
                      .deadline = envFileDeadline,
                      .outputLimit = EnvFileStore::mostBytes + 100'000},
                     cancel);
}

Result<Answer> answerOf(const Result<ProgramOutput> &output, const QString &where)
{
    if (!output)
        return fail(output.error());
    const QByteArray &text = output->standardOutput;
    const qsizetype mark = text.indexOf(answerMark);
    const qsizetype end = mark < 0 ? -1 : text.indexOf('\n', mark + 1);
    if (end < 0)
        return fail(ErrorCode::ProgramFailed,
                    QStringLiteral("the shell that was to look at %1 said nothing").arg(where),
                    QStringLiteral("It needs sh, stat, readlink and sha256sum there."),
                    redacted(QString::fromUtf8(output->standardError.left(300)).simplified()));
    return Answer{
        QString::fromUtf8(text.mid(mark + answerMark.size(), end - mark - answerMark.size())),
        text.mid(end + 1)};
}

/// What stands in the way, in the words that are used for a file of this machine.
Error problemOf(const QString &word, const QString &where, const QByteArray &errors)
{
    const QString words = redacted(QString::fromUtf8(errors.right(300)).simplified());
    if (word == QLatin1String("missing"))
        return missing(where);
    if (word == QLatin1String("unreadable"))
        return unreadable(where, words);
    if (word == QLatin1String("changed"))
        return changed(where);
    if (word == QLatin1String("read-only"))
        return readOnly(where);
    if (word == QLatin1String("read-only-disk"))
        return unwritable(where, QStringLiteral("Read-only file system"));
    if (word == QLatin1String("folder"))
        return unwritable(where, QStringLiteral("Permission denied"));
    if (word == QLatin1String("cut"))
        return {ErrorCode::ConnectionLost,
                QStringLiteral("the new text of %1 did not arrive whole").arg(where),
                QStringLiteral("Nothing was changed; try again.")};
    return unwritable(where, words.isEmpty() ? word : words);
}

} // namespace

Result<EnvFileLook> lookThere(const Host &host, const QString &path, const CancelToken &cancel)
{
    const QString where = placeOf(host, path);
    const Result<ProgramOutput> output = runScript(
        host, lookScript, {path, QString::number(EnvFileStore::mostBytes + 1)}, {}, cancel);
    const Result<Answer> answer = answerOf(output, where);
    if (!answer)
        return fail(answer.error());
    const QStringList words = answer->words.split(QLatin1Char(' '));
    if (words.value(0) != QLatin1String("seen"))
        return fail(problemOf(words.value(0), where, output->standardError));
    const qint64 size = words.value(3).toLongLong();
    if (size > EnvFileStore::mostBytes)
        return fail(tooLarge(where));
    const qsizetype end = answer->rest.indexOf('\n');
    EnvFileLook seen{.text = answer->rest.mid(end + 1),
                     .target = QString::fromUtf8(answer->rest.left(end))};
    if (end < 0 || seen.text.size() != size)
        return fail(ErrorCode::ConnectionLost, QStringLiteral("%1 did not arrive whole").arg(where),
                    QStringLiteral("Try again."));
    bool told = false;
    const qint64 kilobytes = words.value(2).toLongLong(&told);
    seen.freeBytes = told && kilobytes >= 0 ? kilobytes * 1024 : -1;
    if (words.value(1) != QLatin1String("none"))
        seen.obstacle = problemOf(words.value(1), where, {});
    else if (seen.freeBytes >= 0 && seen.freeBytes < bytesNeeded(size))
        seen.obstacle = noRoom(where, seen.freeBytes);
    return seen;
}

Result<QString> replaceThere(const Host &host, const QString &path, const QByteArray &expected,
                             const QByteArray &text, const QString &tag, bool hidden,
                             const CancelToken &cancel)
{
    const QString where = placeOf(host, path);
    const Result<ProgramOutput> output = runScript(
        host, replaceScript,
        {path, tag, QString::fromLatin1(hashOf(expected)), QString::fromLatin1(hashOf(text)),
         hidden ? QStringLiteral(".") : QString()}, text,
        cancel);
    const Result<Answer> answer = answerOf(output, where);
    if (!answer)
        return fail(answer.error());
    const QString word = answer->words.section(QLatin1Char(' '), 0, 0),
                  rest = answer->words.section(QLatin1Char(' '), 1);
    if (word == QLatin1String("done"))
        return rest;
    if (word == QLatin1String("other-backup"))
        return fail(otherBackup(EnvFileStore::backupOf(where, tag)));
    if (word == QLatin1String("not-held"))
        return fail(notHeld(where, EnvFileStore::backupOf(where, tag)));
    return fail(problemOf(word, where, output->standardError));
}

} // namespace understudy::envfileplaces
