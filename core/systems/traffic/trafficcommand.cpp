// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/trafficcommand.h"

#include "core/base/quantity.h"
#include "core/systems/envfile/envfilestore.h"
#include "core/systems/shell/hostprogram.h"
#include "core/systems/shell/programwords.h"
#include "core/systems/traffic/colournames.h"
#include "core/systems/traffic/nginxrunning.h"
#include "core/systems/traffic/nginxupstreams.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace understudy {
namespace {

constexpr Milliseconds switchesWithin{112'000}; ///< the platform's script may wait a minute for a start
constexpr std::chrono::seconds endsItselfAfter{105};
constexpr int timedOutThere = 124; ///< of coreutils' timeout
constexpr int killedThere = 137;   ///< what had to be killed, five seconds later
const QString afterwards = QStringLiteral("-after");

QString markOf(const QString &tag) { return QStringLiteral("understudy-switch-") + tag; }
const QString colourMark = QStringLiteral("{colour}");

Error noWayBack(const QString &command)
{
    return {ErrorCode::NoWayBack, QStringLiteral("%1 names no colour: it has no way back that is known here").arg(command),
            QStringLiteral("Write {colour} into the plan's command, or the site file that it changes as `path`.")};
}

bool isInterpreter(const QString &program)
{
    static const QStringList known{QStringLiteral("sh"), QStringLiteral("bash"), QStringLiteral("node"), QStringLiteral("python3"), QStringLiteral("python"), QStringLiteral("perl"), QStringLiteral("ruby")};
    return known.contains(QFileInfo(program).fileName());
}

} // namespace

TrafficCommand::TrafficCommand(const Plan &plan)
{
    const QMap<QString, QString> &values = plan.application->traffic.values;
    m_nginx = NginxProgram::of(plan);
    m_path = values.value(QStringLiteral("path"));
    m_folder = values.value(QStringLiteral("folder"));
    m_words = plan.application->traffic.command;
    m_pools = plan.application->pools;
}

QStringList TrafficCommand::wordsFor(const QString &colour) const
{
    QStringList words = m_words;
    for (QString &word : words)
        word.replace(colourMark, colour);
    return words;
}

bool TrafficCommand::namesColour() const { return !m_words.filter(colourMark).isEmpty(); }

QString TrafficCommand::textFor(const QString &colour) const
{
    QStringList words;
    for (const QString &word : wordsFor(colour))
        words.append(word.contains(QLatin1Char(' ')) ? shellQuoted(word) : word);
    return words.join(QLatin1Char(' '));
}

QString TrafficCommand::where() const
{
    const QString host = hostLabel(m_nginx.host);
    return m_folder.isEmpty() ? host : QStringLiteral("%1, in %2").arg(host, m_folder);
}

Result<QByteArray> TrafficCommand::site(const CancelToken &cancel) const
{
    return EnvFileStore(m_path, m_nginx.host, EnvFileStore::Beside::Hidden).read(cancel);
}

Result<TrafficLook> TrafficCommand::look(const CancelToken &cancel) const
{
    if (!guards())
        return TrafficLook{.told = false, .disk = QStringLiteral("the plan's command tells nothing of who serves"), .running = QStringLiteral("only the counted answers tell")};
    const Result<QByteArray> text = site(cancel);
    if (!text)
        return fail(text.error());
    const QStringList colours = nginxupstreams::coloursIn(*text, m_pools);
    return TrafficLook{.colours = colours,
                       .disk = colours.isEmpty() ? QStringLiteral("%1 names no instance of the plan").arg(m_path) : QStringLiteral("%1 names %2").arg(m_path, colours.join(QStringLiteral(" and "))),
                       .running = {}, .state = *text};
}

QString TrafficCommand::runsWith(const TrafficLook &seen, const CancelToken &cancel) const
{
    return guards() ? nginxRunning(m_nginx, m_path, cancel).words : seen.running;
}

QString TrafficCommand::objection(const QByteArray &script, const QString &word, const QStringList &colours)
{
    const QString text = QString::fromUtf8(script);
    const auto knows = [&text](const QString &one) {
        return text.contains(QRegularExpression(QStringLiteral("(?<![A-Za-z0-9_])%1(?![A-Za-z0-9_])").arg(QRegularExpression::escape(one)), QRegularExpression::CaseInsensitiveOption));
    };
    // One that names no colours takes its argument as it comes: nothing can be said then.
    const bool listsColours = !colours.isEmpty() && std::all_of(colours.begin(), colours.end(), knows);
    if (!listsColours || knows(word))
        return {};
    return QStringLiteral("it knows %1, and not the word \"%2\"").arg(colours.join(QStringLiteral(" and ")), word);
}

/// The whole path of a program or file as the command would find it; empty: there is none.
Result<QString> TrafficCommand::fileOfWords(const QString &name, const CancelToken &cancel) const
{
    const Result<ProgramOutput> found = runOnHost(m_nginx.host, {.words = {QStringLiteral("sh"), QStringLiteral("-c"), QStringLiteral("if [ -f \"$1\" ]; then printf '%s' \"$1\"; else command -v -- \"$1\"; fi"), QStringLiteral("sh"), name},
                                                                 .folder = m_folder, .about = QStringLiteral("a look for %1").arg(name)}, cancel);
    if (!found)
        return fail(found.error());
    return found->exitCode == 0 ? QString::fromUtf8(found->standardOutput).trimmed() : QString();
}

Result<Unit> TrafficCommand::checkScript(const QString &file, const QStringList &words, const CancelToken &cancel) const
{
    const Result<ProgramOutput> text = runOnHost(m_nginx.host, {.words = {QStringLiteral("head"), QStringLiteral("-c"), QStringLiteral("500000"), QStringLiteral("--"), file}, .folder = m_folder}, cancel);
    if (!text || text->exitCode != 0 || text->standardOutput.contains('\0'))
        return Unit{}; // a binary, or not to be read: nothing can be said
    const QStringList colours = colournames::of(m_pools);
    for (const QString &word : words) {
        if (word.startsWith(QLatin1Char('-')))
            continue;
        if (const QString against = objection(text->standardOutput, word, colours); !against.isEmpty())
            return fail(ErrorCode::PreflightFailed, QStringLiteral("%1: %2").arg(file, against), QStringLiteral("Write {colour} in the plan's command where the script wants one."));
    }
    return Unit{};
}

Result<QString> TrafficCommand::check(const QString &colour, const CancelToken &cancel) const
{
    const QStringList words = wordsFor(colour);
    const Result<QString> program = fileOfWords(words.first(), cancel);
    if (!program)
        return fail(program.error());
    if (program->isEmpty())
        return fail(ErrorCode::ProgramMissing, QStringLiteral("there is no program %1 on %2").arg(words.first(), where()), QStringLiteral("Mend the plan's command before it is needed."));
    const Result<QString> timeout = fileOfWords(QStringLiteral("timeout"), cancel);
    if (!timeout)
        return fail(timeout.error());
    if (timeout->isEmpty())
        return fail(ErrorCode::ProgramMissing, QStringLiteral("there is no program timeout on %1, under which the command would run").arg(where()), QStringLiteral("It is part of coreutils: install that."));
    const QString name = QFileInfo(words.first()).fileName();
    if (name == QLatin1String("npm") && words.value(1).startsWith(QLatin1String("run"))) {
        const Result<ProgramOutput> package = runOnHost(m_nginx.host, {.words = {QStringLiteral("head"), QStringLiteral("-c"), QStringLiteral("1000000"), QStringLiteral("package.json")}, .folder = m_folder}, cancel);
        const QJsonObject scripts = package ? QJsonDocument::fromJson(package->standardOutput).object()[QStringLiteral("scripts")].toObject() : QJsonObject();
        if (!scripts.contains(words.value(2)))
            return fail(ErrorCode::ProgramMissing, QStringLiteral("the package on %1 has no script %2").arg(where(), words.value(2)), QStringLiteral("npm would say: Missing script. Name one that exists."));
        return QStringLiteral("npm has the script %1; what it does is not known here").arg(words.value(2));
    }
    const bool interpreted = isInterpreter(words.first()) && words.size() > 1 && !words.at(1).startsWith(QLatin1Char('-'));
    const Result<QString> script = interpreted ? fileOfWords(words.at(1), cancel) : program;
    if (!script)
        return fail(script.error());
    if (script->isEmpty())
        return fail(ErrorCode::ProgramMissing, QStringLiteral("there is no file %1 on %2").arg(words.at(1), where()), QStringLiteral("Mend the plan's command before it is needed."));
    if (const Result<Unit> fit = checkScript(*script, words.mid(interpreted ? 2 : 1), cancel); !fit)
        return fail(fit.error());
    return QStringLiteral("%1 is there; what it does is seen afterwards").arg(*script);
}

Result<Unit> TrafficCommand::keepSite(const QString &tag, Keep keep, const CancelToken &cancel) const
{
    const QString backup = EnvFileStore::backupOf(m_path, tag, true);
    const QString copy = QStringLiteral("{ cp -p -- \"$1\" \"$2.part\" && cmp -s -- \"$1\" \"$2.part\" && mv -f -- \"$2.part\" \"$2\"; } || { rm -f -- \"$2.part\"; exit 1; }");
    QStringList words{QStringLiteral("sh"), QStringLiteral("-c"), keep == Keep::Anew ? copy : QStringLiteral("[ -e \"$2\" ] || ") + copy, QStringLiteral("sh"), m_path, backup};
    if (m_nginx.sudo)
        words = QStringList{QStringLiteral("sudo"), QStringLiteral("-n")} + words;
    const Result<ProgramOutput> kept = runOnHost(m_nginx.host, {.words = words, .about = QStringLiteral("the copy of the site file")}, cancel);
    if (!kept)
        return fail(kept.error());
    if (kept->exitCode != 0)
        return fail(ErrorCode::PermissionDenied, QStringLiteral("%1 cannot be kept beside itself").arg(m_path), QStringLiteral("Let this user write into its folder, or write `sudo: true`."), complaintOf(*kept));
    return Unit{};
}

/// Through a link into the file that it leads to: a site is often one of sites-available, linked.
Result<Unit> TrafficCommand::restoreSite(const QString &tag) const
{
    const QString backup = EnvFileStore::backupOf(m_path, tag, true);
    QStringList words{QStringLiteral("sh"), QStringLiteral("-c"),
                      QStringLiteral("t=$(readlink -f -- \"$1\") || t=$1; n=$(dirname -- \"$t\")/.$(basename -- \"$t\").understudy-new; cp -p -- \"$2\" \"$n\" && mv -f -- \"$n\" \"$t\""),
                      QStringLiteral("sh"), m_path, backup};
    if (m_nginx.sudo)
        words = QStringList{QStringLiteral("sudo"), QStringLiteral("-n")} + words;
    const Result<ProgramOutput> put = runOnHost(m_nginx.host, {.words = words, .about = QStringLiteral("the site file's way back")}, {});
    if (!put || put->exitCode != 0)
        return fail(ErrorCode::NeedsOperator, QStringLiteral("%1 could not be put back").arg(m_path), QStringLiteral("Copy %1 over it, then reload nginx.").arg(backup),
                    put ? complaintOf(*put) : put.error().text());
    return nginxReload(m_nginx, {});
}

/// The command in a group of its own that ends itself in time also where our connection to it is lost, and under a
/// name by which it is found again: the shell that has the name stays until all of the group
/// is gone once it was told to end, so that what is slow to end, or does not want to, is not taken for ended.
QStringList TrafficCommand::wrapped(const QString &colour, const QString &tag) const
{
    return QStringList{QStringLiteral("timeout"), QStringLiteral("-k"), QStringLiteral("5"), QString::number(endsItselfAfter.count()),
                       QStringLiteral("sh"), QStringLiteral("-c"),
                       QStringLiteral("trap 'trap \"\" TERM; kill -s TERM 0; sleep 2; kill -s KILL 0' TERM; \"$@\" & wait $!"), markOf(tag)} + wordsFor(colour);
}

Result<bool> TrafficCommand::stillRunning(const QString &tag, const CancelToken &cancel) const
{
    // The brackets keep the search from finding itself.
    const QString pattern = QStringLiteral("[%1]%2").arg(markOf(tag).left(1), markOf(tag).mid(1));
    const Result<ProgramOutput> found = runOnHost(m_nginx.host, {.words = {QStringLiteral("sh"), QStringLiteral("-c"), QStringLiteral("grep -las -e \"$1\" /proc/[0-9]*/cmdline; true"), QStringLiteral("sh"), pattern},
                                                                 .about = QStringLiteral("a look for the plan's command")}, cancel);
    if (!found)
        return fail(found.error());
    return !found->standardOutput.trimmed().isEmpty();
}

/// Ends what a lost or cancelled call has left behind there, its children included. Cannot be cancelled.
Result<Unit> TrafficCommand::endIt(const QString &tag) const
{
    const QString pattern = QStringLiteral("[%1]%2").arg(markOf(tag).left(1), markOf(tag).mid(1));
    // By the kernel's own list, zombies left out: a signal that may not be sent says nothing of who is alive.
    const QString script = QStringLiteral("ofgroup() { sed -n 's/^[0-9]* (.*) [^Z] [0-9]* \\([0-9]*\\) .*/\\1/p' \"$@\" 2>/dev/null; }\n"
                                          "g=$(for f in $(grep -las -e \"$1\" /proc/[0-9]*/cmdline); do ofgroup \"${f%/*}/stat\"; done | sort -u)\n"
                                          "n=0; while [ $n -lt 40 ]; do alive=; now=$(ofgroup /proc/[0-9]*/stat)\n"
                                          "for p in $g; do printf '%s\\n' \"$now\" | grep -qx \"$p\" || continue; alive=1\n"
                                          "[ $n -eq 0 ] && kill -s TERM -- \"-$p\" 2>/dev/null; [ $n -eq 20 ] && kill -s KILL -- \"-$p\" 2>/dev/null; done\n"
                                          "[ -z \"$alive\" ] && exit 0; n=$((n+1)); sleep 0.25; done; exit 1");
    const Result<ProgramOutput> ended = runOnHost(m_nginx.host, {.words = {QStringLiteral("sh"), QStringLiteral("-c"), script, QStringLiteral("sh"), pattern}, .about = QStringLiteral("the end of the plan's command")}, {});
    if (ended && ended->exitCode == 0)
        return Unit{};
    return fail(ErrorCode::NeedsOperator, QStringLiteral("whether the plan's command still runs on %1 is not known, or it cannot be ended").arg(hostLabel(m_nginx.host)),
                QStringLiteral("Look there for `%1` and end it; it ends itself after %2.").arg(markOf(tag), durationText(endsItselfAfter)), ended ? complaintOf(*ended) : ended.error().text());
}

Result<QString> TrafficCommand::switchTo(const QString &colour, const TrafficLook &seen, const QString &tag, const CancelToken &cancel) const
{
    using Verdict = ProgramWords::Verdict;
    if (guards()) {
        const Result<QByteArray> now = site(cancel);
        if (!now)
            return fail(now.error());
        if (*now != seen.state)
            return fail(ErrorCode::TargetChanged, QStringLiteral("%1 has changed since it was looked at").arg(m_path), QStringLiteral("Look again."));
        // Tried again, it may have been mended meanwhile: what goes back is the file as it was before the last attempt.
        // One that names another colour alone is such a file; a half of an earlier attempt is not, and never replaces it.
        const QStringList names = nginxupstreams::coloursIn(*now, m_pools);
        const bool isWhole = names.size() == 1 && names.first() != colour;
        if (const Result<Unit> kept = keepSite(tag, isWhole ? Keep::Anew : Keep::Once, cancel); !kept)
            return fail(kept.error());
    }
    const Result<ProgramOutput> output = runOnHost(m_nginx.host, {.words = wrapped(colour, tag), .folder = m_folder, .deadline = switchesWithin, .outputLimit = 200'000, .about = textFor(colour)}, cancel);
    const ProgramWords said = output ? judgeWords(*output) : ProgramWords{};
    std::optional<Error> trouble;
    if (!output) {
        trouble = output.error();
        // What goes on there would write over whatever is put back.
        if (const Result<Unit> ended = endIt(tag); !ended)
            return fail(ended.error());
    } else if (output->exitCode == timedOutThere || output->exitCode == killedThere) {
        trouble = Error{ErrorCode::TimedOut, QStringLiteral("the plan's command took longer than %1 and was ended").arg(durationText(endsItselfAfter)), QStringLiteral("Run it by hand to see what it waits for.")};
    } else if (said.verdict == Verdict::Simulated)
        trouble = Error{ErrorCode::NotProved, QStringLiteral("the plan's command only pretends, as it says itself"), QStringLiteral("Nothing of it counts; name one that acts."), said.why};
    else if (said.verdict == Verdict::Missing)
        trouble = Error{ErrorCode::ProgramMissing, QStringLiteral("the plan's command, or what it calls, does not exist"), QStringLiteral("Mend the plan's command."), said.why};
    else if (said.verdict == Verdict::Failed)
        trouble = Error{ErrorCode::ProgramFailed, QStringLiteral("the plan's command failed"), QStringLiteral("Its own words say why."), said.why};
    if (guards()) {
        const Result<QByteArray> after = site({});
        const bool changed = !after || *after != seen.state;
        const Result<ProgramOutput> tested = runOnHost(m_nginx.host, {.words = m_nginx.words({QStringLiteral("-t")})}, {});
        const bool accepted = tested && tested->exitCode == 0;
        if (changed && (trouble || !accepted)) {
            if (const Result<Unit> back = restoreSite(tag); !back)
                return fail(back.error());
            const QString why = accepted ? QString() : QStringLiteral("nginx does not accept what it wrote; ");
            return fail(trouble ? trouble->code : ErrorCode::ProgramFailed, QStringLiteral("%1%2; %3 is as it was").arg(why, trouble ? trouble->message : QStringLiteral("the plan's command said nothing of it"), m_path),
                        trouble ? trouble->hint : QStringLiteral("Mend what the command writes."), trouble ? trouble->cause : tested ? complaintOf(*tested) : tested.error().text());
        }
        // By which a later edit is told from the command's own; without it the way back is the command.
        if (changed && !trouble)
            (void)keepSite(tag + afterwards, Keep::Anew, {});
    }
    if (trouble)
        return fail(*trouble);
    return QStringLiteral("%1 ended with 0, which proves nothing yet").arg(textFor(colour));
}

Result<QString> TrafficCommand::putBack(const QString &colour, const QString &tag, const CancelToken &cancel) const
{
    if (guards()) {
        const auto copy = [&](const QString &of) { return EnvFileStore(EnvFileStore::backupOf(m_path, of, true), m_nginx.host).read(cancel); };
        const Result<QByteArray> kept = copy(tag), after = copy(tag + afterwards), now = site(cancel);
        if (!now && now.error().code != ErrorCode::NotFound)
            return fail(now.error());
        // Not told apart from an edit: what a killed switch wrote, of which no copy was made. A file that is gone was not edited.
        const bool isEdited = now && !(kept && *now == *kept) && !(after && *now == *after);
        if (isEdited && !namesColour() && after)
            return fail(ErrorCode::NeedsOperator, QStringLiteral("%1 was edited after the switch, and the plan's command names no colour").arg(m_path),
                        QStringLiteral("Let its upstreams name %1 by hand, and reload nginx; how it was stands in %2.").arg(colour, EnvFileStore::backupOf(m_path, tag, true)));
        if (isEdited && !namesColour()) {
            if (const Result<Unit> found = keepSite(tag + QStringLiteral("-found"), Keep::Anew, cancel); !found)
                return fail(found.error());
        }
        const bool putsFileBack = !isEdited || !namesColour();
        if (putsFileBack && kept && nginxupstreams::coloursIn(*kept, m_pools) == QStringList{colour}) {
            const Result<Unit> back = restoreSite(tag);
            return back ? Result<QString>(QStringLiteral("%1 is as it was, and nginx was told to reload").arg(m_path)) : fail(back.error());
        }
    }
    if (!namesColour())
        return fail(noWayBack(textFor(colour)));
    return TrafficProvider::putBack(colour, tag + QStringLiteral("-back"), cancel);
}

QStringList TrafficCommand::willDo(const QString &colour) const
{
    QStringList lines{textFor(colour)};
    if (guards())
        lines.append(QStringLiteral("nginx -t afterwards; %1 is put back if it is refused").arg(m_path));
    return lines;
}

QString TrafficCommand::restoreText() const
{
    if (guards())
        return QStringLiteral("%1 as it is now is put back, and nginx reloaded").arg(m_path);
    return namesColour() ? QStringLiteral("the same command with the colour that serves now")
                         : QStringLiteral("there is none: the command names no colour");
}

QStringList TrafficCommand::byHand(const QString &colour) const
{
    return {m_folder.isEmpty() ? textFor(colour) : QStringLiteral("cd %1 && %2").arg(shellQuoted(m_folder), textFor(colour))};
}

} // namespace understudy
