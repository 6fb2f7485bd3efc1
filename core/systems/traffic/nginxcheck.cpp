// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/nginxcheck.h"

#include "core/systems/shell/hostprogram.h"
#include "core/systems/shell/programwords.h"

#include <QRegularExpression>

namespace understudy {
namespace {

struct NginxDumpFile
{
    QString path;
    QString text;
};

// The copies stand beside what they are copies of, since relative paths in the main file count from its folder.
// $1 how many copies; then a size and a path for each, in the order of the input. The last one is the main file's.
const char *const nginxTestScript = R"sh(
set -u
umask 077
number=$1
shift
clean() { for i in $(seq "$number"); do rm -f -- "$2"; shift 2; done; }
test_copies() {
    for i in $(seq "$number"); do
        head -c "$1" >"$2" || exit 90
        main=$2
        shift 2
    done
    "$@" -t -c "$main"
}
trap 'clean "$@"' EXIT
test_copies "$@"
)sh";

Result<ProgramOutput> askNginx(const NginxProgram &nginx, const QStringList &more, const CancelToken &cancel)
{
    return runOnHost(nginx.host, {.words = nginx.words(more), .outputLimit = 8'000'000}, cancel);
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

/// A file's text in which the include that reads `listed` names its copy instead.
struct Including
{
    QString path; ///< empty: nobody includes it
    QString text;
};
Including includingOf(const QList<NginxDumpFile> &files, const QString &listed, const QString &copy)
{
    static const QRegularExpression include(QStringLiteral(R"(^([ \t]*)include\s+["']?([^;"']+)["']?\s*;)"), QRegularExpression::MultilineOption);
    const QString main = files.first().path;
    for (const NginxDumpFile &file : files) {
        for (auto lines = include.globalMatch(file.text); lines.hasNext();) {
            const QRegularExpressionMatch line = lines.next();
            const QString named = line.captured(2);
            // Relative paths count from the main file's folder, also in what it includes.
            const QString pattern = named.startsWith(QLatin1Char('/')) ? named : folderOf(main) + named;
            const QRegularExpression fits(QRegularExpression::wildcardToRegularExpression(pattern));
            if (file.path == listed || !fits.match(listed).hasMatch())
                continue;
            QString instead;
            for (const NginxDumpFile &one : files) {
                if (fits.match(one.path).hasMatch())
                    instead += QStringLiteral("%1include \"%2\";\n").arg(line.captured(1), one.path == listed ? copy : one.path);
            }
            return {file.path, QString(file.text).replace(line.capturedStart(), line.capturedLength(), instead)};
        }
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

NginxProgram NginxProgram::of(const Plan &plan)
{
    const QMap<QString, QString> &values = plan.application->traffic.values;
    return {.host = hostOf(plan, values.value(QStringLiteral("host"))),
            .program = values.value(QStringLiteral("program")),
            .config = values.value(QStringLiteral("config")),
            .prefix = values.value(QStringLiteral("prefix")),
            .sudo = values.value(QStringLiteral("sudo")) == QLatin1String("true")};
}

QString NginxProgram::placeOf(const QString &path) const
{
    return host.isLocal() ? path : QStringLiteral("%1:%2").arg(hostLabel(host), path);
}

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
                    QStringLiteral("Mend it first: a reload would fail."), complaintOf(*dump));
    const QList<NginxDumpFile> files = dumpFiles(QString::fromUtf8(dump->standardOutput));
    if (files.isEmpty())
        return fail(ErrorCode::ProtocolViolation, QStringLiteral("nginx -T names no file"));
    const Result<QString> listed = listedAs(nginx, files, path, cancel);
    if (!listed)
        return fail(listed.error());
    // The changed file's copy, that of the file which includes it, and so on up to the main file.
    QStringList copies;
    QByteArray input;
    QString current = *listed;
    QByteArray changed = text;
    const auto keepCopy = [&] {
        copies << QString::number(changed.size()) << besideFor(current);
        input += changed;
    };
    keepCopy();
    while (current != files.first().path) {
        const Including parent = copies.size() > 40 ? Including{} : includingOf(files, current, besideFor(current));
        if (parent.path.isEmpty())
            return fail(ErrorCode::CannotTell, QStringLiteral("%1 is included by no file that nginx names").arg(current),
                        QStringLiteral("A copy of it cannot be tested; include it by a line of its own."));
        current = parent.path;
        changed = parent.text.toUtf8();
        keepCopy();
    }
    NginxProgram bare = nginx;
    bare.config.clear();
    const QStringList words = QStringList{QStringLiteral("sh"), QStringLiteral("-c"), QLatin1String(nginxTestScript), QStringLiteral("sh"),
                                          QString::number(copies.size() / 2)}
        + copies + bare.words({});
    const Result<ProgramOutput> tested = runOnHost(nginx.host, {.words = words, .input = input, .about = QStringLiteral("nginx")}, cancel);
    if (!tested)
        return fail(tested.error());
    if (tested->exitCode != 0)
        return fail(ErrorCode::ProgramFailed, QStringLiteral("nginx would not accept the new configuration"),
                    QStringLiteral("Nothing was changed; mend the site file first."), complaintOf(*tested));
    return QStringLiteral("nginx -t accepts a copy with the change");
}

Result<QString> NginxAcceptance::ask(const NginxProgram &nginx, const QString &path, const QByteArray &text, const CancelToken &cancel) const
{
    Result<QString> accepted = nginxAccepts(nginx, path, text, cancel);
    const std::lock_guard guard(m_mutex);
    m_text = accepted ? text : QByteArray();
    m_at = std::chrono::steady_clock::now();
    return accepted;
}

Result<QString> NginxAcceptance::accepts(const NginxProgram &nginx, const QString &path, const QByteArray &text, const CancelToken &cancel) const
{
    {
        const std::lock_guard guard(m_mutex);
        if (!m_text.isEmpty() && m_text == text && std::chrono::steady_clock::now() - m_at < lasts)
            return QStringLiteral("nginx -t has accepted a copy with the change");
    }
    return ask(nginx, path, text, cancel);
}

Result<Unit> nginxReload(const NginxProgram &nginx, const CancelToken &cancel)
{
    const Result<ProgramOutput> output = askNginx(nginx, {QStringLiteral("-s"), QStringLiteral("reload")}, cancel);
    if (!output)
        return fail(output.error());
    if (output->exitCode != 0)
        return fail(ErrorCode::ProgramFailed, QStringLiteral("nginx did not reload"), {}, complaintOf(*output));
    return Unit{};
}

} // namespace understudy
