// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/nginxcheck.h"

#include "core/base/redact.h"
#include "core/systems/shell/hostprogram.h"

#include <QRegularExpression>

namespace understudy {
namespace {

struct NginxDumpFile
{
    QString path;
    QString text;
};

// The main file's copy stands beside it, since relative paths in it count from its folder.
const char *const nginxTestScript = R"sh(
set -u
umask 077
main=$1 site=$2 size=$3
shift 3
trap 'rm -f -- "$main" "$site"' EXIT
head -c "$size" > "$main" && cat > "$site" || exit 90
"$@" -t -c "$main"
)sh";

Result<ProgramOutput> askNginx(const NginxProgram &nginx, const QStringList &more, const CancelToken &cancel)
{
    return runOnHost(nginx.host, {.words = nginx.words(more), .outputLimit = 8'000'000}, cancel);
}

QString lastWords(const ProgramOutput &output)
{
    return redacted(QString::fromUtf8(output.standardError.right(600)).simplified());
}

QList<NginxDumpFile> dumpFiles(const QString &dump)
{
    static const QRegularExpression mark(QStringLiteral(R"(^# configuration file (.+):$)"), QRegularExpression::MultilineOption);
    QList<NginxDumpFile> files;
    qsizetype begin = 0;
    for (auto marks = mark.globalMatch(dump); marks.hasNext();) {
        const QRegularExpressionMatch one = marks.next();
        if (!files.isEmpty())
            files.last().text = dump.mid(begin, one.capturedStart() - begin);
        files.append({one.captured(1), {}});
        begin = one.capturedEnd() + 1;
    }
    if (!files.isEmpty())
        files.last().text = dump.mid(begin);
    return files;
}

QString folderOf(const QString &path) { return path.left(path.lastIndexOf(QLatin1Char('/')) + 1); }
QString besideFor(const QString &path) { return folderOf(path) + QLatin1Char('.') + path.mid(folderOf(path).size()) + QStringLiteral(".understudy-test"); }

/// The main file in which the site's include names its copy; empty: the main file does not include it.
QString mainForTest(const QList<NginxDumpFile> &files, const QString &listed, const QString &copy)
{
    static const QRegularExpression include(QStringLiteral(R"(^([ \t]*)include\s+["']?([^;"']+)["']?\s*;)"), QRegularExpression::MultilineOption);
    const NginxDumpFile &main = files.first();
    for (auto lines = include.globalMatch(main.text); lines.hasNext();) {
        const QRegularExpressionMatch line = lines.next();
        const QString named = line.captured(2);
        const QString pattern = named.startsWith(QLatin1Char('/')) ? named : folderOf(main.path) + named;
        const QRegularExpression fits(QRegularExpression::wildcardToRegularExpression(pattern));
        if (!fits.match(listed).hasMatch())
            continue;
        QString instead;
        for (const NginxDumpFile &file : files) {
            if (fits.match(file.path).hasMatch())
                instead += QStringLiteral("%1include \"%2\";\n").arg(line.captured(1), file.path == listed ? copy : file.path);
        }
        return QString(main.text).replace(line.capturedStart(), line.capturedLength(), instead);
    }
    return {};
}

/// Under which name nginx reads the file at `path`, which may be a link's.
Result<QString> listedAs(const NginxProgram &nginx, const QList<NginxDumpFile> &files, const QString &path, const CancelToken &cancel)
{
    QStringList words{QStringLiteral("readlink"), QStringLiteral("-f"), QStringLiteral("--"), path};
    for (const NginxDumpFile &file : files)
        words.append(file.path);
    const Result<ProgramOutput> output = runOnHost(nginx.host, {.words = words}, cancel);
    if (!output)
        return fail(output.error());
    const QStringList real = QString::fromUtf8(output->standardOutput).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    for (qsizetype i = 0; i < files.size() && i + 1 < real.size(); ++i) {
        if (real.at(i + 1) == real.first())
            return files.at(i).path;
    }
    return fail(ErrorCode::NotFound, QStringLiteral("nginx does not read %1").arg(path),
                QStringLiteral("Name in the plan the file that the running nginx includes, and its `config`."));
}

} // namespace

QStringList NginxProgram::words(const QStringList &more) const
{
    QStringList words;
    if (sudo)
        words << QStringLiteral("sudo") << QStringLiteral("-n");
    words << (program.isEmpty() ? QStringLiteral("nginx") : program);
    if (!prefix.isEmpty())
        words << QStringLiteral("-p") << prefix;
    if (!config.isEmpty() && !more.contains(QStringLiteral("-c")))
        words << QStringLiteral("-c") << config;
    return words + more;
}

Result<QString> nginxAccepts(const NginxProgram &nginx, const QString &path, const QByteArray &text, const CancelToken &cancel)
{
    const Result<ProgramOutput> dump = askNginx(nginx, {QStringLiteral("-T"), QStringLiteral("-q")}, cancel);
    if (!dump)
        return fail(dump.error());
    if (dump->exitCode != 0)
        return fail(ErrorCode::ProgramFailed, QStringLiteral("nginx does not accept its configuration as it stands"),
                    QStringLiteral("Mend it first: a reload would fail."), lastWords(*dump));
    const QList<NginxDumpFile> files = dumpFiles(QString::fromUtf8(dump->standardOutput));
    if (files.isEmpty())
        return fail(ErrorCode::ProtocolViolation, QStringLiteral("nginx -T names no file"));
    const Result<QString> listed = listedAs(nginx, files, path, cancel);
    if (!listed)
        return fail(listed.error());
    const QString siteCopy = besideFor(*listed), mainCopy = besideFor(files.first().path);
    const bool isMain = *listed == files.first().path;
    const QByteArray main = isMain ? text : mainForTest(files, *listed, siteCopy).toUtf8();
    if (main.isEmpty())
        return fail(ErrorCode::CannotTell, QStringLiteral("%1 is not included by nginx's main file").arg(*listed),
                    QStringLiteral("A copy of it cannot be tested; include it from %1.").arg(files.first().path));
    NginxProgram bare = nginx;
    bare.config.clear();
    const QStringList words = QStringList{QStringLiteral("sh"), QStringLiteral("-c"), QLatin1String(nginxTestScript), QStringLiteral("sh"),
                                          mainCopy, isMain ? mainCopy + QStringLiteral("-rest") : siteCopy, QString::number(main.size())}
        + bare.words({});
    const Result<ProgramOutput> tested = runOnHost(nginx.host, {.words = words, .input = main + (isMain ? QByteArray() : text), .about = QStringLiteral("nginx")}, cancel);
    if (!tested)
        return fail(tested.error());
    if (tested->exitCode != 0)
        return fail(ErrorCode::ProgramFailed, QStringLiteral("nginx would not accept the new configuration"),
                    QStringLiteral("Nothing was changed; mend the site file first."), lastWords(*tested));
    return QStringLiteral("nginx -t accepts a copy with the change");
}

Result<Unit> nginxReload(const NginxProgram &nginx, const CancelToken &cancel)
{
    const Result<ProgramOutput> output = askNginx(nginx, {QStringLiteral("-s"), QStringLiteral("reload")}, cancel);
    if (!output)
        return fail(output.error());
    if (output->exitCode != 0)
        return fail(ErrorCode::ProgramFailed, QStringLiteral("nginx did not reload"), {}, lastWords(*output));
    return Unit{};
}

} // namespace understudy
